//===- SlotLowering.cpp - One slot to one task function -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SlotLowering.h"

#include "LoopLowering.h"

#include "Layerpipe/IR/LayerpipeKernels.h"
#include "layerpipe/Runtime/ProgramABI.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::sched;

static constexpr llvm::StringLiteral executeName = "layerpipe_kernel_execute";

/// A slot of more ops becomes several functions of about as many, because
/// LLVM's time for one function grows faster than the function.
static constexpr size_t maxFunctionOps = 128;

namespace {

class SlotLowering {
public:
  SlotLowering(SlotOp slot, const MemoryPlan &plan, ModuleOp module,
               StringRef name, FunctionPool &pool)
      : slot(slot), plan(plan), module(module), name(name), pool(pool),
        loc(slot.getLoc()), builder(module.getContext()) {}

  LoweredSlot lower();

private:
  Type pointer() { return LLVM::LLVMPointerType::get(builder.getContext()); }
  Value constant(int64_t value) {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getI64IntegerAttr(value));
  }
  Value loadPointer(Value table, int64_t index);
  Value area(int64_t index);
  Value addressOf(Value value);
  LLVM::LLVMFuncOp createFunction(StringRef name);
  void fillPart(bool apart, llvm::function_ref<void()> fill);
  void lowerSteps();
  void copyAreas();
  void lowerStep(const Step &step);
  void lowerWork(const Step &step);
  Value runNumber(Type type, size_t offset);
  void lowerKernel(KernelOpInterface op);
  void lowerCopies(CopyOpInterface op);
  Value blockAddress(Value area, int64_t offset, int64_t stride, Value block);
  void keepStates(const Step &step);
  void copy(int64_t from, int64_t to, int64_t bytes);

  SlotOp slot;
  const MemoryPlan &plan;
  ModuleOp module;
  StringRef name;
  FunctionPool &pool;
  Location loc;
  OpBuilder builder;
  LoweredSlot result;
  /// This is the function that is being filled: the slot's own, or one of its
  /// parts.
  LLVM::LLVMFuncOp function;
  unsigned loops = 0;
  unsigned parts = 0;
};

} // namespace

Value SlotLowering::loadPointer(Value table, int64_t index) {
  Value address =
      LLVM::GEPOp::create(builder, loc, pointer(), pointer(), table,
                          ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
  return LLVM::LoadOp::create(builder, loc, pointer(), address);
}

Value SlotLowering::area(int64_t index) {
  return loadPointer(function.getArgument(0), index);
}

/// Creates a function of a task function's type, to be filled from its start.
LLVM::LLVMFuncOp SlotLowering::createFunction(StringRef name) {
  builder.setInsertionPointToEnd(module.getBody());
  auto type = LLVM::LLVMFunctionType::get(
      LLVM::LLVMVoidType::get(builder.getContext()),
      {pointer(), pointer(), pointer(), builder.getI64Type()});
  auto created = LLVM::LLVMFuncOp::create(builder, loc, name, type,
                                          LLVM::Linkage::Internal);
  builder.setInsertionPointToStart(created.addEntryBlock(builder));
  return created;
}

/// Calls `fill` to continue the slot's function; or, if `apart`, to fill a
/// function of its own, which the slot's calls.
void SlotLowering::fillPart(bool apart, llvm::function_ref<void()> fill) {
  if (!apart)
    return fill();
  {
    OpBuilder::InsertionGuard guard(builder);
    function = createFunction(("part" + Twine(parts++) + "." + name).str());
    // If the parts were inlined again, they would be the long function that
    // they replace.
    function.setNoInline(true);
    fill();
    LLVM::ReturnOp::create(builder, loc, ValueRange());
  }
  LLVM::CallOp::create(builder, loc, pool.share(function),
                       result.function.getArguments());
  function = result.function;
}

void SlotLowering::copy(int64_t from, int64_t to, int64_t bytes) {
  LLVM::MemcpyOp::create(builder, loc, area(to), area(from), constant(bytes),
                         /*isVolatile=*/false);
}

Value SlotLowering::addressOf(Value value) {
  Value start = area(plan.areaOf(value));
  int64_t offset = plan.offsetOf(value);
  if (offset == 0)
    return start;
  return LLVM::GEPOp::create(builder, loc, pointer(), builder.getI8Type(),
                             start, ArrayRef<LLVM::GEPArg>{constant(offset)});
}

/// Calls the kernel. Its arguments are the op's operands, then its results.
void SlotLowering::lowerKernel(KernelOpInterface op) {
  runtime::KernelDescription description;
  description.op = op.getKernelName().str();
  for (auto [key, value] : op.getKernelAttributes())
    description.attributes[key.str()] = value;
  if (auto candidate = op->getAttrOfType<StringAttr>(candidateAttribute))
    description.candidate = candidate.str();
  description.weights = weightLayoutOf(op).str();
  SmallVector<Value> values(op->getOperands());
  llvm::append_range(values, op->getResults());

  Value arguments;
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&function.getBody().front());
    arguments = LLVM::AllocaOp::create(builder, loc, pointer(), pointer(),
                                       constant(values.size()));
  }
  for (auto [index, value] : llvm::enumerate(values)) {
    Value address = LLVM::GEPOp::create(
        builder, loc, pointer(), pointer(), arguments,
        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
    LLVM::StoreOp::create(builder, loc, addressOf(value), address);
  }
  Value kernel = loadPointer(function.getArgument(1), result.kernels.size());
  LLVM::CallOp::create(builder, loc, TypeRange(), executeName,
                       ValueRange{kernel, arguments});
  result.kernels.push_back(std::move(description));
}

/// Returns area + offset + stride · block.
Value SlotLowering::blockAddress(Value area, int64_t offset, int64_t stride,
                                 Value block) {
  Value bytes = arith::AddIOp::create(
      builder, loc, constant(offset),
      arith::MulIOp::create(builder, loc, block, constant(stride)));
  return LLVM::GEPOp::create(builder, loc, pointer(), builder.getI8Type(), area,
                             ArrayRef<LLVM::GEPArg>{bytes});
}

/// Emits one memcpy per block, whose size is known, in a loop.
void SlotLowering::lowerCopies(CopyOpInterface op) {
  Value to = area(plan.areaOf(op->getResult(0)));
  for (BlockCopy copy : op.getCopies()) {
    // Blocks that lie side by side on both ends are one block.
    if (copy.fromStride == copy.blockBytes &&
        copy.toStride == copy.blockBytes) {
      copy.blockBytes *= copy.blocks;
      copy.blocks = 1;
    }
    Value from = area(plan.areaOf(op->getOperand(copy.operand)));
    auto loop = scf::ForOp::create(builder, loc, constant(0),
                                   constant(copy.blocks), constant(1));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    Value block = loop.getInductionVar();
    LLVM::MemcpyOp::create(
        builder, loc, blockAddress(to, copy.toOffset, copy.toStride, block),
        blockAddress(from, copy.fromOffset, copy.fromStride, block),
        constant(copy.blockBytes), /*isVolatile=*/false);
  }
}

/// Loads a member of layerpipe_run_numbers.
Value SlotLowering::runNumber(Type type, size_t offset) {
  Value address = LLVM::GEPOp::create(
      builder, loc, pointer(), builder.getI8Type(), function.getArgument(2),
      ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offset)});
  return LLVM::LoadOp::create(builder, loc, type, address);
}

void SlotLowering::lowerWork(const Step &step) {
  if (auto copies = dyn_cast<CopyOpInterface>(step.ops[0]))
    return lowerCopies(copies);
  if (!step.isLoop())
    return lowerKernel(cast<KernelOpInterface>(step.ops[0]));
  std::string loopName = ("loop" + Twine(loops++) + "." + name).str();
  LoweredLoop loop = lowerLoop(step, plan, module, loopName);
  SmallVector<Value> arguments;
  for (int64_t index : loop.areas)
    arguments.push_back(area(index));
  arguments.push_back(runNumber(
      builder.getF32Type(), offsetof(layerpipe_run_numbers, learning_rate)));
  // The step has been computed in each iteration in which it is not skipped.
  arguments.push_back(arith::SubIOp::create(
      builder, loc, function.getArgument(3), constant(step.absentBefore)));
  arguments.push_back(
      runNumber(builder.getI64Type(), offsetof(layerpipe_run_numbers, seed)));
  LLVM::CallOp::create(builder, loc, pool.share(loop.function), arguments);
}

/// Lets a state op return its states while data are absent.
void SlotLowering::keepStates(const Step &step) {
  for (Operation *op : step.ops) {
    auto state = dyn_cast<StateOpInterface>(op);
    if (!state)
      continue;
    for (unsigned index = 0; index < state.getNumStates(); ++index) {
      int64_t from = plan.areaOf(op->getOperand(index));
      int64_t to = plan.areaOf(op->getResult(index));
      if (to >= 0 && from != to)
        copy(from, to, sizeInBytes(op->getResult(index).getType()));
    }
  }
}

void SlotLowering::lowerStep(const Step &step) {
  if (step.absentBefore == 0)
    return lowerWork(step);
  Value present = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge,
                                        function.getArgument(3),
                                        constant(step.absentBefore));
  auto branch = scf::IfOp::create(builder, loc, present,
                                  /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  lowerWork(step);
  builder.setInsertionPointToStart(branch.elseBlock());
  keepStates(step);
}

void SlotLowering::lowerSteps() {
  size_t ops = 0;
  for (const Step &step : plan.steps)
    ops += step.ops.size();
  bool apart = ops > maxFunctionOps;
  ArrayRef<Step> left = plan.steps;
  while (!left.empty()) {
    size_t count = 0;
    for (ops = 0; count < left.size() && ops < maxFunctionOps; ++count)
      ops += left[count].ops.size();
    fillPart(apart, [&] {
      for (const Step &step : left.take_front(count))
        lowerStep(step);
    });
    left = left.drop_front(count);
  }
}

/// Copies values that are needed in two areas.
void SlotLowering::copyAreas() {
  bool apart = plan.copies.size() > maxFunctionOps;
  ArrayRef<AreaCopy> left = plan.copies;
  while (!left.empty()) {
    size_t count = std::min(left.size(), maxFunctionOps);
    fillPart(apart, [&] {
      for (const AreaCopy &entry : left.take_front(count))
        copy(entry.from, entry.to, entry.bytes);
    });
    left = left.drop_front(count);
  }
}

LoweredSlot SlotLowering::lower() {
  result.slot = slot;
  result.scratchBytes = plan.scratchBytes;
  result.function = function = createFunction(name);
  lowerSteps();
  copyAreas();
  LLVM::ReturnOp::create(builder, loc, ValueRange());
  result.function = pool.share(function);
  return std::move(result);
}

LoweredSlot layerpipe::lowerSlot(SlotOp slot, const MemoryPlan &plan,
                                 ModuleOp module, StringRef name,
                                 FunctionPool &pool) {
  return SlotLowering(slot, plan, module, name, pool).lower();
}

void layerpipe::declareRuntime(ModuleOp module) {
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
  auto type = LLVM::LLVMFunctionType::get(
      LLVM::LLVMVoidType::get(builder.getContext()), {pointer, pointer});
  LLVM::LLVMFuncOp::create(builder, module.getLoc(), executeName, type);
}

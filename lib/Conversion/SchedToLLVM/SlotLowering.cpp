//===- SlotLowering.cpp - One slot to one task function -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SlotLowering.h"

#include "LoopLowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::sched;

static constexpr llvm::StringLiteral executeName = "layerpipe_kernel_execute";

namespace {

class SlotLowering {
public:
  SlotLowering(SlotOp slot, const MemoryPlan &plan, ModuleOp module,
               StringRef name)
      : slot(slot), plan(plan), module(module), name(name), loc(slot.getLoc()),
        builder(module.getContext()) {}

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
  void createFunction();
  void lowerStep(const Step &step);
  void lowerWork(const Step &step);
  void lowerKernel(KernelOpInterface op);
  void lowerCopies(CopyOpInterface op);
  Value blockAddress(Value area, int64_t offset, int64_t stride, Value block);
  void keepStates(const Step &step);
  void copy(int64_t from, int64_t to, int64_t bytes);

  SlotOp slot;
  const MemoryPlan &plan;
  ModuleOp module;
  StringRef name;
  Location loc;
  OpBuilder builder;
  LoweredSlot result;
  unsigned loops = 0;
};

} // namespace

Value SlotLowering::loadPointer(Value table, int64_t index) {
  Value address =
      LLVM::GEPOp::create(builder, loc, pointer(), pointer(), table,
                          ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
  return LLVM::LoadOp::create(builder, loc, pointer(), address);
}

Value SlotLowering::area(int64_t index) {
  return loadPointer(result.function.getArgument(0), index);
}

void SlotLowering::createFunction() {
  builder.setInsertionPointToEnd(module.getBody());
  auto type = LLVM::LLVMFunctionType::get(
      LLVM::LLVMVoidType::get(builder.getContext()),
      {pointer(), pointer(), pointer(), builder.getI64Type()});
  result.function = LLVM::LLVMFuncOp::create(builder, loc, name, type,
                                             LLVM::Linkage::Internal);
  builder.setInsertionPointToStart(result.function.addEntryBlock(builder));
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

/// The kernel's arguments are the op's operands, then its results.
void SlotLowering::lowerKernel(KernelOpInterface op) {
  runtime::KernelDescription description;
  description.op = op.getKernelName().str();
  for (auto [key, value] : op.getKernelAttributes())
    description.attributes[key.str()] = value;
  SmallVector<Value> values(op->getOperands());
  llvm::append_range(values, op->getResults());

  Value arguments;
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&result.function.getBody().front());
    arguments = LLVM::AllocaOp::create(builder, loc, pointer(), pointer(),
                                       constant(values.size()));
  }
  for (auto [index, value] : llvm::enumerate(values)) {
    Value address = LLVM::GEPOp::create(
        builder, loc, pointer(), pointer(), arguments,
        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
    LLVM::StoreOp::create(builder, loc, addressOf(value), address);
  }
  Value kernel =
      loadPointer(result.function.getArgument(1), result.kernels.size());
  LLVM::CallOp::create(builder, loc, TypeRange(), executeName,
                       ValueRange{kernel, arguments});
  result.kernels.push_back(std::move(description));
}

/// area + offset + stride · block
Value SlotLowering::blockAddress(Value area, int64_t offset, int64_t stride,
                                 Value block) {
  Value bytes = arith::AddIOp::create(
      builder, loc, constant(offset),
      arith::MulIOp::create(builder, loc, block, constant(stride)));
  return LLVM::GEPOp::create(builder, loc, pointer(), builder.getI8Type(), area,
                             ArrayRef<LLVM::GEPArg>{bytes});
}

/// One memcpy per block, whose size is known, in a loop.
void SlotLowering::lowerCopies(CopyOpInterface op) {
  Value to = area(plan.areaOf(op->getResult(0)));
  for (BlockCopy copy : op.getCopies()) {
    // Blocks that lie side by side on both ends are one.
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
  arguments.push_back(LLVM::LoadOp::create(builder, loc, builder.getF32Type(),
                                           result.function.getArgument(2)));
  LLVM::CallOp::create(builder, loc, TypeRange(), loopName, arguments);
}

/// While data are absent a state op returns its states.
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
                                        result.function.getArgument(3),
                                        constant(step.absentBefore));
  auto branch = scf::IfOp::create(builder, loc, present,
                                  /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  lowerWork(step);
  builder.setInsertionPointToStart(branch.elseBlock());
  keepStates(step);
}

LoweredSlot SlotLowering::lower() {
  result.slot = slot;
  result.scratchBytes = plan.scratchBytes;
  createFunction();
  for (const Step &step : plan.steps)
    lowerStep(step);
  for (const AreaCopy &entry : plan.copies)
    copy(entry.from, entry.to, entry.bytes);
  LLVM::ReturnOp::create(builder, loc, ValueRange());
  return std::move(result);
}

LoweredSlot layerpipe::lowerSlot(SlotOp slot, const MemoryPlan &plan,
                                 ModuleOp module, StringRef name) {
  return SlotLowering(slot, plan, module, name).lower();
}

void layerpipe::declareRuntime(ModuleOp module) {
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
  auto type = LLVM::LLVMFunctionType::get(
      LLVM::LLVMVoidType::get(builder.getContext()), {pointer, pointer});
  LLVM::LLVMFuncOp::create(builder, module.getLoc(), executeName, type);
}

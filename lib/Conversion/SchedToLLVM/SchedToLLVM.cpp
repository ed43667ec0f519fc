//===- SchedToLLVM.cpp - The pass --convert-sched-to-llvm -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Conversion/Passes.h"

#include "Layerpipe/IR/LayerpipeInitializers.h"
#include "ManifestWriter.h"

#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace layerpipe {
#define GEN_PASS_DEF_CONVERTSCHEDTOLLVM
#include "layerpipe/Conversion/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::sched;

namespace {

/// Creates the globals that layerpipe/Runtime/ProgramABI.h declares.
class GlobalWriter {
public:
  explicit GlobalWriter(ModuleOp module)
      : module(module), builder(module.getContext()) {
    builder.setInsertionPointToEnd(module.getBody());
  }

  void writeManifest(StringRef text);
  void writeFunctions(ArrayRef<LoweredSlot> slots);
  LLVM::GlobalOp writeValues(ElementsAttr elements, size_t index);
  void writeInitialValues(ArrayRef<ElementsAttr> values);
  void writeKernelLibrary(StringRef library);

private:
  Type pointer() { return LLVM::LLVMPointerType::get(builder.getContext()); }
  LLVM::GlobalOp create(Type type, StringRef name, Attribute value) {
    return LLVM::GlobalOp::create(builder, module.getLoc(), type,
                                  /*isConstant=*/true, LLVM::Linkage::External,
                                  name, value);
  }
  void writeInteger(StringRef name, int64_t value) {
    create(builder.getI64Type(), name, builder.getI64IntegerAttr(value));
  }

  ModuleOp module;
  OpBuilder builder;
};

} // namespace

/// Returns the elements as a tensor of bytes. A resource is not copied.
static Attribute bytesOf(ElementsAttr elements) {
  StringRef bytes = initialBytes(elements);
  auto type = RankedTensorType::get(int64_t(bytes.size()),
                                    IntegerType::get(elements.getContext(), 8));
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  return DenseElementsAttr::getFromRawBuffer(type,
                                             {bytes.data(), bytes.size()});
}

void GlobalWriter::writeManifest(StringRef text) {
  auto type = LLVM::LLVMArrayType::get(builder.getI8Type(), text.size());
  create(type, "layerpipe_program", builder.getStringAttr(text));
  writeInteger("layerpipe_program_size", text.size());
}

void GlobalWriter::writeFunctions(ArrayRef<LoweredSlot> slots) {
  SmallVector<Attribute> names;
  for (const LoweredSlot &slot : slots)
    names.push_back(
        FlatSymbolRefAttr::get(LLVM::LLVMFuncOp(slot.function).getNameAttr()));
  create(LLVM::LLVMArrayType::get(pointer(), names.size()),
         "layerpipe_task_functions", builder.getArrayAttr(names));
  writeInteger("layerpipe_task_function_count", slots.size());
}

/// Writes the values as bytes, which LLVM copies to the object file as they
/// are; it takes floats one by one.
LLVM::GlobalOp GlobalWriter::writeValues(ElementsAttr elements, size_t index) {
  int64_t bytes = initialBytes(elements).size();
  auto global =
      create(LLVM::LLVMArrayType::get(builder.getI8Type(), bytes),
             "layerpipe_values." + std::to_string(index), bytesOf(elements));
  global.setLinkage(LLVM::Linkage::Internal);
  global.setAlignment(alignment);
  return global;
}

void GlobalWriter::writeInitialValues(ArrayRef<ElementsAttr> values) {
  Location loc = module.getLoc();
  SmallVector<LLVM::GlobalOp> globals;
  for (auto [index, elements] : llvm::enumerate(values))
    globals.push_back(writeValues(elements, index));
  auto type = LLVM::LLVMArrayType::get(pointer(), values.size());
  auto table = create(type, "layerpipe_parameter_values", {});
  writeInteger("layerpipe_parameter_value_count", values.size());
  OpBuilder::InsertionGuard guard(builder);
  builder.createBlock(&table.getInitializer());
  Value entries = LLVM::UndefOp::create(builder, loc, type);
  for (auto [index, global] : llvm::enumerate(globals))
    entries = LLVM::InsertValueOp::create(
        builder, loc, entries, LLVM::AddressOfOp::create(builder, loc, global),
        index);
  LLVM::ReturnOp::create(builder, loc, entries);
}

void GlobalWriter::writeKernelLibrary(StringRef library) {
  Location loc = module.getLoc();
  auto getter = LLVM::LLVMFuncOp::create(
      builder, loc, ("layerpipe_kernel_library_" + library).str(),
      LLVM::LLVMFunctionType::get(pointer(), {}));
  auto global = create(pointer(), "layerpipe_program_kernels", {});
  OpBuilder::InsertionGuard guard(builder);
  builder.createBlock(&global.getInitializer());
  Value address = LLVM::AddressOfOp::create(builder, loc, getter);
  LLVM::ReturnOp::create(builder, loc, address);
}

namespace {

struct ConvertSchedToLLVM
    : layerpipe::impl::ConvertSchedToLLVMBase<ConvertSchedToLLVM> {
  using ConvertSchedToLLVMBase::ConvertSchedToLLVMBase;

  void runOnOperation() override {
    if (failed(convert()))
      signalPassFailure();
  }

private:
  FailureOr<ProgramOp> findProgram();
  LogicalResult lowerSlots(const ProgramView &view);
  LogicalResult lowerOne(SlotOp slot,
                         llvm::function_ref<BufferOp(FlatSymbolRefAttr)> find);
  LogicalResult approximate();
  LogicalResult convert();

  std::vector<LoweredSlot> slots;
  FunctionPool pool;
};

} // namespace

FailureOr<ProgramOp> ConvertSchedToLLVM::findProgram() {
  auto programs = llvm::to_vector(getOperation().getOps<ProgramOp>());
  if (programs.size() != 1)
    return getOperation().emitError("an executable is made from one "
                                    "sched.program, but there are ")
           << programs.size();
  if (!programs[0].getArenaBytes())
    return programs[0].emitOpError(
        "has no memory yet; run --sched-place-buffers first");
  return programs[0];
}

LogicalResult ConvertSchedToLLVM::lowerOne(
    SlotOp slot, llvm::function_ref<BufferOp(FlatSymbolRefAttr)> find) {
  FailureOr<Absence> absence =
      Absence::analyze(slot, [&](FlatSymbolRefAttr name) {
        return isa_and_present<AbsentAttr>(find(name).getInitialAttr());
      });
  if (failed(absence))
    return failure();
  FailureOr<MemoryPlan> plan =
      MemoryPlan::create(slot, *absence, [&](FlatSymbolRefAttr name) {
        return static_cast<int64_t>(find(name).getSlots());
      });
  if (failed(plan))
    return failure();
  // Profiles and reports of sanitizers show the name. Slots with equal code
  // share the name of the first one.
  bool training = isa<ProcessorOp>(slot->getParentOp());
  std::string name = (training ? "layerpipe_task." : "layerpipe_evaluation.") +
                     slot.getName().str();
  slots.push_back(lowerSlot(slot, *plan, getOperation(), name, pool));
  return success();
}

LogicalResult ConvertSchedToLLVM::lowerSlots(const ProgramView &view) {
  auto find = [&](FlatSymbolRefAttr name) {
    return view.buffers[view.bufferIndex(name.getAttr())].op;
  };
  for (const SlotView &slot : view.slots)
    if (failed(lowerOne(slot.op, find)))
      return failure();
  EvaluationOp evaluation = view.evaluation;
  if (!evaluation)
    return success();
  SymbolTable symbols(evaluation);
  for (auto slot : evaluation.getBody().getOps<SlotOp>())
    if (failed(lowerOne(slot, [&](FlatSymbolRefAttr name) {
          return symbols.lookup<BufferOp>(name.getAttr());
        })))
      return failure();
  return success();
}

/// Replaces functions by arithmetic that LLVM can vectorise, or move out of
/// loops.
LogicalResult ConvertSchedToLLVM::approximate() {
  RewritePatternSet patterns(&getContext());
  auto isKnown = [](StringRef name) {
    return llvm::is_contained({"math.tanh", "math.exp", "math.expm1",
                               "math.log", "math.log1p", "math.erf"},
                              name);
  };
  populateMathPolynomialApproximationPatterns(patterns, isKnown);
  return applyPatternsGreedily(getOperation(), std::move(patterns));
}

LogicalResult ConvertSchedToLLVM::convert() {
  slots.clear();
  pool = {};
  if (kernels != "measured" && kernels != "portable" && kernels != "reference")
    return getOperation().emitError("unknown kernel library '")
           << kernels << "'; there are measured, portable and reference";
  FailureOr<ProgramOp> program = findProgram();
  if (failed(program))
    return failure();
  FailureOr<ProgramView> view = ProgramView::create(*program);
  if (failed(view) || failed(lowerSlots(*view)))
    return failure();
  FailureOr<WrittenManifest> manifest =
      writeManifest(*program, *view, slots, kernels);
  if (failed(manifest))
    return failure();
  declareRuntime(getOperation());
  GlobalWriter globals(getOperation());
  globals.writeManifest(manifest->text);
  globals.writeInitialValues(manifest->values);
  globals.writeFunctions(slots);
  globals.writeKernelLibrary(kernels);
  program->erase();
  return approximate();
}

//===- LoopLowering.cpp - Elementwise ops to one loop ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Element k of every operand is loaded before element k of any result is
// stored, so that a result may take its operand's place.
//
//===----------------------------------------------------------------------===//

#include "LoopLowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::sched;

namespace {

class LoopLowering {
public:
  LoopLowering(const Step &step, const MemoryPlan &plan, ModuleOp module)
      : step(step), plan(plan), module(module), loc(step.ops[0]->getLoc()),
        builder(module.getContext()) {
    collectValues();
  }

  LoweredLoop lower(StringRef name);

private:
  void collectValues();
  LLVM::LLVMFuncOp createFunction(StringRef name);
  Value element(Value root, Value index);
  void lowerBody(Value index, Value learningRate);

  const Step &step;
  const MemoryPlan &plan;
  ModuleOp module;
  Location loc;
  OpBuilder builder;
  /// The loop loads these roots and stores these results.
  llvm::SetVector<Value> loaded;
  SmallVector<Value> stored;
  llvm::SetVector<int64_t> areas;
  DenseMap<int64_t, Value> pointers;
};

} // namespace

void LoopLowering::collectValues() {
  DenseSet<Value> made;
  for (Operation *op : step.ops) {
    for (Value operand : op->getOperands())
      if (Value root = plan.rootOf(operand); !made.contains(root))
        loaded.insert(root);
    made.insert(op->result_begin(), op->result_end());
    for (Value result : op->getResults())
      if (plan.areaOf(result) >= 0)
        stored.push_back(result);
  }
  for (Value value : loaded)
    areas.insert(plan.areaOf(value));
  for (Value value : stored)
    areas.insert(plan.areaOf(value));
}

LLVM::LLVMFuncOp LoopLowering::createFunction(StringRef name) {
  MLIRContext *context = builder.getContext();
  builder.setInsertionPointToEnd(module.getBody());
  SmallVector<Type> types(areas.size(), LLVM::LLVMPointerType::get(context));
  types.push_back(builder.getF32Type());
  auto type =
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), types);
  auto function = LLVM::LLVMFuncOp::create(builder, loc, name, type,
                                           LLVM::Linkage::Internal);
  for (size_t index = 0; index < areas.size(); ++index) {
    function.setArgAttr(index, LLVM::LLVMDialect::getNoAliasAttrName(),
                        builder.getUnitAttr());
    function.setArgAttr(index, LLVM::LLVMDialect::getAlignAttrName(),
                        builder.getI64IntegerAttr(alignment));
  }
  builder.setInsertionPointToStart(function.addEntryBlock(builder));
  for (auto [index, area] : llvm::enumerate(areas))
    pointers[area] = function.getArgument(index);
  return function;
}

Value LoopLowering::element(Value root, Value index) {
  return LLVM::GEPOp::create(builder, loc,
                             LLVM::LLVMPointerType::get(builder.getContext()),
                             builder.getF32Type(), pointers[plan.areaOf(root)],
                             ArrayRef<LLVM::GEPArg>{index});
}

void LoopLowering::lowerBody(Value index, Value learningRate) {
  DenseMap<Value, Value> scalars;
  for (Value root : loaded)
    scalars[root] = LLVM::LoadOp::create(builder, loc, builder.getF32Type(),
                                         element(root, index));
  for (Operation *op : step.ops) {
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(scalars[plan.rootOf(operand)]);
    SmallVector<Value> results = cast<ElementwiseOpInterface>(op).buildScalars(
        builder, operands, learningRate);
    for (auto [value, scalar] : llvm::zip(op->getResults(), results))
      scalars[value] = scalar;
  }
  for (Value value : stored)
    LLVM::StoreOp::create(builder, loc, scalars[value], element(value, index));
}

LoweredLoop LoopLowering::lower(StringRef name) {
  LLVM::LLVMFuncOp function = createFunction(name);
  auto constant = [&](int64_t value) {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getI64IntegerAttr(value));
  };
  int64_t elements = cast<RankedTensorType>(step.ops[0]->getResult(0).getType())
                         .getNumElements();
  auto loop = scf::ForOp::create(builder, loc, constant(0), constant(elements),
                                 constant(1));
  LLVM::ReturnOp::create(builder, loc, ValueRange());
  builder.setInsertionPointToStart(loop.getBody());
  lowerBody(loop.getInductionVar(), function.getArgument(areas.size()));
  return {function, std::vector<int64_t>(areas.begin(), areas.end())};
}

LoweredLoop layerpipe::lowerLoop(const Step &step, const MemoryPlan &plan,
                                 ModuleOp module, StringRef name) {
  return LoopLowering(step, plan, module).lower(name);
}

//===- LoopLowering.cpp - Ops of loops to one nest of loops ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All ops of a step run in one nest. An iteration loads what it reads before it
// stores anything, so that a result may take the place of an operand that is
// read at the same position. Sums and largest elements are kept in the memory
// of the result, which is filled before the nest and finished behind it; where
// the innermost loops combine, LLVM keeps them in registers.
//
//===----------------------------------------------------------------------===//

#include "LoopLowering.h"

#include "DrawLowering.h"
#include "LoopAccesses.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"

#include <limits>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::sched;

namespace {

class LoopLowering {
public:
  LoopLowering(const Step &step, const MemoryPlan &plan, ModuleOp module)
      : plan(plan), module(module), loc(step.ops[0]->getLoc()),
        builder(module.getContext()), accesses(step, plan) {}

  LoweredLoop lower(StringRef name);

private:
  LLVM::LLVMFuncOp createFunction(StringRef name);
  Value constant(int64_t value) {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getI64IntegerAttr(value));
  }
  Value number(double value) {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getF32FloatAttr(value));
  }
  Value address(Value value, Value element);
  Value element(const LinearAccess &access);
  Value load(Value value, const LinearAccess &access);
  Value loadInside(const OperandAccess &access);
  Value combine(Combiner combiner, Value sofar, Value next);
  void eachElement(Value result, llvm::function_ref<void(Value address)> visit);
  void fillResults();
  void makeScalars(ValueRange arguments);
  void lowerNest();
  void lowerBody();
  void finishResults();

  const MemoryPlan &plan;
  ModuleOp module;
  Location loc;
  OpBuilder builder;
  LoopAccesses accesses;
  DenseMap<int64_t, Value> pointers;
  /// These are the same at all positions.
  LoopScalars scalars;
  /// An op that draws has the key of its iteration's draws.
  DenseMap<Operation *, Value> drawKeys;
  /// These are the positions of the loops that are open.
  SmallVector<Value> position;
};

} // namespace

LLVM::LLVMFuncOp LoopLowering::createFunction(StringRef name) {
  MLIRContext *context = builder.getContext();
  builder.setInsertionPointToEnd(module.getBody());
  SmallVector<Type> types(accesses.areas.size(),
                          LLVM::LLVMPointerType::get(context));
  types.append(
      {builder.getF32Type(), builder.getI64Type(), builder.getI64Type()});
  auto type =
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), types);
  auto function = LLVM::LLVMFuncOp::create(builder, loc, name, type,
                                           LLVM::Linkage::Internal);
  for (size_t index = 0; index < accesses.areas.size(); ++index) {
    function.setArgAttr(index, LLVM::LLVMDialect::getNoAliasAttrName(),
                        builder.getUnitAttr());
    function.setArgAttr(index, LLVM::LLVMDialect::getAlignAttrName(),
                        builder.getI64IntegerAttr(alignment));
  }
  builder.setInsertionPointToStart(function.addEntryBlock(builder));
  for (auto [index, area] : llvm::enumerate(accesses.areas))
    pointers[area] = function.getArgument(index);
  return function;
}

//===----------------------------------------------------------------------===//
// Elements in memory
//===----------------------------------------------------------------------===//

Value LoopLowering::address(Value value, Value element) {
  return LLVM::GEPOp::create(builder, loc,
                             LLVM::LLVMPointerType::get(builder.getContext()),
                             builder.getF32Type(), pointers[plan.areaOf(value)],
                             ArrayRef<LLVM::GEPArg>{element});
}

/// Returns the number of the element that is accessed at the loops' position.
Value LoopLowering::element(const LinearAccess &access) {
  Value sum;
  for (auto [index, stride] : llvm::zip_equal(position, access.strides)) {
    if (stride == 0)
      continue;
    Value term = index;
    if (stride != 1)
      term = arith::MulIOp::create(builder, loc, index, constant(stride));
    sum = sum ? Value(arith::AddIOp::create(builder, loc, sum, term)) : term;
  }
  if (!sum)
    return constant(access.offset);
  if (access.offset != 0)
    sum = arith::AddIOp::create(builder, loc, sum, constant(access.offset));
  return sum;
}

Value LoopLowering::load(Value value, const LinearAccess &access) {
  return LLVM::LoadOp::create(builder, loc, builder.getF32Type(),
                              address(value, element(access)));
}

/// Loads an operand's element, or takes the op's number where the position lies
/// outside of the operand.
Value LoopLowering::loadInside(const OperandAccess &access) {
  if (!access.outside)
    return load(access.value, access.linear);
  Value inside;
  for (const IndexBound &bound : access.bounds) {
    Value index = element(bound.index);
    Value holds = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                        index, constant(bound.size));
    inside = inside ? Value(arith::AndIOp::create(builder, loc, inside, holds))
                    : holds;
  }
  Value outside = number(*access.outside);
  if (!inside)
    return load(access.value, access.linear);
  auto branch = scf::IfOp::create(builder, loc, TypeRange{builder.getF32Type()},
                                  inside, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  scf::YieldOp::create(builder, loc, load(access.value, access.linear));
  builder.setInsertionPointToStart(branch.elseBlock());
  scf::YieldOp::create(builder, loc, outside);
  return branch.getResult(0);
}

//===----------------------------------------------------------------------===//
// Combined results
//===----------------------------------------------------------------------===//

/// LLVM may sum in an order of its own, so that it can use vectors.
Value LoopLowering::combine(Combiner combiner, Value sofar, Value next) {
  if (combiner == Combiner::maximum)
    return arith::MaximumFOp::create(builder, loc, sofar, next);
  return arith::AddFOp::create(builder, loc, sofar, next,
                               arith::FastMathFlags::reassoc);
}

void LoopLowering::eachElement(Value result,
                               llvm::function_ref<void(Value address)> visit) {
  int64_t count = cast<RankedTensorType>(result.getType()).getNumElements();
  auto loop = scf::ForOp::create(builder, loc, constant(0), constant(count),
                                 constant(1));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  visit(address(result, loop.getInductionVar()));
}

/// Fills combined results with what changes no sum, or is never largest.
void LoopLowering::fillResults() {
  for (const ResultAccess &result : accesses.results)
    if (result.combiner != Combiner::none) {
      double start = result.combiner == Combiner::maximum
                         ? -std::numeric_limits<double>::infinity()
                         : 0.0;
      eachElement(result.value, [&](Value address) {
        LLVM::StoreOp::create(builder, loc, number(start), address);
      });
    }
}

/// Turns sums into means.
void LoopLowering::finishResults() {
  for (const ResultAccess &result : accesses.results) {
    if (result.combiner != Combiner::mean)
      continue;
    auto op = cast<LoopOpInterface>(result.value.getDefiningOp());
    Value count = number(double(op.getLoops().combined()));
    eachElement(result.value, [&](Value address) {
      Value sum =
          LLVM::LoadOp::create(builder, loc, builder.getF32Type(), address);
      Value mean = arith::DivFOp::create(builder, loc, sum, count);
      LLVM::StoreOp::create(builder, loc, mean, address);
    });
  }
}

//===----------------------------------------------------------------------===//
// The nest
//===----------------------------------------------------------------------===//

/// Makes what all positions share, from the function's last arguments.
void LoopLowering::makeScalars(ValueRange arguments) {
  scalars.learningRate = arguments[0];
  Value updates =
      arith::AddIOp::create(builder, loc, arguments[1], constant(1));
  scalars.updates =
      arith::SIToFPOp::create(builder, loc, builder.getF32Type(), updates);
  for (const OpAccesses &own : accesses.ops)
    if (auto random = dyn_cast<RandomOpInterface>(own.op))
      drawKeys[own.op] = createDrawKey(builder, loc, arguments[2],
                                       random.getDrawKey(), arguments[1]);
}

void LoopLowering::lowerBody() {
  DenseMap<Value, Value> made;
  SmallVector<Value> loaded;
  for (const OperandAccess &access : accesses.loads)
    loaded.push_back(loadInside(access));
  for (const OpAccesses &own : accesses.ops) {
    SmallVector<Value> operands;
    for (auto [operand, number] :
         llvm::zip_equal(own.op->getOperands(), own.loads))
      operands.push_back(number ? loaded[*number]
                                : made.lookup(plan.rootOf(operand)));
    scalars.draw = own.draws ? createDraw(builder, loc, drawKeys[own.op],
                                          element(*own.draws))
                             : Value();
    SmallVector<Value> results =
        cast<LoopOpInterface>(own.op).buildScalars(builder, operands, scalars);
    for (auto [value, scalar] : llvm::zip_equal(own.op->getResults(), results))
      made[value] = scalar;
  }
  for (const ResultAccess &result : accesses.results) {
    Value scalar = made.lookup(result.value);
    Value place = address(result.value, element(result.linear));
    if (result.combiner != Combiner::none) {
      Value sofar =
          LLVM::LoadOp::create(builder, loc, builder.getF32Type(), place);
      scalar = combine(result.combiner, sofar, scalar);
    }
    LLVM::StoreOp::create(builder, loc, scalar, place);
  }
}

void LoopLowering::lowerNest() {
  OpBuilder::InsertionGuard guard(builder);
  for (int64_t extent : accesses.extents) {
    auto loop = scf::ForOp::create(builder, loc, constant(0), constant(extent),
                                   constant(1));
    position.push_back(loop.getInductionVar());
    builder.setInsertionPointToStart(loop.getBody());
  }
  lowerBody();
  position.clear();
}

LoweredLoop LoopLowering::lower(StringRef name) {
  LLVM::LLVMFuncOp function = createFunction(name);
  fillResults();
  makeScalars(function.getArguments().drop_front(accesses.areas.size()));
  lowerNest();
  finishResults();
  LLVM::ReturnOp::create(builder, loc, ValueRange());
  return {function,
          std::vector<int64_t>(accesses.areas.begin(), accesses.areas.end())};
}

LoweredLoop layerpipe::lowerLoop(const Step &step, const MemoryPlan &plan,
                                 ModuleOp module, StringRef name) {
  return LoopLowering(step, plan, module).lower(name);
}

//===- EvaluateLoops.cpp - ops that are loops over scalars ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A formula is computed in f32, operation by operation, and in f64 where the
// interpreter computes in f64. What a combiner makes of several iterations is
// kept in f64.
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"
#include "Layerpipe/IR/LayerpipeShapes.h"
#include "ScalarProgram.h"
#include "layerpipe/Base/RandomBits.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace layerpipe;

namespace {

/// Walks the iterations of an op, in order, and keeps the element that each
/// operand and result is at.
class Walk {
public:
  explicit Walk(LoopOpInterface op) : loops(op.getLoops()) {
    position.resize(loops.extents.size(), 0);
    auto add = [&](Value value, AffineMap map) {
      bounds.push_back(boundsOf(map, shapes::of(value), loops.extents));
      accesses.push_back(linearAccess(map, shapes::of(value)));
      elements.push_back(accesses.back().offset);
    };
    for (auto [value, map] : llvm::zip_equal(op->getOperands(), loops.operands))
      add(value, map);
    for (auto [value, map] : llvm::zip_equal(op->getResults(), loops.results))
      add(value, map);
    if (auto random = dyn_cast<RandomOpInterface>(op.getOperation())) {
      bounds.emplace_back();
      accesses.push_back(random.getDraws());
      elements.push_back(accesses.back().offset);
    }
  }

  /// Calls `visit` at each iteration.
  template <typename Visit> void run(Visit visit) {
    for (int64_t left = loops.iterations(); left > 0; --left) {
      visit();
      advance();
    }
  }

  /// Returns whether the access lies inside of its operand.
  bool isInside(size_t access) const {
    return llvm::all_of(bounds[access], [&](const IndexBound &bound) {
      int64_t index = bound.index.offset;
      for (auto [stride, at] : llvm::zip_equal(bound.index.strides, position))
        index += stride * at;
      return index >= 0 && index < bound.size;
    });
  }

  LoopNest loops;
  /// These are the elements of all operands and, after them, of all results.
  /// An op that draws has the number of its draw at the end.
  SmallVector<int64_t> elements;

private:
  void advance();
  void move(size_t dimension, int64_t steps) {
    for (auto [element, access] : llvm::zip_equal(elements, accesses))
      element += access.strides[dimension] * steps;
  }

  SmallVector<LinearAccess> accesses;
  SmallVector<SmallVector<IndexBound>> bounds;
  SmallVector<int64_t> position;
};

} // namespace

void Walk::advance() {
  for (size_t dimension = position.size(); dimension-- > 0;) {
    move(dimension, 1);
    if (++position[dimension] < loops.extents[dimension])
      return;
    move(dimension, -position[dimension]);
    position[dimension] = 0;
  }
}

static double combine(Combiner combiner, double sofar, double next) {
  if (combiner != Combiner::maximum)
    return sofar + next;
  if (std::isnan(sofar) || std::isnan(next))
    return std::numeric_limits<double>::quiet_NaN();
  return std::fmax(sofar, next);
}

/// Returns the step size of the op, or any number if it is no update.
static float learningRateOf(LoopOpInterface op, const LoopNumbers &update) {
  auto optimizer = dyn_cast<OptimizerOpInterface>(op.getOperation());
  if (update.learningRate || !optimizer)
    return update.learningRate.value_or(0.0f);
  return optimizer.getLearningRate().convertToFloat();
}

/// Returns the key of what the op draws, or any number if it draws nothing.
static uint64_t drawKeyOf(LoopOpInterface op, const LoopNumbers &numbers) {
  auto random = dyn_cast<RandomOpInterface>(op.getOperation());
  if (!random)
    return 0;
  uint64_t stream =
      base::streamKey(numbers.seed, base::drawStream(random.getDrawKey()));
  return base::mixBits(stream ^ uint64_t(numbers.updates - 1));
}

/// Computes all iterations in the type `Number`. The program's arguments are
/// the operands, the step size, the number of updates and a random number.
template <typename Number>
static void iterate(LoopOpInterface op, const ScalarProgram &program,
                    Operands operands, const LoopNumbers &update,
                    Results results) {
  std::vector<Number> registers = program.registers<Number>();
  registers[operands.size()] = Number(learningRateOf(op, update));
  registers[operands.size() + 1] = Number(update.updates);
  Number &draw = registers[operands.size() + 2];
  const bool draws = isa<RandomOpInterface>(op.getOperation());
  const uint64_t key = drawKeyOf(op, update);
  Walk walk(op);
  Combiner combiner = walk.loops.combiner;
  walk.run([&] {
    for (auto [index, operand] : llvm::enumerate(operands))
      registers[index] =
          Number(walk.isInside(index) ? operand->numbers[walk.elements[index]]
                                      : *walk.loops.outside);
    if (draws)
      draw = base::uniformFloat(
          base::mixBits(key ^ uint64_t(walk.elements.back())));
    program.run(registers);
    for (auto [index, result] : llvm::enumerate(results)) {
      double made = double(registers[program.results[index]]);
      double &element = result.numbers[walk.elements[operands.size() + index]];
      element =
          combiner == Combiner::none ? made : combine(combiner, element, made);
    }
  });
}

LogicalResult layerpipe::computeLoops(LoopOpInterface op, Operands operands,
                                      const LoopNumbers &update,
                                      Precision precision, Results results) {
  bool wide = precision == Precision::f64;
  Builder types(op.getContext());
  FailureOr<ScalarProgram> program = ScalarProgram::make(
      op.getLoc(), wide ? FloatType(types.getF64Type()) : types.getF32Type(),
      operands.size() + 3, [&](OpBuilder &builder, ValueRange arguments) {
        ValueRange scalars = arguments.drop_front(operands.size());
        return op.buildScalars(builder, arguments.take_front(operands.size()),
                               {scalars[0], scalars[1], scalars[2]});
      });
  if (failed(program))
    return failure();
  LoopNest loops = op.getLoops();
  if (loops.combiner == Combiner::maximum)
    llvm::fill(results[0].numbers, -std::numeric_limits<double>::infinity());
  if (wide)
    iterate<double>(op, *program, operands, update, results);
  else
    iterate<float>(op, *program, operands, update, results);
  if (loops.combiner == Combiner::mean)
    for (double &element : results[0].numbers)
      element /= double(loops.combined());
  return success();
}

//===- ScalarProgram.cpp - executes scalar formulas -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScalarProgram.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>
#include <optional>

using namespace mlir;
using namespace layerpipe;
using Function = ScalarProgram::Function;

//===----------------------------------------------------------------------===//
// What the operations compute
//===----------------------------------------------------------------------===//

/// Makes both types' functions of a generic one that captures nothing.
template <typename Body> static Function function(Body) {
  return {
      [](float a, float b, float c) -> float { return Body()(a, b, c); },
      [](double a, double b, double c) -> double { return Body()(a, b, c); }};
}

/// Returns a comparison, whose result is 1 or 0. It is false for NaN.
static std::optional<Function> comparison(arith::CmpFPredicate predicate) {
  using arith::CmpFPredicate;
  switch (predicate) {
  case CmpFPredicate::OLT:
    return function([](auto a, auto b, auto) { return a < b ? 1 : 0; });
  case CmpFPredicate::OLE:
    return function([](auto a, auto b, auto) { return a <= b ? 1 : 0; });
  case CmpFPredicate::OGT:
    return function([](auto a, auto b, auto) { return a > b ? 1 : 0; });
  case CmpFPredicate::OGE:
    return function([](auto a, auto b, auto) { return a >= b ? 1 : 0; });
  case CmpFPredicate::OEQ:
    return function([](auto a, auto b, auto) { return a == b ? 1 : 0; });
  default:
    return std::nullopt;
  }
}

/// Returns a function of the standard library, in both types.
#define LAYERPIPE_STANDARD(NAME)                                               \
  [](auto) -> std::optional<Function> {                                        \
    return function([](auto a, auto, auto) { return std::NAME(a); });          \
  }

static std::optional<Function> functionOf(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<Function>>(op)
      .Case<arith::AddFOp>([](auto) {
        return function([](auto a, auto b, auto) { return a + b; });
      })
      .Case<arith::SubFOp>([](auto) {
        return function([](auto a, auto b, auto) { return a - b; });
      })
      .Case<arith::MulFOp>([](auto) {
        return function([](auto a, auto b, auto) { return a * b; });
      })
      .Case<arith::DivFOp>([](auto) {
        return function([](auto a, auto b, auto) { return a / b; });
      })
      .Case<arith::NegFOp>(
          [](auto) { return function([](auto a, auto, auto) { return -a; }); })
      .Case<arith::MaximumFOp>([](auto) {
        return function([](auto a, auto b, auto) {
          return std::isnan(a) || std::isnan(b) ? a + b : std::fmax(a, b);
        });
      })
      .Case<arith::MinimumFOp>([](auto) {
        return function([](auto a, auto b, auto) {
          return std::isnan(a) || std::isnan(b) ? a + b : std::fmin(a, b);
        });
      })
      .Case<arith::SelectOp>([](auto) {
        return function([](auto a, auto b, auto c) { return a != 0 ? b : c; });
      })
      .Case<arith::CmpFOp>(
          [](auto compare) { return comparison(compare.getPredicate()); })
      .Case<math::PowFOp>([](auto) {
        return function([](auto a, auto b, auto) { return std::pow(a, b); });
      })
      .Case<math::AbsFOp>(LAYERPIPE_STANDARD(fabs))
      .Case<math::ErfOp>(LAYERPIPE_STANDARD(erf))
      .Case<math::ExpOp>(LAYERPIPE_STANDARD(exp))
      .Case<math::ExpM1Op>(LAYERPIPE_STANDARD(expm1))
      .Case<math::LogOp>(LAYERPIPE_STANDARD(log))
      .Case<math::Log1pOp>(LAYERPIPE_STANDARD(log1p))
      .Case<math::SqrtOp>(LAYERPIPE_STANDARD(sqrt))
      .Case<math::TanhOp>(LAYERPIPE_STANDARD(tanh))
      .Default([](Operation *) { return std::nullopt; });
}

//===----------------------------------------------------------------------===//
// Translation
//===----------------------------------------------------------------------===//

LogicalResult ScalarProgram::translate(Block &body, ValueRange values) {
  DenseMap<Value, unsigned> registerOf;
  auto add = [&](Value value, double number) {
    registerOf[value] = initial.size();
    initial.push_back(number);
  };
  for (BlockArgument argument : body.getArguments())
    add(argument, 0.0);
  for (Operation &op : body) {
    add(op.getResult(0), 0.0);
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      initial.back() = cast<FloatAttr>(constant.getValue()).getValueAsDouble();
      continue;
    }
    std::optional<Function> known = functionOf(&op);
    if (!known)
      return op.emitError("has no meaning to the interpreter of formulas");
    Instruction instruction{*known, {0, 0, 0}, unsigned(initial.size() - 1)};
    for (auto [index, operand] : llvm::enumerate(op.getOperands()))
      instruction.operands[index] = registerOf.lookup(operand);
    instructions.push_back(instruction);
  }
  for (Value result : values)
    results.push_back(registerOf.lookup(result));
  return success();
}

FailureOr<ScalarProgram> ScalarProgram::make(Location loc, FloatType type,
                                             unsigned arguments, Build build) {
  Region region;
  Block &body = region.emplaceBlock();
  for (unsigned index = 0; index < arguments; ++index)
    body.addArgument(type, loc);
  OpBuilder builder(loc.getContext());
  builder.setInsertionPointToEnd(&body);
  SmallVector<Value> results = build(builder, body.getArguments());
  ScalarProgram program;
  if (failed(program.translate(body, results)))
    return failure();
  return program;
}

//===- LayerpipeScalar.h - scalar formulas as code --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops of loops are defined by formulas over scalars:
//
//   Scalar y = x * (0.5 + 0.5 * erf(x * M_SQRT1_2));
//
// makes the arithmetic of that formula in MLIR's arith and math dialects. The
// scalars are f32 in native code, and f64 where gradients are checked by finite
// differences. Numbers take the type of the scalar beside them.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPESCALAR_H
#define LAYERPIPE_IR_LAYERPIPESCALAR_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/APFloat.h"

namespace layerpipe {

/// A scalar value at the place where a builder makes code.
class Scalar {
public:
  Scalar(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value)
      : builder(&builder), loc(loc), value(value) {}

  operator mlir::Value() const { return value; } // NOLINT: a formula is a value

  /// Returns a number of this scalar's type.
  Scalar number(double number) const {
    auto constant = builder->getFloatAttr(value.getType(), number);
    return with(mlir::arith::ConstantOp::create(*builder, loc, constant));
  }
  Scalar with(mlir::Value other) const { return {*builder, loc, other}; }

  template <typename OpTy> Scalar unary() const {
    return with(OpTy::create(*builder, loc, value));
  }
  template <typename OpTy> Scalar binary(mlir::Value other) const {
    return with(OpTy::create(*builder, loc, value, other));
  }
  /// Compares without order: false where a NaN is compared.
  mlir::Value compare(mlir::arith::CmpFPredicate predicate,
                      mlir::Value other) const {
    return mlir::arith::CmpFOp::create(*builder, loc, predicate, value, other);
  }
  /// Returns this scalar where `condition` is true, and `other` elsewhere.
  Scalar where(mlir::Value condition, mlir::Value other) const {
    return with(
        mlir::arith::SelectOp::create(*builder, loc, condition, value, other));
  }

private:
  mlir::OpBuilder *builder;
  mlir::Location loc;
  mlir::Value value;
};

#define LAYERPIPE_SCALAR_OPERATOR(SYMBOL, OP)                                  \
  inline Scalar operator SYMBOL(Scalar a, Scalar b) {                          \
    return a.binary<mlir::arith::OP>(b);                                       \
  }                                                                            \
  inline Scalar operator SYMBOL(Scalar a, double b) {                          \
    return a SYMBOL a.number(b);                                               \
  }                                                                            \
  inline Scalar operator SYMBOL(double a, Scalar b) {                          \
    return b.number(a) SYMBOL b;                                               \
  }
LAYERPIPE_SCALAR_OPERATOR(+, AddFOp)
LAYERPIPE_SCALAR_OPERATOR(-, SubFOp)
LAYERPIPE_SCALAR_OPERATOR(*, MulFOp)
LAYERPIPE_SCALAR_OPERATOR(/, DivFOp)
#undef LAYERPIPE_SCALAR_OPERATOR

#define LAYERPIPE_SCALAR_COMPARISON(SYMBOL, PREDICATE)                         \
  inline mlir::Value operator SYMBOL(Scalar a, Scalar b) {                     \
    return a.compare(mlir::arith::CmpFPredicate::PREDICATE, b);                \
  }                                                                            \
  inline mlir::Value operator SYMBOL(Scalar a, double b) {                     \
    return a SYMBOL a.number(b);                                               \
  }
LAYERPIPE_SCALAR_COMPARISON(<, OLT)
LAYERPIPE_SCALAR_COMPARISON(<=, OLE)
LAYERPIPE_SCALAR_COMPARISON(>, OGT)
LAYERPIPE_SCALAR_COMPARISON(>=, OGE)
LAYERPIPE_SCALAR_COMPARISON(==, OEQ)
#undef LAYERPIPE_SCALAR_COMPARISON

inline Scalar operator-(Scalar a) { return a.unary<mlir::arith::NegFOp>(); }

#define LAYERPIPE_SCALAR_FUNCTION(NAME, OP)                                    \
  inline Scalar NAME(Scalar a) { return a.unary<mlir::math::OP>(); }
LAYERPIPE_SCALAR_FUNCTION(abs, AbsFOp)
LAYERPIPE_SCALAR_FUNCTION(erf, ErfOp)
LAYERPIPE_SCALAR_FUNCTION(exp, ExpOp)
LAYERPIPE_SCALAR_FUNCTION(expm1, ExpM1Op)
LAYERPIPE_SCALAR_FUNCTION(log, LogOp)
LAYERPIPE_SCALAR_FUNCTION(log1p, Log1pOp)
LAYERPIPE_SCALAR_FUNCTION(sqrt, SqrtOp)
LAYERPIPE_SCALAR_FUNCTION(tanh, TanhOp)
#undef LAYERPIPE_SCALAR_FUNCTION

/// Returns a where `condition` is true, and b elsewhere.
inline Scalar select(mlir::Value condition, Scalar a, Scalar b) {
  return a.where(condition, b);
}
inline Scalar select(mlir::Value condition, Scalar a, double b) {
  return a.where(condition, a.number(b));
}
inline Scalar select(mlir::Value condition, double a, Scalar b) {
  return b.number(a).where(condition, b);
}
/// Returns the larger of two, and NaN where one of them is.
inline Scalar max(Scalar a, Scalar b) {
  return a.binary<mlir::arith::MaximumFOp>(b);
}
inline Scalar min(Scalar a, Scalar b) {
  return a.binary<mlir::arith::MinimumFOp>(b);
}
inline Scalar max(Scalar a, double b) { return max(a, a.number(b)); }
inline Scalar min(Scalar a, double b) { return min(a, a.number(b)); }
inline Scalar pow(Scalar a, Scalar b) {
  return a.binary<mlir::math::PowFOp>(b);
}

} // namespace layerpipe

#endif // LAYERPIPE_IR_LAYERPIPESCALAR_H

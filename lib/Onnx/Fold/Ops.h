//===- Ops.h - The functions that fold nodes --------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Table.cpp says which ops they are for.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_ONNX_FOLD_OPS_H
#define LAYERPIPE_LIB_ONNX_FOLD_OPS_H

#include "Folding.h"

namespace layerpipe::onnx::ops {

// Arithmetic.cpp
void add(Folding &folding);
void sub(Folding &folding);
void mul(Folding &folding);
void div(Folding &folding);
void mod(Folding &folding);
void pow(Folding &folding);
void min(Folding &folding);
void max(Folding &folding);
void sum(Folding &folding);

// Functions.cpp
void neg(Folding &folding);
void abs(Folding &folding);
void sign(Folding &folding);
void floor(Folding &folding);
void ceil(Folding &folding);
void round(Folding &folding);
void sqrt(Folding &folding);
void exp(Folding &folding);
void log(Folding &folding);
void reciprocal(Folding &folding);
void erf(Folding &folding);
void tanh(Folding &folding);
void sigmoid(Folding &folding);
void sin(Folding &folding);
void cos(Folding &folding);

// Logic.cpp
void equal(Folding &folding);
void less(Folding &folding);
void lessOrEqual(Folding &folding);
void greater(Folding &folding);
void greaterOrEqual(Folding &folding);
void logicalAnd(Folding &folding);
void logicalOr(Folding &folding);
void logicalXor(Folding &folding);
void logicalNot(Folding &folding);
void isNaN(Folding &folding);
void where(Folding &folding);

// Cast.cpp
void cast(Folding &folding);
void castLike(Folding &folding);

// Creation.cpp
void constant(Folding &folding);
void constantOfShape(Folding &folding);
void range(Folding &folding);
void eyeLike(Folding &folding);
void oneHot(Folding &folding);

// Shapes.cpp
void identity(Folding &folding);
void shape(Folding &folding);
void size(Folding &folding);
void reshape(Folding &folding);
void flatten(Folding &folding);
void squeeze(Folding &folding);
void unsqueeze(Folding &folding);

// Views.cpp
void transpose(Folding &folding);
void expand(Folding &folding);
void tile(Folding &folding);
void slice(Folding &folding);
void split(Folding &folding);

// Gathering.cpp
void concat(Folding &folding);
void gather(Folding &folding);
void gatherElements(Folding &folding);
void gatherNd(Folding &folding);

// Reductions.cpp
void reduceSum(Folding &folding);
void reduceMean(Folding &folding);
void reduceProd(Folding &folding);
void reduceMax(Folding &folding);
void reduceMin(Folding &folding);

// Rows.cpp
void cumSum(Folding &folding);
void trilu(Folding &folding);

} // namespace layerpipe::onnx::ops

#endif // LAYERPIPE_LIB_ONNX_FOLD_OPS_H

//===- LayerpipeDialect.h - the layerpipe dialect ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPEDIALECT_H
#define LAYERPIPE_IR_LAYERPIPEDIALECT_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/TensorEncoding.h"
#include <optional>

#include "Layerpipe/IR/LayerpipeEnums.h.inc"

#include "Layerpipe/IR/LayerpipeDialect.h.inc"

namespace layerpipe {

/// A ratio is an exact number, numerator / denominator with denominator > 0.
/// Attributes print 5/2 and, where the denominator is 1, 5.
struct Ratio {
  int64_t numerator = 0;
  int64_t denominator = 1;

  bool operator==(const Ratio &other) const {
    return numerator == other.numerator && denominator == other.denominator;
  }
};

inline llvm::hash_code hash_value(const Ratio &ratio) {
  return llvm::hash_combine(ratio.numerator, ratio.denominator);
}

/// These are the bandwidth and the latency of the processors of a machine that
/// a level has, or of a pair of them. A bandwidth of 0 stands for shared
/// memory.
struct MachineLevel {
  int64_t processors = 0;
  Ratio bandwidth;
  int64_t latency = 0;

  bool operator==(const MachineLevel &) const = default;
};

struct MachinePair {
  int64_t first = 0;
  int64_t second = 0;
  Ratio bandwidth;
  int64_t latency = 0;

  bool operator==(const MachinePair &) const = default;
};

inline llvm::hash_code hash_value(const MachineLevel &level) {
  return llvm::hash_combine(level.processors, level.bandwidth, level.latency);
}

inline llvm::hash_code hash_value(const MachinePair &pair) {
  return llvm::hash_combine(pair.first, pair.second, pair.bandwidth,
                            pair.latency);
}

} // namespace layerpipe

#include "Layerpipe/IR/LayerpipeAttrInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "Layerpipe/IR/LayerpipeAttrs.h.inc"

namespace layerpipe {

/// Returns the layer that a compute op belongs to, counted from 1 in the order
/// of the forward graph, or nullopt before differentiation has numbered the
/// layers.
std::optional<int64_t> getLayer(mlir::Operation *op);
void setLayer(mlir::Operation *op, int64_t layer);
/// Removes the op's layer. Inside a task the layer is the task's.
void clearLayer(mlir::Operation *op);

/// An op that serves forward passes and gradients alike has this attribute
/// where it is part of a gradient: the text activation_grad or grad_weight. One
/// that serves a loss has the text loss.
inline constexpr llvm::StringLiteral roleAttribute = "layerpipe.role";

/// Returns the role that the op's attribute tells, or `otherwise` without one.
TaskKind roleOf(mlir::Operation *op, TaskKind otherwise = TaskKind::forward);
void setRole(mlir::Operation *op, TaskKind role);

/// In a graph of several microbatches, the ops and tasks of one have its number
/// here, an i64 from 0. Those that all microbatches share have none.
inline constexpr llvm::StringLiteral microbatchAttribute =
    "layerpipe.microbatch";

std::optional<int64_t> getMicrobatch(mlir::Operation *op);
void setMicrobatch(mlir::Operation *op, int64_t microbatch);
/// Removes the number. Inside a task the microbatch is the task's.
void clearMicrobatch(mlir::Operation *op);

/// A loss has this unit attribute where it is not that of the output which
/// evaluations score.
inline constexpr llvm::StringLiteral auxiliaryAttribute = "layerpipe.auxiliary";

/// No higher layer is accepted, since passes keep arrays of layers.
inline constexpr int64_t maxLayer = int64_t(1) << 20;

} // namespace layerpipe

#endif // LAYERPIPE_IR_LAYERPIPEDIALECT_H

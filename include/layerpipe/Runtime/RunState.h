//===- RunState.h - What a run needs to go on -------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Behind iteration N − 1, tasks of later iterations still read values of
// earlier ones: parameters, states of optimizers, and gradients that are late.
// These values are the state of a run. A run that goes on from it computes what
// it would have computed without the stop, bit for bit.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_RUNSTATE_H
#define LAYERPIPE_RUNTIME_RUNSTATE_H

#include "layerpipe/Runtime/Manifest.h"

#include <cstdint>
#include <vector>

namespace layerpipe::runtime {

/// Each parameter has its values here, in rows, in the manifest's order.
using ParameterValues = std::vector<std::vector<float>>;

/// This is what a buffer's writer made `age` ≥ 1 iterations before the one that
/// comes next.
struct StateValue {
  int64_t buffer = 0;
  int64_t age = 1;
};

/// Returns the values that tasks read of earlier iterations, by buffer and age,
/// without the latest parameters. A buffer that is read at distance 3 has the
/// ages 1 to 3.
std::vector<StateValue> stateValuesOf(const Manifest &manifest);

/// Gives each buffer as many slots as it has values in the state, in memory of
/// its own, so that all of them are there when a run has ended; a schedule may
/// need fewer at once, and let others lie there in between. Fails
/// where a task reads inputs of earlier iterations, or changes in place what
/// has too few slots.
Result<Manifest> withStateKept(Manifest manifest);

/// This is the state behind so many completed iterations.
struct RunState {
  int64_t completed = 0;
  ParameterValues parameters;
  /// Each of the manifest's state values has its bytes here as 32-bit floats.
  std::vector<std::vector<float>> values;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_RUNSTATE_H

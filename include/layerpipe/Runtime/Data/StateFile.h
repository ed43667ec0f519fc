//===- StateFile.h - States of runs as files --------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A state file is a checkpoint that has more: the states of optimizers, the
// gradients that are late, how many iterations are complete, and the seed.
// docs/runtime.md describes it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_DATA_STATEFILE_H
#define LAYERPIPE_RUNTIME_DATA_STATEFILE_H

#include "layerpipe/Runtime/Data/Safetensors.h"
#include "layerpipe/Runtime/Manifest.h"
#include "layerpipe/Runtime/Result.h"
#include "layerpipe/Runtime/RunState.h"

#include <cstdint>
#include <string>

namespace layerpipe::runtime {

/// This is a state with the seed of its run.
struct SavedState {
  RunState state;
  uint64_t seed = 0;
};

/// Writes the state of a run of this program.
TensorFile makeStateFile(const Manifest &manifest, const RunState &state,
                         uint64_t seed);

/// Reads a state. Fails where the file is no state, or one of another network,
/// or of a program whose schedule has other values in flight; `origin` names it
/// in messages.
Result<SavedState> restoreState(const Manifest &manifest, TensorFile file,
                                const std::string &origin);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_DATA_STATEFILE_H

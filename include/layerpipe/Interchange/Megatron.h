//===- Megatron.h - Megatron's layouts of pipelines -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Megatron-core takes a partition, and no order, as one text, the option
// --pipeline-model-parallel-layout. A letter is a layer, and a bar ends a
// stage:
//
//   Et*3|(tt|)*29,m|L      E, ttt | tt | … | m | L
//
// E is the embedding, t a decoder layer, m a layer for predicting several
// tokens, L the loss. `x*n` repeats a letter, `(…)*n` what is in parentheses;
// commas mean nothing. Stage i is on rank i mod P.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERCHANGE_MEGATRON_H
#define LAYERPIPE_INTERCHANGE_MEGATRON_H

#include "layerpipe/Scheduling/Model/Result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::interchange {

/// Each stage is a text of layers, such as "Ettt". A stage may be empty.
using MegatronStages = std::vector<std::string>;

/// No layout has more letters and bars than this.
inline constexpr int64_t maxMegatronLayers = int64_t(1) << 20;

/// Succeeds if the number of stages is a multiple of the ranks, all letters are
/// layers, E is first in the first stage and L last in the last one, and both
/// are there once.
scheduling::Status checkMegatronStages(const MegatronStages &stages,
                                       int64_t ranks);

/// Writes stages in short: three or more equal layers, or stages in a row, are
/// repetitions. Fails where checkMegatronStages does.
scheduling::Result<std::string>
writeMegatronLayout(const MegatronStages &stages, int64_t ranks);

/// Reads a layout. Fails, naming the character, on what is not of the grammar
/// and on layouts that are too long.
scheduling::Result<MegatronStages> readMegatronLayout(std::string_view text);

} // namespace layerpipe::interchange

#endif // LAYERPIPE_INTERCHANGE_MEGATRON_H

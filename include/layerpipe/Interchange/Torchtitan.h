//===- Torchtitan.h - What torchtitan wants beside rows ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// torchtitan runs rows of a file if its settings say how many ranks and
// microbatches there are, which modules each stage has, and, by the name of a
// schedule that it then doesn't use, where the stages lie.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERCHANGE_TORCHTITAN_H
#define LAYERPIPE_INTERCHANGE_TORCHTITAN_H

#include "layerpipe/Interchange/TorchCheck.h"

#include <string>
#include <vector>

namespace layerpipe::interchange {

/// Names the modules of each stage, such as "tok_embeddings" and "layers.0".
using StageModules = std::vector<std::vector<std::string>>;

/// Returns the settings as Python for torchtitan's configurations:
///
///   parallelism=ParallelismConfig(
///       pipeline_parallel_degree=2,
///       …
///   ),
///
/// Fails if torchtitan can't place stages so, if rows have sends and receives,
/// since it adds its own, and if the modules are not those of as many stages,
/// each named once.
Result<std::string> writeTorchtitanSettings(const TorchFacts &facts,
                                            const StageModules &modules,
                                            const std::string &csvPath);

} // namespace layerpipe::interchange

#endif // LAYERPIPE_INTERCHANGE_TORCHTITAN_H

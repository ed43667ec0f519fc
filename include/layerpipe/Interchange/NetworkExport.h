//===- NetworkExport.h - Plans of networks for other runtimes ---*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Beside an order of microbatches, some runtimes want to know which modules of
// the network each stage has. Layers are named by the module that has their
// parameters, as PyTorch does: "layers.0.attention.wq".
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERCHANGE_NETWORKEXPORT_H
#define LAYERPIPE_INTERCHANGE_NETWORKEXPORT_H

#include "layerpipe/Interchange/Export.h"
#include "layerpipe/Interchange/Megatron.h"
#include "layerpipe/Interchange/Torchtitan.h"

#include <string>

namespace layerpipe::interchange {

struct NetworkPlan {
  scheduling::PipelineProblem problem;
  scheduling::PipelineOrder order;
  /// Names the layers of each stage.
  StageModules layers;
  /// Names the strategy that made the order.
  std::string strategy;
};

/// Returns the modules of each stage as torchtitan takes them: a layer within a
/// member of a list counts as that member, "layers.0.attention.wq" as
/// "layers.0", and each is named once. A module may still be in two stages.
StageModules modulesOf(const StageModules &layers);

/// Returns the letters of each stage for Megatron: E for embeddings, t for a
/// decoder layer, m for one that predicts several tokens; L, the loss, ends the
/// last stage and includes the output layer. Final norms have no letter. Fails
/// on a layer that is none of these, on a decoder layer in two stages, and on
/// an embedding or an output in another stage than Megatron has it.
Result<MegatronStages> megatronStagesOf(const StageModules &layers);

/// Writes the plan of a network in a format. `rows` names the file of PyTorch's
/// rows, for settings of torchtitan. Fails, with the reason, on what the format
/// can't say: Megatron has orders of its own, and places stages in a loop.
Result<std::string> exportNetworkPlan(const NetworkPlan &plan,
                                      const ExportOptions &options,
                                      const std::string &rows = "");

} // namespace layerpipe::interchange

#endif // LAYERPIPE_INTERCHANGE_NETWORKEXPORT_H

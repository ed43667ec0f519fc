//===- NetworkExport.cpp - Plans of networks for other runtimes -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/NetworkExport.h"

#include "layerpipe/Base/Text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

namespace layerpipe::interchange {

using namespace scheduling;

namespace {

bool isNumber(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
}

/// Returns the member of a list that a layer is in, or the whole name.
std::string memberOf(const std::string &layer) {
  for (size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1) {
    end = layer.find('.', begin);
    if (isNumber(std::string_view(layer).substr(begin, end - begin)))
      return layer.substr(0, end);
  }
  return layer;
}

enum class Role : uint8_t { embedding, decoder, prediction, norm, output };

/// Returns what a layer is to Megatron, by the names that models give it.
std::optional<Role> roleOf(const std::string &layer) {
  static const std::unordered_map<std::string_view, Role> roles = {
      {"embedding", Role::embedding},
      {"embeddings", Role::embedding},
      {"embed_tokens", Role::embedding},
      {"position_embeddings", Role::embedding},
      {"tok_embeddings", Role::embedding},
      {"word_embeddings", Role::embedding},
      {"wpe", Role::embedding},
      {"wte", Role::embedding},
      {"blocks", Role::decoder},
      {"h", Role::decoder},
      {"layers", Role::decoder},
      {"mtp", Role::prediction},
      {"final_layernorm", Role::norm},
      {"final_norm", Role::norm},
      {"ln_f", Role::norm},
      {"norm", Role::norm},
      {"head", Role::output},
      {"lm_head", Role::output},
      {"output", Role::output},
      {"output_layer", Role::output}};
  std::vector<std::string_view> parts = base::splitList(layer, '.');
  for (size_t i = 0; i < parts.size(); ++i) {
    auto found = roles.find(parts[i]);
    if (found == roles.end())
      continue;
    bool isList =
        found->second == Role::decoder || found->second == Role::prediction;
    if (!isList || (i + 1 < parts.size() && isNumber(parts[i + 1])))
      return found->second;
  }
  return std::nullopt;
}

/// Collects the letters of stages, layer by layer.
class LetterWriter {
public:
  explicit LetterWriter(size_t stages) : stages(stages) {}

  Status add(const std::string &layer, size_t stage);

  Result<MegatronStages> finish() {
    if (!stages.empty())
      stages.back() += 'L';
    return std::move(stages);
  }

private:
  Status addOnce(const std::string &layer, size_t stage, char letter);

  MegatronStages stages;
  /// Each module that has a letter, with its stage.
  std::unordered_map<std::string, size_t> stageOf;
};

Status LetterWriter::addOnce(const std::string &layer, size_t stage,
                             char letter) {
  std::string module = letter == 'E' ? "the embedding" : memberOf(layer);
  auto [found, added] = stageOf.try_emplace(module, stage);
  if (added)
    stages[stage] += letter;
  else if (found->second != stage)
    return Error{fmt::format("{} is in stages {} and {}, and a letter of "
                             "Megatron's layout is in one",
                             base::printable(module), found->second, stage)};
  return Status::success();
}

Status LetterWriter::add(const std::string &layer, size_t stage) {
  std::optional<Role> role = roleOf(layer);
  if (!role)
    return Error{fmt::format(
        "Megatron's layout has letters for embeddings, decoder layers, "
        "predictions and the output; the layer '{}' is none by its name, such "
        "as embedding, layers.0, mtp.0, norm or output_layer",
        base::printable(layer))};
  if (*role == Role::embedding && stage != 0)
    return Error{fmt::format("the embedding '{}' is in stage {}, and Megatron "
                             "has it in the first one",
                             base::printable(layer), stage)};
  if (*role == Role::output && stage + 1 != stages.size())
    return Error{fmt::format("the output '{}' is in stage {}, and Megatron "
                             "has it in the last one, {}",
                             base::printable(layer), stage, stages.size() - 1)};
  if (*role == Role::norm || *role == Role::output)
    return Status::success();
  return addOnce(layer, stage,
                 *role == Role::embedding ? 'E'
                 : *role == Role::decoder ? 't'
                                          : 'm');
}

/// Succeeds if Megatron places the stages so and has an order of that name.
Status checkMegatronRuns(const NetworkPlan &plan) {
  int64_t ranks = plan.problem.machine.processors;
  for (size_t stage = 0; stage < plan.problem.stages.size(); ++stage) {
    int64_t there = static_cast<int64_t>(stage) % ranks;
    if (int64_t here = plan.problem.stages[stage].processor; here != there)
      return Error{fmt::format("stage {} is on processor {}, and Megatron has "
                               "stage i on rank i mod {}",
                               stage, here, ranks)};
  }
  if (plan.strategy != "1f1b" && plan.strategy != "interleaved-1f1b")
    return Error{
        fmt::format("Megatron's layout says which layers a stage has and in no "
                    "way in which "
                    "order microbatches run; Megatron has the orders 1f1b and "
                    "interleaved-1f1b, and this plan has that of {}",
                    plan.strategy)};
  return Status::success();
}

Result<std::string> exportMegatron(const NetworkPlan &plan) {
  if (Status runs = checkMegatronRuns(plan); !runs)
    return runs;
  Result<MegatronStages> stages = megatronStagesOf(plan.layers);
  if (!stages)
    return stages.error();
  Result<std::string> layout =
      writeMegatronLayout(*stages, plan.problem.machine.processors);
  if (!layout)
    return layout;
  return *layout + "\n";
}

Result<std::string> exportTorchtitan(const NetworkPlan &plan,
                                     const std::string &rows) {
  if (rows.empty())
    return Error{"torchtitan's settings name a file of PyTorch's rows; say "
                 "which by --rows FILE.csv"};
  Result<TorchRows> made = toTorchRows(plan.problem, plan.order, {});
  if (!made)
    return made.error();
  Result<TorchFacts> facts = checkTorchRows(*made);
  if (!facts)
    return facts.error();
  return writeTorchtitanSettings(*facts, modulesOf(plan.layers), rows);
}

} // namespace

StageModules modulesOf(const StageModules &layers) {
  StageModules modules;
  for (const std::vector<std::string> &stage : layers) {
    std::vector<std::string> &names = modules.emplace_back();
    std::set<std::string> known;
    for (const std::string &layer : stage)
      if (std::string name = memberOf(layer); known.insert(name).second)
        names.push_back(std::move(name));
  }
  return modules;
}

Result<MegatronStages> megatronStagesOf(const StageModules &layers) {
  LetterWriter letters(layers.size());
  for (size_t stage = 0; stage < layers.size(); ++stage)
    for (const std::string &layer : layers[stage])
      if (Status added = letters.add(layer, stage); !added)
        return added.error();
  return letters.finish();
}

Result<std::string> exportNetworkPlan(const NetworkPlan &plan,
                                      const ExportOptions &options,
                                      const std::string &rows) {
  if (options.format == ExportFormat::megatron)
    return exportMegatron(plan);
  if (options.format == ExportFormat::torchtitan)
    return exportTorchtitan(plan, rows);
  return exportOrder(plan.problem, plan.order, options);
}

} // namespace layerpipe::interchange

//===- StateFile.cpp - States of runs as files ----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/StateFile.h"

#include "layerpipe/Base/Numbers.h"
#include "layerpipe/Runtime/CommandLine.h"
#include "layerpipe/Runtime/Data/Checkpoint.h"

#include <fmt/format.h>

#include <limits>

using namespace layerpipe;
using namespace layerpipe::runtime;

static const char *const completedKey = "layerpipe.iterations";
static const char *const seedKey = "layerpipe.seed";
static const char *const layoutsKey = "layerpipe.layouts";

/// Returns the name of a state value's tensor: "layerpipe.state/3/BUFFER" for
/// what was made 3 iterations before the next.
static std::string tensorName(const Manifest &manifest,
                              const StateValue &value) {
  return fmt::format("layerpipe.state/{}/{}", value.age,
                     manifest.buffers[value.buffer].name);
}

/// Describes the layouts in which the values of the state lie, as those of the
/// parameters that are not rows.
static std::string layoutsOf(const Manifest &manifest) {
  std::string layouts;
  for (const Parameter &parameter : manifest.parameters)
    if (!parameter.layout.empty())
      layouts += fmt::format("{}={};", parameter.name, parameter.layout);
  return layouts;
}

TensorFile layerpipe::runtime::makeStateFile(const Manifest &manifest,
                                             const RunState &state,
                                             uint64_t seed) {
  TensorFile file = makeCheckpoint(manifest, state.parameters);
  file.metadata[completedKey] = std::to_string(state.completed);
  file.metadata[seedKey] = std::to_string(seed);
  file.metadata[layoutsKey] = layoutsOf(manifest);
  const std::vector<StateValue> values = stateValuesOf(manifest);
  for (size_t s = 0; s < values.size(); ++s)
    file.tensors[tensorName(manifest, values[s])] = {
        {int64_t(state.values[s].size())}, state.values[s]};
  return file;
}

namespace {

class StateReader {
public:
  StateReader(const Manifest &manifest, TensorFile file,
              const std::string &origin)
      : manifest(manifest), file(std::move(file)), origin(origin) {}

  Result<SavedState> read();

private:
  template <typename T>
  Result<T> number(const char *key, const base::Limits<T> &limits) const;
  Result<void> readValues(RunState &state);

  const Manifest &manifest;
  TensorFile file;
  const std::string &origin;
};

} // namespace

template <typename T>
Result<T> StateReader::number(const char *key,
                              const base::Limits<T> &limits) const {
  auto found = file.metadata.find(key);
  if (found == file.metadata.end())
    return Error{fmt::format("{} is no state of a run, which --save-state "
                             "writes: its metadata lack {}",
                             origin, key)};
  Result<T> number = base::parseNumber(found->second, limits);
  if (!number)
    return Error{fmt::format("{}: {} in the metadata: {}", origin, key,
                             number.error().message)};
  return *number;
}

Result<void> StateReader::readValues(RunState &state) {
  for (const StateValue &value : stateValuesOf(manifest)) {
    const std::string name = tensorName(manifest, value);
    const int64_t count =
        manifest.buffers[value.buffer].bytes / int64_t(sizeof(float));
    auto found = file.tensors.find(name);
    if (found == file.tensors.end() ||
        int64_t(found->second.values.size()) != count)
      return Error{fmt::format(
          "{} is the state of another program than this: it {} {}; a run goes "
          "on with the same optimizer, the same strategy and as many "
          "processors, or from the parameters alone with --load and "
          "--load-ignore-unknown",
          origin, found == file.tensors.end() ? "lacks" : "has another size of",
          name)};
    state.values.push_back(std::move(found->second.values));
    file.tensors.erase(found);
  }
  return {};
}

Result<SavedState> StateReader::read() {
  Result<int64_t> completed =
      number(completedKey, base::Limits<int64_t>{0, mostSteps});
  if (!completed)
    return completed.error();
  Result<uint64_t> seed = number(
      seedKey, base::Limits<uint64_t>{0, std::numeric_limits<uint64_t>::max()});
  if (!seed)
    return seed.error();
  if (file.metadata[layoutsKey] != layoutsOf(manifest))
    return Error{
        fmt::format("{} is the state of a program that has parameters "
                    "in other layouts; compile with the same --kernels "
                    "and measurements",
                    origin)};
  SavedState saved{{*completed, {}, {}}, *seed};
  if (Result<void> values = readValues(saved.state); !values)
    return values.error();
  Result<ParameterValues> parameters =
      restoreCheckpoint(manifest, std::move(file), origin);
  if (!parameters)
    return parameters.error();
  saved.state.parameters = std::move(*parameters);
  return saved;
}

Result<SavedState> layerpipe::runtime::restoreState(const Manifest &manifest,
                                                    TensorFile file,
                                                    const std::string &origin) {
  return StateReader(manifest, std::move(file), origin).read();
}

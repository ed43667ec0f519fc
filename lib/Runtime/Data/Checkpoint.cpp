//===- Checkpoint.cpp - Parameters of a program ---------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parameters come from seeds and checkpoints, and go to checkpoints.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/Checkpoint.h"
#include "layerpipe/Runtime/Random.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace layerpipe::runtime;

static const char *const fingerprintKey = "layerpipe.network";

/// Returns "parameter fc.weight holds inf in element 3 of 12" for the first
/// element that is no finite number, or nothing.
static std::optional<std::string> findNotFinite(const Manifest &manifest,
                                                const ParameterValues &values) {
  for (size_t p = 0; p < values.size(); ++p) {
    auto found = std::find_if(values[p].begin(), values[p].end(),
                              [](float x) { return !std::isfinite(x); });
    if (found != values[p].end())
      return fmt::format("parameter {} holds {} in element {} of {}",
                         manifest.parameters[p].name,
                         std::isnan(*found) ? "nan"
                         : *found > 0       ? "inf"
                                            : "-inf",
                         found - values[p].begin(), values[p].size());
  }
  return std::nullopt;
}

Result<void> layerpipe::runtime::checkFinite(const Manifest &manifest,
                                             const ParameterValues &values,
                                             const std::string &origin) {
  if (auto found = findNotFinite(manifest, values))
    return Error{fmt::format("{}: {}", origin, *found)};
  return {};
}

TensorFile layerpipe::runtime::makeCheckpoint(const Manifest &manifest,
                                              const ParameterValues &values) {
  TensorFile file;
  file.metadata[fingerprintKey] = manifest.fingerprint;
  for (size_t p = 0; p < manifest.parameters.size(); ++p)
    file.tensors[manifest.parameters[p].name] = {manifest.parameters[p].shape,
                                                 values[p]};
  return file;
}

/// Says what is wrong with a tensor for this parameter; returns "" if nothing
/// is.
static std::string describeMismatch(const Tensor &tensor,
                                    const Parameter &parameter) {
  if (tensor.shape != parameter.shape)
    return fmt::format("{} has shape [{}], but must have [{}]", parameter.name,
                       fmt::join(tensor.shape, ", "),
                       fmt::join(parameter.shape, ", "));
  if (!tensor.problem.empty())
    return fmt::format("{}: {}", parameter.name, tensor.problem);
  if (int64_t(tensor.values.size()) != parameter.elements())
    return fmt::format("{} has type {}; it must be F32, F16, BF16 or F64",
                       parameter.name, tensor.type);
  return "";
}

/// Lists the names as "a", "b" and so on, shortened.
static std::string listNames(const std::map<std::string, Tensor> &tensors) {
  constexpr size_t most = 3;
  std::vector<std::string_view> names;
  for (const auto &[name, tensor] : tensors)
    if (names.size() < most)
      names.push_back(name);
  std::string text = fmt::format("{}", fmt::join(names, ", "));
  if (tensors.size() > most)
    text += fmt::format(" and {} more", tensors.size() - most);
  return text;
}

Result<ParameterValues>
layerpipe::runtime::restoreCheckpoint(const Manifest &manifest, TensorFile file,
                                      const std::string &origin,
                                      UnknownTensors unknown) {
  auto refuse = [&](const std::string &what) {
    return Error{fmt::format("{} is a checkpoint of another network than {}: "
                             "{}",
                             origin, manifest.name, what)};
  };
  ParameterValues values;
  for (const Parameter &parameter : manifest.parameters) {
    auto it = file.tensors.find(parameter.name);
    if (it == file.tensors.end())
      return refuse(fmt::format("it lacks {}", parameter.name));
    if (std::string mismatch = describeMismatch(it->second, parameter);
        !mismatch.empty())
      return refuse(mismatch);
    values.push_back(std::move(it->second.values));
    file.tensors.erase(it);
  }
  if (!file.tensors.empty() && unknown == UnknownTensors::refused)
    return refuse(fmt::format("it also has {}; --load-ignore-unknown leaves "
                              "such tensors out",
                              listNames(file.tensors)));
  auto fingerprint = file.metadata.find(fingerprintKey);
  if (file.tensors.empty() && fingerprint != file.metadata.end() &&
      fingerprint->second != manifest.fingerprint)
    return refuse("the names and shapes agree, but the fingerprints don't");
  if (Result<void> finite = checkFinite(manifest, values, origin); !finite)
    return finite.error();
  return values;
}

ParameterValues
layerpipe::runtime::initialParameters(const Manifest &manifest, uint64_t seed,
                                      const void *const *given) {
  ParameterValues values;
  for (size_t p = 0; p < manifest.parameters.size(); ++p) {
    const Parameter &parameter = manifest.parameters[p];
    std::vector<float> &value = values.emplace_back(parameter.elements());
    if (parameter.values) {
      std::memcpy(value.data(), given[*parameter.values],
                  value.size() * sizeof(float));
      continue;
    }
    for (size_t i = 0; i < value.size(); ++i) {
      float unit =
          uniformFloat(randomBits(seed, RandomStream::parameters + p, i));
      value[i] = parameter.uniform ? (2 * unit - 1) * parameter.value
                                   : parameter.value;
    }
  }
  return values;
}

//===- SafetensorsFormat.cpp - Data sets as tensors -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A file holds the tensors `inputs` and `targets`.
//
//===----------------------------------------------------------------------===//

#include "DataFormat.h"

#include "layerpipe/Runtime/Data/Safetensors.h"

#include <fmt/format.h>

using namespace layerpipe;
using namespace layerpipe::runtime;

namespace {

class SafetensorsFormat final : public OneFileFormat {
public:
  SafetensorsFormat() : OneFileFormat(".safetensors") {}

private:
  Result<SampleArrays> parse(const std::string &bytes,
                             const std::string &path) const override;
};

} // namespace

Result<SampleArrays> SafetensorsFormat::parse(const std::string &bytes,
                                              const std::string &path) const {
  Result<std::map<std::string, TensorRange>> tensors = findTensors(bytes, path);
  if (!tensors)
    return tensors.error();
  SampleArrays arrays;
  const std::pair<const char *, NumberArray *> wanted[] = {
      {"inputs", &arrays.inputs}, {"targets", &arrays.targets}};
  for (auto [name, array] : wanted) {
    auto found = tensors->find(name);
    if (found == tensors->end())
      return Error{fmt::format("{} has no tensor {}", path, name)};
    TensorRange &tensor = found->second;
    *array = {fmt::format("tensor {} of {}", name, path),
              tensor.type,
              std::move(tensor.shape),
              {tensor.data.begin(), tensor.data.end()}};
  }
  return arrays;
}

const DataFormat &layerpipe::runtime::safetensorsFormat() {
  static const SafetensorsFormat format;
  return format;
}

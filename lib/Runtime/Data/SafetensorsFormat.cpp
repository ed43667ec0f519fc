//===- SafetensorsFormat.cpp - Data sets as tensors -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A file holds a tensor for each key, as a rule `inputs` and `targets`.
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
  Result<SampleArrays> parse(const std::string &bytes, const std::string &path,
                             const DataKeys &keys) const override;
};

} // namespace

Result<SampleArrays> SafetensorsFormat::parse(const std::string &bytes,
                                              const std::string &path,
                                              const DataKeys &keys) const {
  Result<std::map<std::string, TensorRange>> tensors = findTensors(bytes, path);
  if (!tensors)
    return tensors.error();
  return readArrays(keys, [&](const std::string &key) -> Result<NumberArray> {
    auto found = tensors->find(key);
    if (found == tensors->end())
      return Error{fmt::format("{} has no tensor {}", path, key)};
    const TensorRange &tensor = found->second;
    return NumberArray{fmt::format("tensor {} of {}", key, path),
                       tensor.type,
                       tensor.shape,
                       {tensor.data.begin(), tensor.data.end()}};
  });
}

const DataFormat &layerpipe::runtime::safetensorsFormat() {
  static const SafetensorsFormat format;
  return format;
}

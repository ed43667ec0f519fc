//===- NodeSuite.h - ONNX's own tests of nodes ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ONNX's backend tests have models, most of one node, with inputs and what a
// backend must answer, each in a folder of its own.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_ONNX_NODESUITE_H
#define LAYERPIPE_TEST_UNIT_ONNX_NODESUITE_H

#include "../Runtime/TemporaryFolder.h"
#include "layerpipe/Onnx/Model.h"
#include "layerpipe/Onnx/Reader.h"

#include <algorithm>
#include <cmath>

namespace layerpipe::onnx::test {

/// Debian's package libonnx-testdata installs them here.
inline const std::filesystem::path nodeSuite =
    "/usr/share/libonnx-testdata/data/node";

/// Reads an input or an output. The suite stores bfloat16 as uint16.
inline Result<Tensor> readSuiteTensor(const std::filesystem::path &folder,
                                      const std::string &kind, size_t index,
                                      const ValueInfo &value) {
  std::string name = kind + "_" + std::to_string(index) + ".pb";
  Result<Tensor> tensor =
      parseTensor(readFile((folder / "test_data_set_0" / name).string()), name);
  if (!tensor || value.element != ElementType::bfloat16)
    return tensor;
  return Tensor({ElementType::bfloat16, tensor->extents()},
                std::string(tensor->bytes()));
}

/// Returns all elements as doubles.
inline std::vector<double> numbersOf(const Tensor &tensor) {
  if (tensor.element() == ElementType::float64) {
    std::vector<double> values(tensor.count());
    std::string bytes(tensor.dense().bytes());
    std::copy_n(bytes.data(), bytes.size(),
                reinterpret_cast<char *>(values.data()));
    return values;
  }
  if (isFloat(tensor.element())) {
    std::vector<float> values = *tensor.toFloats();
    return {values.begin(), values.end()};
  }
  std::vector<int64_t> values = *tensor.toIntegers();
  return {values.begin(), values.end()};
}

/// The suite compares with these tolerances. Its bfloat16 are cut off where
/// others round.
inline bool isClose(double value, double wanted, ElementType element) {
  if (std::isnan(wanted) || std::isinf(wanted))
    return std::isnan(wanted) ? std::isnan(value) : value == wanted;
  double relative = element == ElementType::bfloat16 ? 0x1p-7 : 1e-3;
  return std::abs(value - wanted) <= 1e-7 + relative * std::abs(wanted);
}

} // namespace layerpipe::onnx::test

#endif // LAYERPIPE_TEST_UNIT_ONNX_NODESUITE_H

//===- FoldNodes.h - Nodes for tests of folding -----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each helper makes or folds a node that is number 3 of its file, named n.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_ONNX_FOLDNODES_H
#define LAYERPIPE_TEST_UNIT_ONNX_FOLDNODES_H

#include "Models.h"
#include "layerpipe/Onnx/Fold.h"

#include <gtest/gtest.h>

#include <limits>

namespace layerpipe::onnx::test {

inline Node node(const std::string &op, std::vector<Attribute> attributes = {},
                 size_t outputs = 1) {
  Node made;
  made.index = 3;
  made.name = "n";
  made.op = op;
  made.outputs.resize(outputs, "y");
  made.attributes = std::move(attributes);
  return made;
}

inline Attribute list(const std::string &name, std::vector<int64_t> values) {
  return {name, std::move(values)};
}

inline Attribute number(const std::string &name, int64_t value) {
  return {name, value};
}

/// Returns what a node with one result makes, or a tensor of nothing.
inline Tensor make(const Node &node, const std::vector<Operand> &operands,
                   int64_t opset = 17) {
  Result<std::vector<Tensor>> results = fold(node, operands, opset);
  EXPECT_TRUE(results) << results.message();
  return results ? results->at(0) : integers({0}, {});
}

inline std::vector<int64_t> wholeOf(const Tensor &tensor) {
  Result<std::vector<int64_t>> values = tensor.toIntegers();
  EXPECT_TRUE(values) << values.message();
  return values ? *values : std::vector<int64_t>();
}

inline std::string problem(const Node &node,
                           const std::vector<Operand> &operands,
                           int64_t opset = 17) {
  return fold(node, operands, opset).message();
}

inline Tensor bools(const Extents &extents,
                    const std::vector<uint8_t> &values) {
  return tensorOf(ElementType::boolean, extents, values);
}

template <typename T> inline constexpr T least = std::numeric_limits<T>::min();
template <typename T> inline constexpr T most = std::numeric_limits<T>::max();

inline const Tensor one = integers({}, {1}), zero = integers({}, {0});
inline const Tensor matrix = integers({2, 3}, {1, 2, 3, 4, 5, 6});

} // namespace layerpipe::onnx::test

#endif // LAYERPIPE_TEST_UNIT_ONNX_FOLDNODES_H

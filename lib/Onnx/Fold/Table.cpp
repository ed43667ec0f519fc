//===- Table.cpp - Which ops can be folded --------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Table.h"

#include "Ops.h"

#include <algorithm>

namespace layerpipe::onnx {

static constexpr size_t any = -1;

static constexpr FoldableOp foldable[] = {
    {"Abs", 1, 1, 1, 1, ops::abs},
    {"Add", 1, 2, 2, 2, ops::add},
    {"And", 1, 2, 2, 2, ops::logicalAnd},
    {"Cast", 1, 1, 1, 1, ops::cast},
    {"CastLike", 15, 2, 2, 1, ops::castLike},
    {"Ceil", 1, 1, 1, 1, ops::ceil},
    {"Concat", 1, 1, any, any, ops::concat},
    {"Constant", 1, 0, 0, 0, ops::constant},
    {"ConstantOfShape", 9, 1, 1, 1, ops::constantOfShape},
    {"Cos", 7, 1, 1, 1, ops::cos},
    {"CumSum", 11, 2, 2, 2, ops::cumSum},
    {"Div", 1, 2, 2, 2, ops::div},
    {"Equal", 1, 2, 2, 2, ops::equal},
    {"Erf", 9, 1, 1, 1, ops::erf},
    {"Exp", 1, 1, 1, 1, ops::exp},
    {"Expand", 8, 2, 2, 2, ops::expand},
    {"EyeLike", 9, 1, 1, 0, ops::eyeLike},
    {"Flatten", 1, 1, 1, 1, ops::flatten},
    {"Floor", 1, 1, 1, 1, ops::floor},
    {"Gather", 1, 2, 2, 2, ops::gather},
    {"GatherElements", 11, 2, 2, 2, ops::gatherElements},
    {"GatherND", 11, 2, 2, 2, ops::gatherNd},
    {"Greater", 1, 2, 2, 2, ops::greater},
    {"GreaterOrEqual", 12, 2, 2, 2, ops::greaterOrEqual},
    {"Identity", 1, 1, 1, 1, ops::identity},
    {"IsNaN", 9, 1, 1, 1, ops::isNaN},
    {"Less", 1, 2, 2, 2, ops::less},
    {"LessOrEqual", 12, 2, 2, 2, ops::lessOrEqual},
    {"Log", 1, 1, 1, 1, ops::log},
    {"Max", 1, 1, any, any, ops::max},
    {"Min", 1, 1, any, any, ops::min},
    {"Mod", 10, 2, 2, 2, ops::mod},
    {"Mul", 1, 2, 2, 2, ops::mul},
    {"Neg", 1, 1, 1, 1, ops::neg},
    {"Not", 1, 1, 1, 1, ops::logicalNot},
    {"OneHot", 9, 3, 3, 3, ops::oneHot},
    {"Or", 1, 2, 2, 2, ops::logicalOr},
    {"Pow", 1, 2, 2, 2, ops::pow},
    {"Range", 11, 3, 3, 3, ops::range},
    {"Reciprocal", 1, 1, 1, 1, ops::reciprocal},
    {"ReduceMax", 1, 1, 2, 2, ops::reduceMax},
    {"ReduceMean", 1, 1, 2, 2, ops::reduceMean},
    {"ReduceMin", 1, 1, 2, 2, ops::reduceMin},
    {"ReduceProd", 1, 1, 2, 2, ops::reduceProd},
    {"ReduceSum", 1, 1, 2, 2, ops::reduceSum},
    {"Reshape", 5, 2, 2, 2, ops::reshape},
    {"Round", 11, 1, 1, 1, ops::round},
    {"Shape", 1, 1, 1, 0, ops::shape},
    {"Sigmoid", 1, 1, 1, 1, ops::sigmoid},
    {"Sign", 9, 1, 1, 1, ops::sign},
    {"Sin", 7, 1, 1, 1, ops::sin},
    {"Size", 1, 1, 1, 0, ops::size},
    {"Slice", 1, 1, 5, 5, ops::slice},
    {"Split", 2, 1, 2, 2, ops::split},
    {"Sqrt", 1, 1, 1, 1, ops::sqrt},
    {"Squeeze", 1, 1, 2, 2, ops::squeeze},
    {"Sub", 1, 2, 2, 2, ops::sub},
    {"Sum", 1, 1, any, any, ops::sum},
    {"Tanh", 1, 1, 1, 1, ops::tanh},
    {"Tile", 6, 2, 2, 2, ops::tile},
    {"Transpose", 1, 1, 1, 1, ops::transpose},
    {"Trilu", 14, 1, 2, 2, ops::trilu},
    {"Unsqueeze", 1, 1, 2, 2, ops::unsqueeze},
    {"Where", 9, 3, 3, 3, ops::where},
    {"Xor", 1, 2, 2, 2, ops::logicalXor},
};

static_assert(std::ranges::is_sorted(foldable, {}, &FoldableOp::name),
              "the table is searched by halving");

const FoldableOp *findFoldable(std::string_view name) {
  const FoldableOp *found =
      std::ranges::lower_bound(foldable, name, {}, &FoldableOp::name);
  return found != std::end(foldable) && found->name == name ? found : nullptr;
}

} // namespace layerpipe::onnx

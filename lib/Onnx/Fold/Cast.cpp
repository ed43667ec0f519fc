//===- Cast.cpp - Folding conversions of types ----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cast.h"
#include "Convert.h"
#include "Elementwise.h"
#include "Ops.h"

namespace layerpipe::onnx {

std::optional<Tensor> castTensor(Folding &folding, const Tensor &tensor,
                                 ElementType to) {
  if (tensor.element() == to)
    return tensor;
  return dispatch(tensor.element(), [&]<typename From>() {
    return dispatch(to, [&]<typename To>() {
      return mapElements<From, To>(folding, tensor, to, [](From value) {
        return convertElement<To>(value);
      });
    });
  });
}

namespace ops {

void cast(Folding &folding) {
  const auto *code = folding.attribute<int64_t>("to");
  if (!code)
    return folding.fail("it has no attribute 'to'");
  Result<ElementType> to = elementTypeOf(*code);
  if (!to)
    return folding.fail("its result can't be made: " + to.message());
  yieldIfMade(folding, castTensor(folding, folding.tensor(0), *to));
}

void castLike(Folding &folding) {
  yieldIfMade(folding,
              castTensor(folding, folding.tensor(0), folding.type(1).element));
}

} // namespace ops
} // namespace layerpipe::onnx

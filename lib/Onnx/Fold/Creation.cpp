//===- Creation.cpp - Folding ops that make tensors from little -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Convert.h"
#include "Elementwise.h"
#include "Ops.h"

#include <fmt/format.h>

namespace layerpipe::onnx::ops {

namespace {

template <typename T> std::string bytesOfList(const std::vector<T> &values) {
  return {reinterpret_cast<const char *>(values.data()),
          values.size() * sizeof(T)};
}

Extents countOf(size_t size) { return {static_cast<int64_t>(size)}; }

} // namespace

void constant(Folding &folding) {
  const std::vector<Attribute> &attributes = folding.node.attributes;
  if (attributes.size() != 1)
    return folding.fail(fmt::format("it has {} attributes; one must say its "
                                    "value",
                                    attributes.size()));
  const std::string &name = attributes[0].name;
  if (name == "value") {
    if (const auto *value = folding.attribute<Tensor>(name))
      folding.yield(*value);
  } else if (name == "value_int") {
    if (const auto *value = folding.attribute<int64_t>(name))
      folding.yield({ElementType::int64, {}}, bytesOfList<int64_t>({*value}));
  } else if (name == "value_ints") {
    if (const auto *value = folding.attribute<std::vector<int64_t>>(name))
      folding.yield({ElementType::int64, countOf(value->size())},
                    bytesOfList(*value));
  } else if (name == "value_float") {
    if (const auto *value = folding.attribute<float>(name))
      folding.yield({ElementType::float32, {}}, bytesOfList<float>({*value}));
  } else if (name == "value_floats") {
    if (const auto *value = folding.attribute<std::vector<float>>(name))
      folding.yield({ElementType::float32, countOf(value->size())},
                    bytesOfList(*value));
  } else {
    folding.fail(fmt::format("its attribute '{}' is not supported; value, "
                             "value_int, value_ints, value_float and "
                             "value_floats are",
                             name));
  }
}

void constantOfShape(Folding &folding) {
  std::optional<std::vector<int64_t>> extents = folding.integersOf(0);
  const auto *value = folding.attribute<Tensor>("value");
  if (!extents)
    return;
  if (!value)
    return folding.yieldSplat({ElementType::float32, *extents},
                              bytesOfList<float>({0}));
  if (value->count() != 1)
    return folding.fail("its attribute 'value' is " + toText(value->type()) +
                        "; it must have one element");
  folding.yieldSplat({value->element(), *extents}, value->bytes());
}

namespace {

/// Returns how many numbers there are from `start` to before `limit`. There may
/// be more than can be made.
template <typename T> int64_t countSteps(T start, T limit, T delta) {
  if constexpr (isFloating<T>) {
    auto wide = [](T value) { return convertElement<double>(value); };
    return cutOff<int64_t>(
        std::max(std::ceil((wide(limit) - wide(start)) / wide(delta)), 0.0));
  } else {
    using Exact = __int128;
    const bool isDown = delta < 0;
    Exact distance =
        isDown ? Exact(start) - Exact(limit) : Exact(limit) - Exact(start);
    Exact step = isDown ? -Exact(delta) : Exact(delta);
    Exact count = distance <= 0 ? 0 : (distance - 1) / step + 1;
    constexpr Exact most = std::numeric_limits<int64_t>::max();
    return static_cast<int64_t>(std::min(count, most));
  }
}

template <typename T> void foldRange(Folding &folding) {
  T start = Elements<T>(folding.tensor(0))[0];
  T limit = Elements<T>(folding.tensor(1))[0];
  T delta = Elements<T>(folding.tensor(2))[0];
  if (Wide<T>(delta) == 0)
    return folding.fail("its step is 0");
  TensorType type{folding.type(0).element, {countSteps(start, limit, delta)}};
  std::optional<std::string> bytes = folding.allocate(type);
  if (!bytes)
    return;
  ElementWriter<T> writer(*bytes);
  for (int64_t i = 0; i < type.extents[0]; ++i)
    writer.add(T(Wide<T>(start) + Wide<T>(i) * Wide<T>(delta)));
  folding.yield(std::move(type), std::move(*bytes));
}

} // namespace

void range(Folding &folding) {
  for (size_t i = 0; i < 3; ++i)
    if (folding.tensor(i).count() != 1)
      folding.fail(fmt::format("operand {} is {}; it must have one element", i,
                               toText(folding.type(i))));
  if (folding.haveOneType())
    folding.withNumbers(folding.type(0).element,
                        [&]<typename T>() { foldRange<T>(folding); });
}

void eyeLike(Folding &folding) {
  TensorType type = folding.type(0);
  if (type.extents.size() != 2)
    return folding.fail("its operand is " + toText(type) +
                        "; it must have two dimensions");
  if (const auto *code = folding.attribute<int64_t>("dtype")) {
    Result<ElementType> element = elementTypeOf(*code);
    if (!element)
      return folding.fail("its result can't be made: " + element.message());
    type.element = *element;
  }
  int64_t rows = type.extents[0], columns = type.extents[1];
  int64_t diagonal = folding.integer("k", 0);
  std::optional<std::string> bytes = folding.allocate(type);
  if (!bytes || bytes->empty() || diagonal >= columns || diagonal <= -rows)
    return bytes ? folding.yield(type, std::move(*bytes)) : void();
  dispatch(type.element, [&]<typename T>() {
    const T one = convertElement<T>(uint8_t(1));
    for (int64_t row = std::max<int64_t>(0, -diagonal);
         row < rows && row + diagonal < columns; ++row)
      std::memcpy(bytes->data() +
                      (row * columns + row + diagonal) * int64_t(sizeof(T)),
                  &one, sizeof(T));
  });
  folding.yield(type, std::move(*bytes));
}

namespace {

/// Returns the number that a tensor of one element holds, as an integer.
int64_t wholeNumber(Folding &folding, const Tensor &tensor) {
  int64_t value = 0;
  folding.withNumbers(tensor.element(), [&]<typename T>() {
    value = convertElement<int64_t>(Elements<T>(tensor)[0]);
  });
  return value;
}

/// Replaces an element for each index that is in range. `depth` elements belong
/// to an index, `inner` apart.
template <typename T>
void markPlaces(const Tensor &indices, int64_t depth, int64_t inner,
                std::string_view on, std::string &bytes) {
  Elements<T> elements(indices);
  auto size = static_cast<int64_t>(on.size());
  for (int64_t i = 0; i < indices.count(); ++i) {
    auto place = convertElement<int64_t>(elements[i]);
    place = place < 0 ? place + depth : place;
    if (place < 0 || place >= depth)
      continue;
    int64_t target = (i / inner * depth + place) * inner + i % inner;
    on.copy(bytes.data() + target * size, size);
  }
}

} // namespace

void oneHot(Folding &folding) {
  const Tensor &indices = folding.tensor(0), &values = folding.tensor(2);
  if (folding.tensor(1).count() != 1 || values.count() != 2)
    return folding.fail("its depth must be one number, and its values two");
  const int64_t depth = wholeNumber(folding, folding.tensor(1));
  if (depth < 0)
    return folding.fail(fmt::format("its depth is {}", depth));
  auto rank = static_cast<int64_t>(indices.extents().size());
  std::optional<int64_t> axis =
      folding.axisOf(folding.integer("axis", -1), rank + 1);
  if (!axis)
    return;
  TensorType type{values.element(), indices.extents()};
  type.extents.insert(type.extents.begin() + *axis, depth);
  const Tensor both = values.dense();
  const auto size = static_cast<size_t>(bytesOf(type.element));
  const std::string_view off = both.bytes().substr(0, size);
  std::optional<std::string> bytes = folding.allocate(type);
  if (!bytes)
    return;
  for (size_t i = 0; i < bytes->size(); i += size)
    off.copy(bytes->data() + i, size);
  int64_t inner = 1; // elements behind the new axis
  for (int64_t i = *axis; i < rank; ++i)
    inner *= indices.extents()[i];
  folding.withNumbers(indices.element(), [&]<typename T>() {
    if (!bytes->empty())
      markPlaces<T>(indices, depth, inner, both.bytes().substr(size), *bytes);
  });
  folding.yield(std::move(type), std::move(*bytes));
}

} // namespace layerpipe::onnx::ops

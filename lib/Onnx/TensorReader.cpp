//===- TensorReader.cpp - Tensors out of protobuf messages ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TensorReader.h"

#include "Elements.h"

#include <fmt/format.h>

#include <utility>

namespace layerpipe::onnx {

namespace {

using google::protobuf::RepeatedField;

/// Returns the type of a tensor, whose number of bytes 63 bits can count.
Result<TensorType> typeOf(const proto::TensorProto &tensor) {
  Result<ElementType> element = elementTypeOf(tensor.data_type());
  if (!element)
    return element.error();
  if (size_t(tensor.dims_size()) > mostDimensions)
    return Error{fmt::format("it has {} dimensions; {} are the most",
                             tensor.dims_size(), mostDimensions)};
  TensorType type{*element, {tensor.dims().begin(), tensor.dims().end()}};
  for (int64_t extent : type.extents)
    if (extent < 0)
      return Error{fmt::format("its extents {} have a negative number",
                               toText(type.extents))};
  if (!countBytes(type))
    return Error{fmt::format("its extents {} are more elements than a file can "
                             "have",
                             toText(type.extents))};
  return type;
}

Error wrongCount(const TensorType &type, int64_t have) {
  return Error{fmt::format("it holds {} elements, but {} has {}", have,
                           toText(type),
                           countElements(type.extents).value_or(0))};
}

/// Takes the elements of a field that holds them as they are.
template <typename T>
Result<Tensor> takeAll(RepeatedField<T> &field, const TensorType &type) {
  if (field.size() != countElements(type.extents))
    return wrongCount(type, field.size());
  std::string bytes(reinterpret_cast<const char *>(field.data()),
                    field.size() * sizeof(T));
  RepeatedField<T>().Swap(&field); // Clear would keep the memory.
  return Tensor(type, std::move(bytes));
}

/// Takes elements of type T out of a field of a wider type S.
template <typename T, typename S>
Result<Tensor> takeNarrow(RepeatedField<S> &field, const TensorType &type) {
  if (field.size() != countElements(type.extents))
    return wrongCount(type, field.size());
  std::string bytes(field.size() * sizeof(T), '\0');
  ElementWriter<T> writer(bytes);
  for (S value : field) {
    if constexpr (!std::is_same_v<T, bool>)
      if (!std::in_range<T>(value))
        return Error{fmt::format("it holds {}, which is no {}", value,
                                 nameOf(type.element))};
    writer.add(static_cast<T>(value));
  }
  RepeatedField<S>().Swap(&field);
  return Tensor(type, std::move(bytes));
}

/// Takes the elements out of the field that ONNX has for their type.
Result<Tensor> takeTyped(proto::TensorProto &tensor, const TensorType &type) {
  RepeatedField<int32_t> &narrow = *tensor.mutable_int32_data();
  switch (type.element) {
  case ElementType::float32:
    return takeAll(*tensor.mutable_float_data(), type);
  case ElementType::float64:
    return takeAll(*tensor.mutable_double_data(), type);
  case ElementType::int64:
    return takeAll(*tensor.mutable_int64_data(), type);
  case ElementType::uint64:
    return takeAll(*tensor.mutable_uint64_data(), type);
  case ElementType::uint32:
    return takeNarrow<uint32_t>(*tensor.mutable_uint64_data(), type);
  case ElementType::int32:
    return takeAll(narrow, type);
  case ElementType::int16:
    return takeNarrow<int16_t>(narrow, type);
  case ElementType::int8:
    return takeNarrow<int8_t>(narrow, type);
  case ElementType::uint8:
    return takeNarrow<uint8_t>(narrow, type);
  case ElementType::boolean:
    return takeNarrow<bool>(narrow, type);
  case ElementType::uint16:
  case ElementType::float16:
  case ElementType::bfloat16:
    break; // Floats of 16 bits are held as their bits.
  }
  return takeNarrow<uint16_t>(narrow, type);
}

} // namespace

Result<Tensor> TensorReader::takeUnnamed(proto::TensorProto &tensor) {
  Result<TensorType> type = typeOf(tensor);
  if (!type)
    return type.error();
  if (tensor.has_segment())
    return Error{"it is stored in segments, which are not supported"};
  int64_t bytes = countBytes(*type).value_or(0);
  if (tensor.data_location() == proto::TensorProto::EXTERNAL)
    return files.read(tensor, std::move(*type), bytes);
  if (!tensor.has_raw_data())
    return takeTyped(tensor, *type);
  auto have = static_cast<int64_t>(tensor.raw_data().size());
  if (have != bytes)
    return Error{fmt::format("it holds {} bytes, but {} takes {}", have,
                             toText(*type), bytes)};
  std::shared_ptr<const std::string> owner(tensor.release_raw_data());
  std::string_view content = *owner;
  return Tensor(std::move(*type), content, std::move(owner));
}

Result<Tensor> TensorReader::take(proto::TensorProto &tensor,
                                  const std::string &what) {
  Result<Tensor> taken = takeUnnamed(tensor);
  if (!taken)
    return Error{fmt::format("{}: {}", what, taken.message())};
  return taken;
}

} // namespace layerpipe::onnx

//===- Gathering.cpp - Folding ops that put elements together -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elements that lie behind each other are copied together as their bytes.
//
//===----------------------------------------------------------------------===//

#include "Ops.h"
#include "Strides.h"

#include <fmt/format.h>

namespace layerpipe::onnx::ops {

namespace {

/// Returns the product of the extents from `first` to before `last`. The tensor
/// has elements, so it can be counted.
int64_t countBetween(const Extents &extents, int64_t first, int64_t last) {
  return countElements({extents.begin() + first, extents.begin() + last})
      .value_or(0);
}

/// The parts of a concatenation that have elements.
struct Part {
  Tensor tensor;
  int64_t bytes; ///< of one block
};

/// Returns the extents of the concatenation, or nothing if tensors don't fit.
std::optional<Extents> concatenated(Folding &folding, int64_t axis) {
  Extents extents = folding.type(0).extents;
  for (size_t i = 1; i < folding.operandCount(); ++i) {
    Extents next = folding.type(i).extents;
    bool fits = next.size() == extents.size();
    int64_t length = fits ? next[axis] : 0;
    if (fits)
      next[axis] = extents[axis];
    if (!fits || next != extents ||
        __builtin_add_overflow(extents[axis], length, &extents[axis])) {
      folding.fail(fmt::format("{} and {} can't be put together along axis {}",
                               toText(folding.type(0)), toText(folding.type(i)),
                               axis));
      return std::nullopt;
    }
  }
  return extents;
}

} // namespace

void concat(Folding &folding) {
  if (!folding.haveOneType())
    return;
  const auto *given = folding.attribute<int64_t>("axis");
  if (!given)
    return folding.fail("it has no axis");
  auto rank = static_cast<int64_t>(folding.type(0).extents.size());
  std::optional<int64_t> axis = folding.axisOf(*given, rank);
  if (!axis)
    return;
  std::optional<Extents> extents = concatenated(folding, *axis);
  if (!extents)
    return;
  TensorType type{folding.type(0).element, *extents};
  std::optional<std::string> bytes = folding.allocate(type);
  if (!bytes)
    return;
  std::vector<Part> parts;
  for (size_t i = 0; i < folding.operandCount(); ++i) {
    const Tensor &tensor = folding.tensor(i);
    if (tensor.count() > 0)
      parts.push_back(
          {tensor.dense(), countBetween(tensor.extents(), *axis, rank) *
                               bytesOf(type.element)});
  }
  int64_t blocks = bytes->empty() ? 0 : countBetween(*extents, 0, *axis);
  char *next = bytes->data();
  for (int64_t block = 0; block < blocks; ++block)
    for (const Part &part : parts) {
      std::memcpy(next, part.tensor.bytes().data() + block * part.bytes,
                  part.bytes);
      next += part.bytes;
    }
  folding.yield(std::move(type), std::move(*bytes));
}

namespace {

/// Calls `function.operator()<T>()` for the type of an operand with indices.
template <typename F>
void withIndices(Folding &folding, size_t operand, F &&function) {
  if (folding.type(operand).element == ElementType::int64)
    function.template operator()<int64_t>();
  else if (folding.type(operand).element == ElementType::int32)
    function.template operator()<int32_t>();
  else
    folding.fail("its indices are " + toText(folding.type(operand)) +
                 "; they must be int32 or int64");
}

/// Returns the index counted from 0; a negative one counts from the end. One
/// that is out of range is a failure, for which 0 is returned.
int64_t checkedIndex(Folding &folding, int64_t index, int64_t extent) {
  if (index >= -extent && index < extent)
    return index < 0 ? index + extent : index;
  folding.fail(fmt::format("the index {} is out of range; there are {} "
                           "positions",
                           index, extent));
  return 0;
}

/// Checks all indices of an operand, each for the same extent.
template <typename T>
bool checkIndices(Folding &folding, const Tensor &indices, int64_t extent) {
  Elements<T> elements(indices);
  int64_t count = indices.isSplat() ? 1 : indices.count();
  for (int64_t i = 0; i < count && !folding.failed(); ++i)
    checkedIndex(folding, elements[i], extent);
  return !folding.failed();
}

/// Checks the indices and allocates the bytes of what they gather along an axis
/// of that extent. Returns nothing where no bytes are wanted: for a failure,
/// and for data of equal elements, of which the result has been made then.
template <typename T>
std::optional<std::string>
allocateGathered(Folding &folding, const TensorType &type, int64_t extent) {
  const Tensor &data = folding.tensor(0);
  if (!checkIndices<T>(folding, folding.tensor(1), extent))
    return std::nullopt;
  if (!data.isSplat())
    return folding.allocate(type);
  folding.yieldSplat(type, data.bytes());
  return std::nullopt;
}

template <typename T>
void gatherBlocks(Folding &folding, TensorType type, int64_t axis) {
  const Tensor &data = folding.tensor(0), &indices = folding.tensor(1);
  const Extents &from = data.extents();
  std::optional<std::string> bytes =
      allocateGathered<T>(folding, type, from[axis]);
  if (!bytes)
    return;
  if (bytes->empty())
    return folding.yield(std::move(type), std::move(*bytes));
  auto rank = static_cast<int64_t>(from.size());
  const int64_t size =
      countBetween(from, axis + 1, rank) * bytesOf(type.element);
  const int64_t blocks = countBetween(from, 0, axis);
  Elements<T> elements(indices);
  char *next = bytes->data();
  for (int64_t block = 0; block < blocks; ++block)
    for (int64_t i = 0; i < indices.count(); ++i) {
      int64_t at = checkedIndex(folding, elements[i], from[axis]);
      std::memcpy(next, data.bytes().data() + (block * from[axis] + at) * size,
                  size);
      next += size;
    }
  folding.yield(std::move(type), std::move(*bytes));
}

} // namespace

void gather(Folding &folding) {
  const Tensor &data = folding.tensor(0), &indices = folding.tensor(1);
  std::optional<int64_t> axis = folding.axisOf(folding.integer("axis", 0),
                                               int64_t(data.extents().size()));
  if (!axis)
    return;
  TensorType type = data.type();
  type.extents.erase(type.extents.begin() + *axis);
  type.extents.insert(type.extents.begin() + *axis, indices.extents().begin(),
                      indices.extents().end());
  withIndices(folding, 1, [&]<typename T>() {
    gatherBlocks<T>(folding, std::move(type), *axis);
  });
}

namespace {

/// Gathers elements, of which `Unit` has the size. Indices take the place of
/// the coordinate along the axis, whose stride in `strides` is 0.
template <typename Unit, typename T>
void gatherEach(Folding &folding, int64_t axis, const Strides &strides) {
  const Tensor &data = folding.tensor(0), &indices = folding.tensor(1);
  TensorType type{data.element(), indices.extents()};
  std::optional<std::string> bytes =
      allocateGathered<T>(folding, type, data.extents()[axis]);
  if (!bytes)
    return;
  const int64_t stride = stridesOf(data.extents())[axis];
  Elements<T> elements(indices);
  ElementWriter<Unit> writer(*bytes);
  int64_t next = 0;
  forEachOffset<1>(indices.extents(), {&strides}, {0}, [&](const auto &at) {
    int64_t index =
        checkedIndex(folding, elements[next++], data.extents()[axis]);
    writer.add(
        loadElement<Unit>(data.bytes().data() +
                          (at[0] + index * stride) * int64_t(sizeof(Unit))));
  });
  folding.yield(std::move(type), std::move(*bytes));
}

} // namespace

void gatherElements(Folding &folding) {
  const Extents &from = folding.type(0).extents;
  const Extents &to = folding.type(1).extents;
  std::optional<int64_t> axis =
      folding.axisOf(folding.integer("axis", 0), int64_t(from.size()));
  if (!axis)
    return;
  bool fits = from.size() == to.size();
  for (size_t i = 0; fits && i < from.size(); ++i)
    fits = to[i] <= from[i] || i == size_t(*axis);
  if (!fits)
    return folding.fail(fmt::format("the extents {} of the indices don't fit "
                                    "those of the data, {}",
                                    toText(to), toText(from)));
  Strides strides = stridesOf(from);
  strides[*axis] = 0;
  withIndices(folding, 1, [&]<typename T>() {
    dispatch(folding.type(0).element, [&]<typename Element>() {
      gatherEach<Element, T>(folding, *axis, strides);
    });
  });
}

namespace {

/// Where the blocks of a GatherND node lie: each tuple of indices names one.
struct Blocks {
  int64_t batchRank, tupleSize;
  int64_t tuples;  ///< of each sample of the batch
  int64_t samples; ///< of the batch
  int64_t bytes;   ///< of a block
  Extents among;   ///< the extents that a tuple's indices count
};

template <typename T>
void gatherTuples(Folding &folding, TensorType type, const Blocks &blocks) {
  const Tensor data = folding.tensor(0).dense();
  Elements<T> indices(folding.tensor(1));
  std::optional<std::string> bytes = folding.allocate(type);
  if (!bytes)
    return;
  const Strides strides = stridesOf(blocks.among);
  const int64_t sampleBytes =
      countElements(blocks.among).value_or(0) * blocks.bytes;
  int64_t count = blocks.samples * blocks.tuples;
  for (int64_t i = 0; i < count && !folding.failed(); ++i) {
    int64_t block = 0;
    for (int64_t k = 0; k < blocks.tupleSize; ++k)
      block +=
          strides[k] * checkedIndex(folding, indices[i * blocks.tupleSize + k],
                                    blocks.among[k]);
    if (!bytes->empty() && !folding.failed())
      std::memcpy(bytes->data() + i * blocks.bytes,
                  data.bytes().data() + i / blocks.tuples * sampleBytes +
                      block * blocks.bytes,
                  blocks.bytes);
  }
  folding.yield(std::move(type), std::move(*bytes));
}

} // namespace

void gatherNd(Folding &folding) {
  const Extents &from = folding.type(0).extents;
  const Extents &by = folding.type(1).extents;
  auto rank = static_cast<int64_t>(from.size());
  auto rankOfIndices = static_cast<int64_t>(by.size());
  int64_t batch = folding.integer("batch_dims", 0);
  int64_t tuple = by.empty() ? 0 : by.back();
  bool fits = batch >= 0 && batch < rankOfIndices && tuple >= 1 &&
              tuple <= rank - batch &&
              std::equal(from.begin(), from.begin() + batch, by.begin());
  if (!fits)
    return folding.fail(fmt::format("the extents {} of the indices don't fit "
                                    "those of the data, {}, with {} dimensions "
                                    "of a batch",
                                    toText(by), toText(from), batch));
  TensorType type{folding.type(0).element, {by.begin(), by.end() - 1}};
  type.extents.insert(type.extents.end(), from.begin() + batch + tuple,
                      from.end());
  if (folding.tensor(1).count() == 0)
    return folding.fits(type) ? folding.yield(type, "") : void();
  Blocks blocks{batch,
                tuple,
                countBetween(by, batch, rankOfIndices - 1),
                countBetween(by, 0, batch),
                countBetween(from, batch + tuple, rank) * bytesOf(type.element),
                {from.begin() + batch, from.begin() + batch + tuple}};
  withIndices(folding, 1, [&]<typename T>() {
    gatherTuples<T>(folding, std::move(type), blocks);
  });
}

} // namespace layerpipe::onnx::ops

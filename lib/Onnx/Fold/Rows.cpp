//===- Rows.cpp - Folding CumSum and Trilu --------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What becomes of an element depends on where it is in its row.
//
//===----------------------------------------------------------------------===//

#include "Convert.h"
#include "Ops.h"
#include "Strides.h"

#include <algorithm>

namespace layerpipe::onnx::ops {

namespace {

/// How sums run along an axis.
struct Run {
  int64_t length;
  bool isReverse, isExclusive;
};

/// Adds up the elements of one row, which lie `stride` apart from `first` on.
template <typename T>
void sumRow(const Elements<T> &elements, std::string &bytes, int64_t first,
            int64_t stride, const Run &run) {
  using Total = std::conditional_t<isFloating<T>, double, uint64_t>;
  Total total = 0;
  for (int64_t i = 0; i < run.length; ++i) {
    int64_t at = first + (run.isReverse ? run.length - 1 - i : i) * stride;
    Total before = total;
    total += convertElement<Total>(elements[at]);
    T result = convertElement<T>(run.isExclusive ? before : total);
    std::memcpy(bytes.data() + at * int64_t(sizeof(T)), &result, sizeof(T));
  }
}

} // namespace

void cumSum(Folding &folding) {
  const Tensor &operand = folding.tensor(0);
  std::optional<int64_t> given = folding.integerOf(1);
  if (!given)
    return;
  std::optional<int64_t> axis =
      folding.axisOf(*given, int64_t(operand.extents().size()));
  std::optional<std::string> bytes = folding.allocate(operand.type());
  if (!axis || !bytes)
    return;
  const Strides strides = stridesOf(operand.extents());
  Extents firsts = operand.extents();
  const Run run{firsts[*axis], folding.integer("reverse", 0) != 0,
                folding.integer("exclusive", 0) != 0};
  // Of each row, its first element is visited. An empty tensor has none.
  firsts[*axis] = std::min<int64_t>(firsts[*axis], 1);
  folding.withNumbers(operand.element(), [&]<typename T>() {
    Elements<T> elements(operand);
    forEachOffset<1>(firsts, {&strides}, {0}, [&](const auto &at) {
      sumRow(elements, *bytes, at[0], strides[*axis], run);
    });
  });
  folding.yield(operand.type(), std::move(*bytes));
}

void trilu(Folding &folding) {
  const Tensor &operand = folding.tensor(0);
  const Extents &extents = operand.extents();
  if (extents.size() < 2)
    return folding.fail("its operand is " + toText(operand.type()) +
                        "; it must have two dimensions or more");
  std::optional<int64_t> diagonal = 0;
  if (folding.has(1))
    diagonal = folding.integerOf(1);
  std::optional<std::string> bytes = folding.allocate(operand.type());
  if (!diagonal || !bytes)
    return;
  const int64_t columns = extents.back(), rows = extents[extents.size() - 2];
  const bool isUpper = folding.integer("upper", 1) != 0;
  // Beyond these, all elements are on one side of the diagonal.
  const int64_t k = std::clamp(*diagonal, -rows, columns);
  dispatch(operand.element(), [&]<typename T>() {
    Elements<T> elements(operand);
    ElementWriter<T> writer(*bytes);
    for (int64_t i = 0; i < operand.count(); ++i) {
      int64_t row = i / columns % rows, column = i % columns;
      bool isKept = isUpper ? column >= row + k : column <= row + k;
      writer.add(isKept ? elements[i] : T());
    }
  });
  folding.yield(operand.type(), std::move(*bytes));
}

} // namespace layerpipe::onnx::ops

//===- TorchChecks.h - The parts of checking rows ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_INTERCHANGE_TORCHCHECKS_H
#define LAYERPIPE_LIB_INTERCHANGE_TORCHCHECKS_H

#include "layerpipe/Interchange/TorchCheck.h"

namespace layerpipe::interchange {

/// Says where an action stands; actions of one cell share it.
struct TorchPlace {
  size_t rank = 0;
  size_t cell = 0;
  size_t part = 0;

  auto operator<=>(const TorchPlace &) const = default;
};

/// Returns "row 2, cell 3: '1F0'".
inline std::string describe(const TorchPlace &place,
                            const TorchAction &action) {
  return placeOf(place.rank, place.cell) + ": '" + toString(action) + "'";
}

/// Calls `visit(action, place)` for each action, from left to right, until one
/// answers with an error.
template <typename Visit>
Status visitActions(const TorchRow &row, size_t rank, Visit visit) {
  for (size_t cell = 0; cell < row.size(); ++cell)
    for (size_t part = 0; part < row[cell].actions.size(); ++part)
      if (Status status =
              visit(row[cell].actions[part], TorchPlace{rank, cell, part});
          !status)
        return status;
  return Status::success();
}

/// Checks rules 1 to 3 and returns the facts.
Result<TorchFacts> checkTorchActions(const TorchRows &rows);

/// Checks rules 4 and 5 for rows that keep the others.
Status checkTorchComms(const TorchRows &rows, const TorchFacts &facts);

} // namespace layerpipe::interchange

#endif // LAYERPIPE_LIB_INTERCHANGE_TORCHCHECKS_H

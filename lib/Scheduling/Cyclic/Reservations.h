//===- Reservations.h - What a resource does in a period --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is a modulo reservation table of ordered intervals. Times are not slots,
// since a task may take a million units. Blocks of entries know their largest
// gap, so that the first fit is found without walking over every gap that is
// too small. With a period of 10 and entries from 0 to 3 and from 5 to 7,
//
//   2 units from 2 on wait 1 and start at 3;
//   3 units from 2 on wait 5 and start at 7.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_CYCLIC_RESERVATIONS_H
#define LAYERPIPE_LIB_SCHEDULING_CYCLIC_RESERVATIONS_H

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

namespace layerpipe::scheduling {

/// This is one resource's occupation of the period. Operations on n entries
/// take O(n / B + B), where B is the block size.
class Reservations {
public:
  explicit Reservations(int64_t period) : period(period) {}

  void add(int64_t start, int64_t duration, int64_t activity);
  void remove(int64_t start, int64_t duration, int64_t activity);

  /// Returns the least wait from `start` (within the period) until the duration
  /// fits, or nothing if it fits nowhere.
  std::optional<int64_t> waitFor(int64_t start, int64_t duration) const;

  /// Returns all activities that an activity at `start` would overlap.
  std::vector<int64_t> conflicts(int64_t start, int64_t duration) const;

private:
  /// Entries are sorted by start; those that take no time come before those
  /// that do.
  struct Entry {
    int64_t start = 0;
    int64_t duration = 0;
    int64_t activity = -1;

    std::strong_ordering operator<=>(const Entry &other) const {
      if (auto order = start <=> other.start; order != 0)
        return order;
      if (auto order = (duration > 0) <=> (other.duration > 0); order != 0)
        return order;
      return activity <=> other.activity;
    }
    bool operator==(const Entry &other) const = default;
  };
  struct Block {
    std::vector<Entry> entries;
    /// This is an upper bound of the gaps behind the block's entries.
    int64_t largestGap = 0;
  };
  struct Place {
    size_t block = 0;
    size_t index = 0;
    bool operator==(const Place &) const = default;
  };

  const Entry &at(Place place) const {
    return blocks[place.block].entries[place.index];
  }
  Place firstNotBefore(const Entry &key) const;
  Place next(Place place) const;
  Place previous(Place place) const;
  int64_t gapBehind(Place place) const;
  int64_t largestGapOf(size_t block) const;
  void split(size_t block);
  void refresh(size_t block);

  int64_t period;
  int64_t count = 0;
  std::vector<Block> blocks;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_CYCLIC_RESERVATIONS_H

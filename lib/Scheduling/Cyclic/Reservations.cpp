//===- Reservations.cpp - What a resource does in a period ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These are blocks of a sorted sequence on a circle.
//
//===----------------------------------------------------------------------===//

#include "Reservations.h"

#include <algorithm>

namespace layerpipe::scheduling {

static constexpr size_t mostPerBlock = 48;

/// Returns the first entry that is not before the key, around the circle. There
/// must be an entry.
Reservations::Place Reservations::firstNotBefore(const Entry &key) const {
  auto block = std::partition_point(
      blocks.begin(), blocks.end(),
      [&](const Block &each) { return each.entries.back() < key; });
  if (block == blocks.end())
    return {0, 0};
  auto entry =
      std::lower_bound(block->entries.begin(), block->entries.end(), key);
  return {static_cast<size_t>(block - blocks.begin()),
          static_cast<size_t>(entry - block->entries.begin())};
}

Reservations::Place Reservations::next(Place place) const {
  if (++place.index < blocks[place.block].entries.size())
    return place;
  return {(place.block + 1) % blocks.size(), 0};
}

Reservations::Place Reservations::previous(Place place) const {
  if (place.index > 0)
    return {place.block, place.index - 1};
  size_t block = (place.block + blocks.size() - 1) % blocks.size();
  return {block, blocks[block].entries.size() - 1};
}

int64_t Reservations::gapBehind(Place place) const {
  const Entry &entry = at(place);
  Place following = next(place);
  int64_t until = at(following).start - entry.start;
  bool around =
      following.block < place.block ||
      (following.block == place.block && following.index <= place.index);
  return until + (around ? period : 0) - entry.duration;
}

int64_t Reservations::largestGapOf(size_t block) const {
  int64_t largest = 0;
  for (size_t i = 0; i < blocks[block].entries.size(); ++i)
    largest = std::max(largest, gapBehind({block, i}));
  return largest;
}

void Reservations::split(size_t block) {
  std::vector<Entry> &entries = blocks[block].entries;
  auto middle = entries.begin() + static_cast<int64_t>(entries.size() / 2);
  Block second{{middle, entries.end()}, 0};
  entries.erase(middle, entries.end());
  blocks.insert(blocks.begin() + static_cast<int64_t>(block) + 1,
                std::move(second));
  refresh(block);
  refresh(block + 1);
}

/// Computes the largest gaps of the block and the one before it, since the gap
/// behind a block's last entry ends in the next block.
void Reservations::refresh(size_t block) {
  blocks[block].largestGap = largestGapOf(block);
  size_t before = (block + blocks.size() - 1) % blocks.size();
  if (before != block)
    blocks[before].largestGap = largestGapOf(before);
}

void Reservations::add(int64_t start, int64_t duration, int64_t activity) {
  Entry entry{start, duration, activity};
  if (blocks.empty())
    blocks.push_back({});
  size_t block = 0;
  if (count++ > 0) {
    Place place = firstNotBefore(entry);
    // An entry behind everything goes into the last block, not around the
    // circle.
    block = at(place) < entry ? blocks.size() - 1 : place.block;
  }
  std::vector<Entry> &entries = blocks[block].entries;
  entries.insert(std::lower_bound(entries.begin(), entries.end(), entry),
                 entry);
  if (entries.size() > mostPerBlock)
    split(block);
  else
    refresh(block);
}

void Reservations::remove(int64_t start, int64_t duration, int64_t activity) {
  Place place = firstNotBefore({start, duration, activity});
  std::vector<Entry> &entries = blocks[place.block].entries;
  entries.erase(entries.begin() + static_cast<int64_t>(place.index));
  --count;
  if (entries.empty())
    blocks.erase(blocks.begin() + static_cast<int64_t>(place.block));
  if (!blocks.empty())
    refresh(place.block % blocks.size());
}

std::optional<int64_t> Reservations::waitFor(int64_t start,
                                             int64_t duration) const {
  if (count == 0)
    return duration <= period ? std::optional<int64_t>(0) : std::nullopt;
  Place first = firstNotBefore({start, 0, -1});
  Place last = previous(first);
  int64_t behind = start - at(last).start;
  behind += behind <= 0 ? period : 0;
  int64_t until = at(first).start - start;
  until += until < 0 ? period : 0;
  int64_t wait = std::max<int64_t>(at(last).duration - behind, 0);
  if (wait <= until && duration <= until - wait)
    return wait;
  // The gaps behind the entries are looked at in turn, once around, up to
  // `last`.
  Place place = first;
  for (size_t passed = 0; passed <= blocks.size(); ++passed) {
    const Block &block = blocks[place.block];
    bool ends = false;
    if (block.largestGap >= duration)
      for (; place.index < block.entries.size(); ++place.index) {
        if (gapBehind(place) >= duration) {
          int64_t from = at(place).start - start;
          return from + (from < 0 ? period : 0) + at(place).duration;
        }
        if (place == last) {
          ends = true;
          break;
        }
      }
    else
      ends = place.block == last.block && place.index <= last.index;
    if (ends)
      break;
    place = {(place.block + 1) % blocks.size(), 0};
  }
  return std::nullopt;
}

std::vector<int64_t> Reservations::conflicts(int64_t start,
                                             int64_t duration) const {
  std::vector<int64_t> found;
  if (count == 0)
    return found;
  Place first = firstNotBefore({start, 0, -1});
  Place last = previous(first);
  int64_t behind = start - at(last).start;
  behind += behind <= 0 ? period : 0;
  if (at(last).duration > behind)
    found.push_back(at(last).activity);
  Place place = first;
  for (int64_t i = 0; i < count; ++i, place = next(place)) {
    int64_t until = at(place).start - start;
    until += until < 0 ? period : 0;
    if (until >= duration)
      break;
    bool atStart = until == 0 && at(place).duration == 0;
    if (!atStart && (found.empty() || at(place).activity != found.front()))
      found.push_back(at(place).activity);
  }
  return found;
}

} // namespace layerpipe::scheduling

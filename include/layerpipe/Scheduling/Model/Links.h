//===- Links.h - What joins each two processors -----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each unordered pair of processors has a link. Most machines have few kinds of
// them, so that links are described by rules, and that of a pair is found from
// the processors' numbers. With two cores in each machine, two machines in each
// rack and two racks,
//
//   level of 2: shared memory      0–1  2–3   4–5  6–7
//   level of 4: bandwidth 10       0…1–2…3    4…5–6…7
//   others:     bandwidth 1        0…3 – 4…7
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_MODEL_LINKS_H
#define LAYERPIPE_SCHEDULING_MODEL_LINKS_H

#include "layerpipe/Scheduling/Model/Fraction.h"
#include "layerpipe/Scheduling/Model/Result.h"

#include <cstdint>
#include <vector>

namespace layerpipe::scheduling {

/// A link joins two processors and carries one transfer at a time, in either
/// direction.
struct Link {
  /// This is in bytes per time unit; 0 stands for an infinite bandwidth, as of
  /// processors that share memory: transfers take no time and never occupy the
  /// link.
  Fraction bandwidth{0, 1};
  /// This is the time from the end of a transfer to its arrival, in which the
  /// link is free.
  int64_t latency = 0;

  bool operator==(const Link &) const = default;
};

/// Two processors below the same multiple of `processors` have this link,
/// unless a smaller level has both: with 4, the processors 0 to 3, 4 to 7, and
/// so on.
struct LinkLevel {
  int64_t processors = 0;
  Link link = {};

  bool operator==(const LinkLevel &) const = default;
};

/// These two processors have a link of their own; `first` is the lower one.
struct PairLink {
  int64_t first = 0;
  int64_t second = 0;
  Link link = {};

  bool operator==(const PairLink &) const = default;
};

/// A pair has the link of its own if there is one, else that of the smallest
/// level which has both processors, else that of all others.
struct Links {
  Link others = {};
  /// Each level has a multiple of the processors of the one before it.
  std::vector<LinkLevel> levels = {};
  /// Each pair is there once; they ascend.
  std::vector<PairLink> pairs = {};

  /// Returns whether all pairs have the link `others`.
  bool areUniform() const { return levels.empty() && pairs.empty(); }

  bool operator==(const Links &) const = default;
};

/// Succeeds if no bandwidth or latency is negative, levels grow by whole
/// multiples from at least two processors, and pairs ascend, have two
/// processors below `processors`, and are named once.
Status check(const Links &links, int64_t processors);

/// Returns the link of two different processors. O(1) for uniform links; else
/// O(levels + log pairs).
const Link &linkOf(const Links &links, int64_t a, int64_t b);

/// Returns the links of the first processors, of a machine that may have more,
/// in their simplest form: without levels that join nobody else, and without
/// pairs whose link is no other than it would be.
Links linksOfFirst(const Links &links, int64_t processors);

/// Calls `visit` with each link that is described.
template <typename Visit> void forEachLink(const Links &links, Visit visit) {
  visit(links.others);
  for (const LinkLevel &level : links.levels)
    visit(level.link);
  for (const PairLink &pair : links.pairs)
    visit(pair.link);
}

/// Returns a link that is as slow as any that is described: the least
/// bandwidth, and the longest latency.
Link slowestLink(const Links &links);

/// Returns whether some link has a bandwidth, so that transfers take time.
bool haveBandwidth(const Links &links);

/// Returns whether no transfer takes time and none arrives late.
bool areInstant(const Links &links);

/// Returns a number for each processor. Processors of the same number could
/// change places: to any third processor, their links are equal. A processor
/// that a pair names has a number of its own, though another one may be equal.
std::vector<int64_t> linkKinds(const Links &links, int64_t processors);

/// Returns ⌈bytes / bandwidth⌉, or 0 when the bandwidth is infinite.
int64_t transferTime(const Link &link, int64_t bytes);

/// Returns the same in full width, for sizes and links that nobody has checked.
Wide wideTransferTime(const Link &link, int64_t bytes);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_MODEL_LINKS_H

//===- RandomLinks.h - links that differ, for random tests ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SUPPORT_RANDOMLINKS_H
#define LAYERPIPE_TEST_UNIT_SUPPORT_RANDOMLINKS_H

#include "layerpipe/Scheduling/Model/Links.h"

#include <random>

namespace layerpipe::scheduling::test {

/// Links by levels, by pairs, or both; `drawLink` draws each of them, and
/// shared memory stands for a third of the levels and pairs.
template <typename DrawLink>
Links randomLinks(std::mt19937_64 &random, int64_t processors,
                  DrawLink drawLink) {
  auto linkOrMemory = [&] { return random() % 3 == 0 ? Link() : drawLink(); };
  Links links{drawLink()};
  uint64_t kind = random() % 4;
  if (kind != 0)
    for (int64_t size = 2 + int64_t(random() % 2); size < processors;
         size *= 2 + int64_t(random() % 2))
      links.levels.push_back({size, linkOrMemory()});
  if (kind < 2)
    for (int64_t first = 0; first < processors; ++first)
      for (int64_t second = first + 1; second < processors; ++second)
        if (random() % 2 == 0)
          links.pairs.push_back({first, second, linkOrMemory()});
  return links;
}

/// The same links without bandwidths.
inline Links withoutBandwidths(Links links) {
  links.others.bandwidth = {0, 1};
  for (LinkLevel &level : links.levels)
    level.link.bandwidth = {0, 1};
  for (PairLink &pair : links.pairs)
    pair.link.bandwidth = {0, 1};
  return links;
}

} // namespace layerpipe::scheduling::test

#endif // LAYERPIPE_TEST_UNIT_SUPPORT_RANDOMLINKS_H

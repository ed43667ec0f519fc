//===- Placement.h - On which CPUs a program's threads run ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs that run at the same time take different CPUs: each CPU is claimed
// by the name of a socket in Linux' abstract namespace, which one process at a
// time can have, which needs no file, and which is free again when its owner
// ends, however that happens (docs/decisions/0009).
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_PLACEMENT_H
#define LAYERPIPE_LIB_RUNTIME_PLACEMENT_H

#include "layerpipe/Runtime/CommandLine.h"

#include <string>
#include <utility>
#include <vector>

namespace layerpipe::runtime {

/// The CPUs that this process may use, in ascending order; at least one.
const std::vector<int> &allowedCpus();

/// CPUs that no other program has claimed, while this object lives.
class ClaimedCpus {
public:
  /// Claims up to `count` of the allowed ones.
  explicit ClaimedCpus(int64_t count);
  ClaimedCpus(ClaimedCpus &&other) noexcept
      : claimed(std::move(other.claimed)),
        sockets(std::exchange(other.sockets, {})) {}
  ClaimedCpus &operator=(ClaimedCpus &&other) noexcept {
    std::swap(claimed, other.claimed);
    std::swap(sockets, other.sockets);
    return *this;
  }
  ~ClaimedCpus();

  const std::vector<int> &numbers() const { return claimed; }

private:
  std::vector<int> claimed;
  std::vector<int> sockets;
};

struct Placement {
  ClaimedCpus claims{0};
  /// For each thread its CPU; empty: the system chooses, again and again.
  std::vector<int> cpus;
  /// Each thread has a CPU that no other program of this kind claims.
  bool isAlone = false;
  /// For the person at the terminal: where the threads run, and what will make
  /// them slow, or "".
  std::string description, warning;
};

/// Chooses CPUs for so many threads.
Placement placeThreads(int64_t threads, Pinning pinning);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_PLACEMENT_H

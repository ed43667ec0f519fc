//===- Placement.h - On which CPUs a program's threads run ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Programs that run at the same time take different CPUs. Each CPU is claimed
// by the name of a socket in Linux' abstract namespace. One process at a time
// can have such a name; it needs no file, and is free again when its owner
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

/// Returns the CPUs that this process may use, in ascending order; there is at
/// least one.
const std::vector<int> &allowedCpus();

/// No other program claims these CPUs while this object lives.
class ClaimedCpus {
public:
  /// Claims up to `count` of the CPUs that this process may use.
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
  /// Each thread has its CPU here; an empty list means that the system chooses,
  /// again and again.
  std::vector<int> cpus;
  /// Says whether each thread has a CPU that no other program of this kind
  /// claims.
  bool isAlone = false;
  /// These tell the person at the terminal where the threads run, and what will
  /// make them slow, or "".
  std::string description, warning;
};

/// Chooses CPUs for so many threads.
Placement placeThreads(int64_t threads, Pinning pinning);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_PLACEMENT_H

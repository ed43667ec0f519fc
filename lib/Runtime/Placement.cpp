//===- Placement.cpp - On which CPUs a program's threads run --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Placement.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include <sched.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace layerpipe::runtime;

const std::vector<int> &layerpipe::runtime::allowedCpus() {
  static const std::vector<int> allowed = [] {
    std::vector<int> cpus;
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof(set), &set) == 0)
      for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
        if (CPU_ISSET(cpu, &set))
          cpus.push_back(cpu);
    if (cpus.empty())
      cpus.push_back(0);
    return cpus;
  }();
  return allowed;
}

/// Tries to give the name of the CPU to the socket, and returns whether it
/// could. A system that has no such names doesn't tell programs apart, so every
/// CPU is free there.
static bool claim(int socket, int cpu) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  // The leading zero makes the name abstract; the name is as long as the length
  // says.
  std::string name = fmt::format("layerpipe-cpu-{}", cpu);
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  auto length = socklen_t(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  return bind(socket, reinterpret_cast<sockaddr *>(&address), length) == 0 ||
         errno != EADDRINUSE;
}

ClaimedCpus::ClaimedCpus(int64_t count) {
  for (int cpu : allowedCpus()) {
    if (int64_t(claimed.size()) >= count)
      return;
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool isFree = descriptor < 0 || claim(descriptor, cpu);
    if (isFree)
      claimed.push_back(cpu);
    if (isFree && descriptor >= 0)
      sockets.push_back(descriptor);
    else if (descriptor >= 0)
      close(descriptor);
  }
}

ClaimedCpus::~ClaimedCpus() {
  for (int descriptor : sockets)
    close(descriptor);
}

/// Returns as many CPUs as there are threads: the claimed ones, then the
/// others, then all of them again.
static std::vector<int> fillUp(const std::vector<int> &claimed,
                               int64_t threads) {
  std::vector<int> all = claimed;
  for (int cpu : allowedCpus())
    if (std::find(claimed.begin(), claimed.end(), cpu) == claimed.end())
      all.push_back(cpu);
  std::vector<int> cpus;
  for (int64_t i = 0; i < threads; ++i)
    cpus.push_back(all[i % int64_t(all.size())]);
  return cpus;
}

static std::string describe(const Placement &placement, int64_t threads,
                            int64_t free) {
  const std::vector<int> &cpus = placement.cpus;
  if (!cpus.empty())
    return fmt::format("running on CPU{} {}{}", cpus.size() == 1 ? "" : "s",
                       fmt::join(cpus, ", "),
                       placement.isAlone ? "" : ", not alone");
  auto allowed = int64_t(allowedCpus().size());
  std::string text = fmt::format("running on any of {} CPU{}", allowed,
                                 allowed == 1 ? "" : "s");
  if (threads <= allowed && free < threads)
    text += fmt::format(": other programs have claimed {}", allowed - free);
  return text;
}

Placement layerpipe::runtime::placeThreads(int64_t threads, Pinning pinning) {
  Placement placement;
  auto allowed = int64_t(allowedCpus().size());
  if (threads > allowed)
    placement.warning =
        fmt::format("{} threads take turns on {} CPU{}: expect no speed-up "
                    "beyond {} processor{}",
                    threads, allowed, allowed == 1 ? "" : "s", allowed,
                    allowed == 1 ? "" : "s");
  int64_t free = allowed;
  if (pinning != Pinning::off) {
    ClaimedCpus claims(threads);
    free = int64_t(claims.numbers().size());
    placement.isAlone = free == threads;
    // Several threads on one CPU are better off where the system puts them.
    if (placement.isAlone || pinning == Pinning::on) {
      placement.cpus = fillUp(claims.numbers(), threads);
      placement.claims = std::move(claims);
    }
  }
  placement.description = describe(placement, threads, free);
  return placement;
}

//===- Signals.cpp - Ending by a signal, and tidily -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The handler calls nothing but async-signal-safe functions. Paths are in a
// list whose entries are never freed, newest first, so that files are removed
// before their folder. Whoever takes a path out of its entry, by exchange, owns
// it.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Signals.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include <time.h>
#include <unistd.h>

using namespace layerpipe::base;

struct RemovedOnSignal::Entry {
  std::atomic<char *> path;
  Entry *next;
};

namespace {

/// These signals end a process by default.
constexpr std::array ending = {SIGHUP,  SIGINT,  SIGQUIT, SIGILL,    SIGTRAP,
                               SIGABRT, SIGBUS,  SIGFPE,  SIGUSR1,   SIGSEGV,
                               SIGUSR2, SIGPIPE, SIGALRM, SIGTERM,   SIGXCPU,
                               SIGSYS,  SIGPROF, SIGPOLL, SIGSTKFLT, SIGVTALRM};

/// Signals had these actions before; they are carried out once the files are
/// gone.
std::array<struct sigaction, 65> before;

std::atomic<bool> remembers{false};
std::atomic<int> remembered{0};
/// The signal came at this time, in milliseconds.
std::atomic<int64_t> rememberedAt{0};
static_assert(std::atomic<int64_t>::is_always_lock_free &&
              std::atomic<char *>::is_always_lock_free);

int64_t milliseconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t(now.tv_sec) * 1000 + now.tv_nsec / 1000000;
}

/// Remembers the signal, and returns true if it is not to end the process yet.
bool remember(int signal) {
  constexpr int64_t samePress = 100;
  if (!remembers.load() || (signal != SIGINT && signal != SIGTERM))
    return false;
  int none = 0;
  if (remembered.compare_exchange_strong(none, signal)) {
    rememberedAt.store(milliseconds());
    return true;
  }
  return none == signal && milliseconds() - rememberedAt.load() < samePress;
}

} // namespace

namespace layerpipe::base {

struct SignalHandler {
  static std::atomic<RemovedOnSignal::Entry *> entries;

  static void removeAll() {
    for (auto *entry = entries.load(); entry; entry = entry->next)
      if (char *path = entry->path.exchange(nullptr))
        if (unlink(path) != 0)
          rmdir(path);
  }

  static void handle(int signal) {
    int number = errno;
    if (!remember(signal)) {
      removeAll();
      sigaction(signal, &before[signal], nullptr);
      raise(signal);
    }
    errno = number;
  }

  static void install() {
    static std::once_flag once;
    std::call_once(once, [] {
      std::atexit(removeAll);
      for (int signal : ending) {
        sigaction(signal, nullptr, &before[signal]);
        if (before[signal].sa_handler == SIG_IGN)
          continue;
        struct sigaction action = {};
        action.sa_handler = handle;
        action.sa_flags = SA_RESTART | SA_ONSTACK;
        sigaction(signal, &action, nullptr);
      }
    });
  }
};

std::atomic<RemovedOnSignal::Entry *> SignalHandler::entries{nullptr};

} // namespace layerpipe::base

RemovedOnSignal::RemovedOnSignal(const std::string &path)
    : entry(new Entry{strdup(path.c_str()), SignalHandler::entries.load()}),
      name(path) {
  SignalHandler::install();
  while (!SignalHandler::entries.compare_exchange_weak(entry->next, entry)) {
  }
}

void RemovedOnSignal::forget() {
  if (entry)
    free(entry->path.exchange(nullptr));
  entry = nullptr;
  name.clear();
}

void layerpipe::base::rememberInterrupts() {
  SignalHandler::install();
  remembers.store(true);
}

int layerpipe::base::rememberedInterrupt() {
  return remembered.load(std::memory_order_relaxed);
}

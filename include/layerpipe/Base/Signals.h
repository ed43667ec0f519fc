//===- Signals.h - Ending by a signal, and tidily ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A signal must not leave temporary files behind, and must not lose work. One
// handler takes care of both.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_SIGNALS_H
#define LAYERPIPE_BASE_SIGNALS_H

#include <string>
#include <utility>

namespace layerpipe::base {

/// Names a path that is removed when a signal ends the process, or when exit()
/// does. The path is a file, or a folder that is empty once the paths
/// registered after it are gone. Register a path before you create what it
/// names, so that no signal comes between. Signals that are ignored (as after
/// nohup) stay ignored.
class RemovedOnSignal {
public:
  RemovedOnSignal() = default;
  explicit RemovedOnSignal(const std::string &path);
  RemovedOnSignal(RemovedOnSignal &&other) noexcept
      : entry(std::exchange(other.entry, nullptr)),
        name(std::exchange(other.name, {})) {}
  RemovedOnSignal &operator=(RemovedOnSignal &&other) noexcept {
    std::swap(entry, other.entry);
    std::swap(name, other.name);
    return *this;
  }
  /// Forgets the path. What it names stays if it still exists.
  ~RemovedOnSignal() { forget(); }

  const std::string &path() const { return name; }
  /// Forgets the path, which may stay from now on, or is gone already.
  void forget();

private:
  struct Entry;
  friend struct SignalHandler;

  Entry *entry = nullptr;
  std::string name;
};

/// From now on the first SIGINT or SIGTERM is only remembered, and the second
/// ends the process. The same signal again within a tenth of a second does not
/// count as a second one, because `timeout` and terminals reach a process
/// twice, by itself and in its group.
void rememberInterrupts();

/// Returns the signal that was remembered, or 0.
int rememberedInterrupt();

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_SIGNALS_H

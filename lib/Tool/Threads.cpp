//===- Threads.cpp - Whether threads can be started -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Tool/Threads.h"

#include "llvm/Support/Threading.h"

#include <latch>
#include <system_error>
#include <thread>
#include <vector>

bool layerpipe::threadsCanStart() {
  const unsigned count = llvm::hardware_concurrency().compute_thread_count();
  std::latch tried(1); // All threads live at the same time.
  std::vector<std::thread> threads;
  bool all = true;
  try {
    for (unsigned i = 0; i < count; ++i)
      threads.emplace_back([&] { tried.wait(); });
  } catch (const std::system_error &) {
    all = false;
  }
  tried.count_down();
  for (std::thread &thread : threads)
    thread.join();
  return all;
}

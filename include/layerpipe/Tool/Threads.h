//===- Threads.h - Whether threads can be started ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TOOL_THREADS_H
#define LAYERPIPE_TOOL_THREADS_H

namespace layerpipe {

/// Tries to start as many threads as MLIR's thread pool may have, and returns
/// whether all of them started. MLIR would abort where a limit of processes or
/// of memory forbids them; switch its threads off there, which only costs time.
bool threadsCanStart();

} // namespace layerpipe

#endif // LAYERPIPE_TOOL_THREADS_H

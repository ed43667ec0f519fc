//===- Execute.h - Running compiled programs --------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TOOLS_LAYERPIPE_EXECUTE_H
#define LAYERPIPE_TOOLS_LAYERPIPE_EXECUTE_H

#include <string>
#include <vector>

namespace layerpipe::driver {

/// Runs `program` with the same terminal, its standard output dropped if
/// `quiet`, and returns its exit status. A crash is printed, and is status 1.
int execute(const std::string &program,
            const std::vector<std::string> &arguments, bool quiet = false);

} // namespace layerpipe::driver

#endif // LAYERPIPE_TOOLS_LAYERPIPE_EXECUTE_H

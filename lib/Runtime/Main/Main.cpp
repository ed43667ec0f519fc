//===- Main.cpp - main() of every compiled program ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Takes the program out of the object file that it is linked with.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/ProgramMain.h"

#include <fmt/format.h>

#include <cstdio>
#include <exception>

using namespace layerpipe::runtime;

static int runLinkedProgram(int argc, char **argv) {
  Result<Program> program =
      loadProgram({layerpipe_program, size_t(layerpipe_program_size)},
                  layerpipe_task_functions, layerpipe_task_function_count,
                  static_cast<KernelLibrary *>(layerpipe_program_kernels()));
  if (!program) {
    fmt::print(stderr, "error: {}\n", program.error().message);
    return 3;
  }
  return runProgram(argc, argv, *program);
}

int main(int argc, char **argv) {
  try {
    return runLinkedProgram(argc, argv);
  } catch (const std::bad_alloc &) {
    std::fputs("error: not enough memory\n", stderr);
    return 1;
  } catch (const std::exception &error) { // A defect of ours, said politely.
    fmt::print(stderr, "error: {}\n", error.what());
    return 3;
  }
}

//===- Main.cpp - main() of every compiled program ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file takes the program out of the object file that it is linked with.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Runtime/ProgramMain.h"

#include <exception>

using namespace layerpipe;
using namespace layerpipe::runtime;

static int runLinkedProgram(int argc, char **argv) {
  Result<Program> program = loadProgram(
      {layerpipe_program, size_t(layerpipe_program_size)},
      layerpipe_task_functions, layerpipe_parameter_values,
      {layerpipe_task_function_count, layerpipe_parameter_value_count},
      static_cast<KernelLibrary *>(layerpipe_program_kernels()));
  if (!program) {
    base::complain("error: {}\n", program.error().message);
    return 3;
  }
  return runProgram(argc, argv, *program);
}

static int runGuarded(int argc, char **argv) {
  try {
    return runLinkedProgram(argc, argv);
  } catch (const std::bad_alloc &) {
    base::complainText("error: not enough memory\n");
    return 1;
    // This is a defect of ours, said politely.
  } catch (const std::exception &error) {
    base::complain("error: {}\n", error.what());
    return 3;
  }
}

int main(int argc, char **argv) {
  base::prepareStandardStreams();
  int status = runGuarded(argc, argv);
  auto printed = base::finishStandardOutput();
  if (printed)
    return status;
  base::complain("error: {}\n", printed.error().message);
  return status ? status : 1;
}

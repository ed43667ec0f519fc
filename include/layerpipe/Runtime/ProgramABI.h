//===- ProgramABI.h - What a compiled program hands to the runtime --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the binary interface between the object file that the compiler emits
// and the runtime that every executable links. It is plain C, so that LLVM IR
// can spell it without knowing any C++ type. docs/runtime.md describes it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_PROGRAMABI_H
#define LAYERPIPE_RUNTIME_PROGRAMABI_H

#include <cstdint>

extern "C" {

/// Tasks compute with these numbers of the run.
struct layerpipe_run_numbers {
  /// This is the step size of the iteration.
  float learning_rate;
  /// All random draws depend on it.
  uint64_t seed;
};

/// This is one task of the program, as native code. `buffers` holds the
/// addresses of the task's reads, then its writes, then its scratch areas;
/// `kernels` holds the handles of its prepared kernels.
typedef void (*layerpipe_task_function)(void *const *buffers,
                                        void *const *kernels,
                                        const layerpipe_run_numbers *numbers,
                                        int64_t iteration);

/// Returns a `layerpipe::runtime::KernelLibrary *`, which lives for ever.
typedef void *(*layerpipe_kernel_library_function)(void);

// Defined by the compiled object file -------------------------------------- //

/// This is the manifest, a JSON text without a terminator.
extern const char layerpipe_program[];
/// The manifest has so many bytes.
extern const int64_t layerpipe_program_size;
/// The manifest's `function` indices point into this table.
extern const layerpipe_task_function layerpipe_task_functions[];
/// The table has so many entries.
extern const int64_t layerpipe_task_function_count;
/// These are the values that parameters start from, f32 in row-major order. The
/// manifest's `values` indices point into this table.
extern const void *const layerpipe_parameter_values[];
/// The table has so many entries.
extern const int64_t layerpipe_parameter_value_count;
/// This is the kernel library of the program. It is a strong reference, so that
/// the linker takes the library out of its archive.
extern const layerpipe_kernel_library_function layerpipe_program_kernels;

// Defined by the runtime --------------------------------------------------- //

/// Runs a prepared kernel on `args`: its inputs, then its outputs.
void layerpipe_kernel_execute(void *kernel, void *const *args);

/// Returns the library of plain loops, for reading, for checking and for
/// sanitizers (libLayerpipeRuntime.a).
void *layerpipe_kernel_library_reference(void);
/// These return the library of fast kernels (libLayerpipeKernels.a, -ldnnl,
/// -lxsmm, -lxsmmnoblas), under two names: a program of measured kernels names
/// the candidate of each, and one of portable kernels names none, and gets what
/// gives the same bits everywhere.
void *layerpipe_kernel_library_measured(void);
void *layerpipe_kernel_library_portable(void);
}

#endif // LAYERPIPE_RUNTIME_PROGRAMABI_H

//===- Sources.h - inputs, labels and parameters drawn from a seed --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_INTERPRETER_SOURCES_H
#define LAYERPIPE_LIB_INTERPRETER_SOURCES_H

#include "layerpipe/Interpreter/Interpreter.h"

namespace layerpipe {

/// Fills the providers that `options` leaves empty with draws from its seed.
/// They need `graph` only while this runs.
void fillProviders(GraphOp graph, InterpreterOptions &options);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_INTERPRETER_SOURCES_H

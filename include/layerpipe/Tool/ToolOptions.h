//===- ToolOptions.h - Options of MLIR's drivers as ours --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// layerpipe-opt and layerpipe-translate are MLIR's drivers with our passes and
// translations. These functions make them speak as layerpipe does.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TOOL_TOOLOPTIONS_H
#define LAYERPIPE_TOOL_TOOLOPTIONS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace layerpipe {

/// Prepares the tool; call it before the driver. Errors then name the place
/// without printing the op, which may be the whole graph; --version prints
/// layerpipe's version; and NO_COLOR is obeyed.
void prepareTool(llvm::StringRef name);

/// Leaves only these options and our own ones in --help, while --help-hidden
/// shows the rest. Call it when all options are registered.
void showOnly(llvm::ArrayRef<llvm::StringRef> options);

/// Turns colours off on both output streams if NO_COLOR is set.
void obeyNoColor();

} // namespace layerpipe

#endif // LAYERPIPE_TOOL_TOOLOPTIONS_H

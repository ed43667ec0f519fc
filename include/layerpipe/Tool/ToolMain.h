//===- ToolMain.h - main() around one of MLIR's tools -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// MLIR's own tools empty the file that -o names before they know what to write
// into it, even if it is the input, and remove it when they fail. Here the tool
// writes into a temporary file instead, whose bytes go where those of every
// other output go: through base::OutputFile.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TOOL_TOOLMAIN_H
#define LAYERPIPE_TOOL_TOOLMAIN_H

namespace layerpipe {

/// Runs `tool`, which returns its exit status and understands -o FILE and input
/// files as MLIR's tools do. The tool runs without threads where none can be
/// started, and an output that is an input is refused. Returns the exit status,
/// which is an error's if the output or standard output can't be written.
int runTool(int argc, char **argv, int (*tool)(int argc, char **argv));

} // namespace layerpipe

#endif // LAYERPIPE_TOOL_TOOLMAIN_H

//===- ParameterFiles.h - where runs begin, and what they leave -*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads the files of --load and --resume, and writes those of --save,
// --save-state and --save-initial.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_PARAMETERFILES_H
#define LAYERPIPE_LIB_RUNTIME_PARAMETERFILES_H

#include "layerpipe/Base/OutputFile.h"
#include "layerpipe/Runtime/CommandLine.h"
#include "layerpipe/Runtime/Data/Safetensors.h"
#include "layerpipe/Runtime/Executor.h"

#include <optional>

namespace layerpipe::runtime {

class ParameterFiles {
public:
  /// Program and options must outlive the object.
  ParameterFiles(const Program &program, Options &options)
      : program(program), manifest(program.manifest), options(options) {}

  /// Opens the outputs.
  Result<void> open();

  /// Reads the state of --resume, and gives the options the seed that its run
  /// had. Without that option this does nothing.
  Result<void> resume();

  /// Returns where training begins: at the state that resume() has read, or
  /// with parameters alone, those of --load or new ones.
  Result<RunState> begin();

  /// Writes the files of --save and --save-state.
  Result<void> write(const RunState &state);

  /// Writes them while training goes on. What goes wrong is a warning.
  void keep(const RunState &state);

private:
  struct Output {
    std::optional<base::OutputFile> file;
    /// Writes the file, perhaps again.
    Result<void> write(const std::string &path, const TensorFile &content);
  };
  Result<ParameterValues> load() const;

  const Program &program;
  const Manifest &manifest;
  Options &options;
  Output save, saveState, saveInitial;
  std::optional<RunState> resumed;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_PARAMETERFILES_H

//===- ParameterFiles.cpp - where runs begin, and what they leave ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ParameterFiles.h"

#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Runtime/Data/Checkpoint.h"
#include "layerpipe/Runtime/Data/StateFile.h"

#include <fmt/format.h>

using namespace layerpipe;
using namespace layerpipe::runtime;

Result<void> ParameterFiles::open() {
  const std::pair<const std::string *, Output *> outputs[] = {
      {&options.save, &save},
      {&options.saveState, &saveState},
      {&options.saveInitial, &saveInitial}};
  for (auto [path, output] : outputs) {
    if (path->empty())
      continue;
    Result<base::OutputFile> created = base::OutputFile::create(*path);
    if (!created)
      return created.error();
    if (options.saveInterval > 0 && output != &saveInitial &&
        !created->isReplaced())
      return Error{fmt::format("--save-every replaces its file again and "
                               "again, but {} is no regular file",
                               *path)};
    output->file = std::move(*created);
  }
  return {};
}

Result<void> ParameterFiles::resume() {
  if (options.resume.empty())
    return {};
  Result<TensorFile> file = readTensors(options.resume);
  if (!file)
    return file.error();
  Result<SavedState> saved =
      restoreState(manifest, std::move(*file), options.resume);
  if (!saved)
    return saved.error();
  if (options.givenSeed && options.seed != saved->seed)
    return Error{fmt::format("--seed {}: the run in {} has seed {}; leave the "
                             "option out",
                             options.seed, options.resume, saved->seed)};
  options.seed = saved->seed;
  resumed = std::move(saved->state);
  return {};
}

/// Returns the parameters of --load, or new ones.
Result<ParameterValues> ParameterFiles::load() const {
  if (options.load.empty()) {
    ParameterValues values =
        initialParameters(manifest, options.seed, program.parameterValues);
    Result<void> finite =
        checkFinite(manifest, values, "the initial parameters");
    return finite ? Result<ParameterValues>(std::move(values)) : finite.error();
  }
  Result<TensorFile> file = readTensors(options.load);
  if (!file)
    return file.error();
  return restoreCheckpoint(manifest, std::move(*file), options.load,
                           options.loadIgnoreUnknown ? UnknownTensors::ignored
                                                     : UnknownTensors::refused);
}

Result<RunState> ParameterFiles::begin() {
  RunState state;
  if (resumed) {
    state = std::move(*resumed);
  } else {
    Result<ParameterValues> loaded = load();
    if (!loaded)
      return loaded.error();
    state.parameters = std::move(*loaded);
  }
  if (saveInitial.file)
    if (Result<void> saved = saveInitial.write(
            options.saveInitial, makeCheckpoint(manifest, state.parameters));
        !saved)
      return saved.error();
  return state;
}

Result<void> ParameterFiles::Output::write(const std::string &path,
                                           const TensorFile &content) {
  if (!file) {
    Result<base::OutputFile> again = base::OutputFile::create(path);
    if (!again)
      return again.error();
    file = std::move(*again);
  }
  file->write(serializeTensors(content));
  Result<void> saved = file->commit();
  file.reset();
  return saved;
}

Result<void> ParameterFiles::write(const RunState &state) {
  Result<void> saved;
  if (!options.save.empty())
    saved =
        save.write(options.save, makeCheckpoint(manifest, state.parameters));
  if (saved && !options.saveState.empty())
    saved = saveState.write(options.saveState,
                            makeStateFile(manifest, state, options.seed));
  return saved;
}

void ParameterFiles::keep(const RunState &state) {
  Result<void> saved =
      checkFinite(manifest, state.parameters, "training seems to diverge");
  if (saved)
    saved = write(state);
  if (!saved)
    base::complain("warning: after step {}: {}; training goes on\n",
                   state.completed, saved.error().message);
}

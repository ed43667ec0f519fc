//===- TaskProfile.cpp - Measured times of tasks --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TaskProfile.h"

#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace layerpipe;

FailureOr<TaskProfile> layerpipe::readTaskProfile(GraphOp graph,
                                                  const std::string &path) {
  TaskProfile profile;
  profile.path = path;
  if (path.empty())
    return profile;
  auto file = llvm::MemoryBuffer::getFile(path);
  if (!file)
    return graph.emitError("can't read the profile '")
           << path << "': " << file.getError().message();
  auto times = network::readTaskTimes((*file)->getBuffer());
  if (!times)
    return graph.emitError("the profile '") << path << "': " << times.message();
  profile.times = std::move(*times);
  return profile;
}

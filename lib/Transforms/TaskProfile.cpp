//===- TaskProfile.cpp - Measured times of tasks --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TaskProfile.h"

#include "layerpipe/Base/Arguments.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace layerpipe;

std::optional<std::string> TaskProfile::nearestName(StringRef task) const {
  std::vector<std::string> names;
  for (const auto &[name, time] : times)
    names.push_back(name);
  llvm::sort(names); // The map's order is that of hashes.
  return base::closestWord(std::string_view(task), names);
}

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

//===- CostsFile.cpp - Measured times as costs of a pipeline --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CostsFile.h"

#include "layerpipe/Base/FileBytes.h"
#include "layerpipe/Driver/CostOptions.h"
#include "layerpipe/Driver/Messages.h"
#include "layerpipe/Driver/TextFile.h"
#include "layerpipe/Network/TaskTimes.h"

#include <algorithm>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;
using runtime::NamedTimes;

LogicalResult CostsFile::use(const NamedTimes &times,
                             PipelineOptions &pipeline) {
  if (!folder) {
    auto made = base::TemporaryFolder::create("profile.json");
    if (!made)
      return failWith(made.error());
    folder.emplace(std::move(*made));
  }
  setProfile(folder->file(), pipeline);
  return writeTextFile(folder->file(), runtime::writeProfile(times));
}

FailureOr<NamedTimes> layerpipe::driver::readTimes(const std::string &profile) {
  auto text = base::readFileBytes(profile);
  if (!text)
    return failWith(text.error());
  auto times = network::readTaskTimes(*text);
  if (!times)
    return failWith(base::Error{profile + ": " + times.message()});
  NamedTimes sorted(times->begin(), times->end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

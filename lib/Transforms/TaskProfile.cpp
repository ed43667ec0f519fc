//===- TaskProfile.cpp - Measured times of tasks --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TaskProfile.h"

#include "layerpipe/Scheduling/TaskGraph.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace layerpipe;
using llvm::Twine;

/// "tasks[3].time is missing" and the like.
static llvm::Error fault(const Twine &text) {
  return llvm::createStringError(text.str());
}

static llvm::Error readTask(const llvm::json::Value &entry, const Twine &place,
                            TaskProfile &profile) {
  const llvm::json::Object *task = entry.getAsObject();
  if (!task)
    return fault(place + " is not an object");
  std::optional<StringRef> name = task->getString("name");
  if (!name)
    return fault(place + ".name is missing or not a text");
  std::optional<int64_t> time = task->getInteger("time");
  if (!time || *time < 0 || *time > scheduling::maxTotalTime)
    return fault(place + ".time must be an integer from 0 to " +
                 Twine(scheduling::maxTotalTime));
  if (!profile.times.try_emplace(*name, *time).second)
    return fault(place + ".name: a second time for task '" + *name + "'");
  return llvm::Error::success();
}

static llvm::Error readProfile(StringRef text, TaskProfile &profile) {
  llvm::Expected<llvm::json::Value> json = llvm::json::parse(text);
  if (!json)
    return json.takeError();
  const llvm::json::Object *root = json->getAsObject();
  if (!root || root->getString("format") != StringRef("layerpipe-profile"))
    return fault("is not of format \"layerpipe-profile\"");
  if (root->getInteger("version") != 1)
    return fault("has another version than 1");
  if (root->getString("time_unit") != StringRef("ns"))
    return fault("time_unit must be \"ns\"");
  const llvm::json::Array *tasks = root->getArray("tasks");
  if (!tasks)
    return fault("tasks is missing or not a list");
  for (auto [index, entry] : llvm::enumerate(*tasks))
    if (llvm::Error error =
            readTask(entry, "tasks[" + Twine(index) + "]", profile))
      return error;
  return llvm::Error::success();
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
  if (llvm::Error error = readProfile((*file)->getBuffer(), profile))
    return graph.emitError("the profile '")
           << path << "': " << llvm::toString(std::move(error));
  return profile;
}

//===- CostModels.cpp - How long a task takes -----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CostModels.h"

#include "Phases.h"
#include "TaskProfile.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"

#include <cmath>

using namespace mlir;
using namespace layerpipe;

static constexpr int64_t maxTime = scheduling::maxTotalTime;

namespace {

/// This model counts one cycle for each multiply-accumulate.
class MacModel : public CostModel {
public:
  StringRef timeUnit() const override { return "cycles"; }
  FailureOr<int64_t> timeOf(TaskOp task) const override;
};

/// In this model each op takes as long as its arithmetic or its memory traffic,
/// whichever is longer.
class RooflineModel : public CostModel {
public:
  RooflineModel(double gigaflops, double gigabytesPerSecond)
      : flopsPerNs(gigaflops), bytesPerNs(gigabytesPerSecond) {}
  StringRef timeUnit() const override { return "ns"; }
  FailureOr<int64_t> timeOf(TaskOp task) const override;

private:
  double flopsPerNs;
  double bytesPerNs;
};

/// This model has measured times: those of a file, else those that the ops
/// carry.
class ProfileModel : public CostModel {
public:
  explicit ProfileModel(TaskProfile profile) : profile(std::move(profile)) {}
  StringRef timeUnit() const override { return "ns"; }
  FailureOr<int64_t> timeOf(TaskOp task) const override;

private:
  std::optional<int64_t> fromFile(StringRef name, TaskOp task) const;
  std::optional<int64_t> fromFile(TaskOp task) const;
  int64_t activationTime(TaskOp task) const;

  TaskProfile profile;
};

} // namespace

//===----------------------------------------------------------------------===//
// macs
//===----------------------------------------------------------------------===//

static InFlightDiagnostic noMacs(Operation *op) {
  return op->emitError("has no multiply-accumulate count, only a measured "
                       "time: use the cost model 'profile'");
}

FailureOr<int64_t> MacModel::timeOf(TaskOp task) const {
  int64_t macs = 0;
  for (auto op : task.getBody().getOps<ComputeOpInterface>()) {
    std::optional<int64_t> count = op.getMacCount();
    if (!count)
      return noMacs(op);
    if (*count > maxTime - macs)
      return op.emitError("the ops of task '")
             << task.getName() << "' up to this one take more than " << maxTime
             << " multiply-accumulates, too many to schedule";
    macs += *count;
  }
  return macs;
}

//===----------------------------------------------------------------------===//
// roofline
//===----------------------------------------------------------------------===//

static double bytesOf(Value value) {
  return double(layerpipe::bytesOf(value.getType()));
}

/// Returns the bytes that an op reads and writes. What one loop makes and reads
/// stays in registers.
static double trafficOf(Operation *op) {
  if (isa<ViewOpInterface>(op))
    return 0;
  if (isa<CopyOpInterface>(op))
    return 2 * bytesOf(op->getResult(0));
  double bytes = 0;
  for (OpOperand &operand : op->getOpOperands())
    if (!isReadInOneLoop(operand.get().getDefiningOp(), operand))
      bytes += bytesOf(operand.get());
  for (Value result : op->getResults())
    if (!llvm::all_of(result.getUses(),
                      [&](OpOperand &use) { return isReadInOneLoop(op, use); }))
      bytes += bytesOf(result);
  return bytes;
}

FailureOr<int64_t> RooflineModel::timeOf(TaskOp task) const {
  double time = 0;
  for (auto op : task.getBody().getOps<ComputeOpInterface>()) {
    std::optional<int64_t> macs = op.getMacCount();
    if (!macs)
      return noMacs(op);
    time +=
        std::max(2 * double(*macs) / flopsPerNs, trafficOf(op) / bytesPerNs);
  }
  if (!(time <= double(maxTime)))
    return task.emitError("takes more than ")
           << maxTime << " ns by the roofline model, too long to schedule";
  return int64_t(std::ceil(time));
}

//===----------------------------------------------------------------------===//
// profile
//===----------------------------------------------------------------------===//

/// Divides a name such as "fc1.forward@3" in front of the number of the task's
/// microbatch, if it has one.
static std::pair<StringRef, StringRef> splitMicrobatch(StringRef name,
                                                       TaskOp task) {
  size_t place = getMicrobatch(task) ? name.rfind('@') : StringRef::npos;
  return {name.take_front(place), name.substr(place)};
}

/// Returns the time in the file of the task, or of the whole of which it is a
/// part, by its name. A coupled backward takes the time of both gradients,
/// where the file has only those.
std::optional<int64_t> ProfileModel::fromFile(StringRef name,
                                              TaskOp task) const {
  auto [layer, microbatch] = splitMicrobatch(name, task);
  if (std::optional<int64_t> time = profile.timeOf(layer, microbatch))
    return time;
  if (task.getKind() != TaskKind::backward || !layer.consume_back(".backward"))
    return std::nullopt;
  std::optional<int64_t> input =
      profile.timeOf((layer + ".grad_input").str(), microbatch);
  std::optional<int64_t> weight =
      profile.timeOf((layer + ".grad_weight").str(), microbatch);
  return input && weight ? std::optional(*input + *weight) : std::nullopt;
}

bool layerpipe::joinsActivation(TaskOp task) {
  return task.getKind() != TaskKind::activation_grad &&
         llvm::any_of(task.getBody().getOps<ComputeOpInterface>(),
                      [](ComputeOpInterface op) {
                        return op.getTaskKind() == TaskKind::activation_grad;
                      });
}

/// Returns the time of an activation's gradient that was measured apart from
/// the product that this task joins it to; 0 if the file has none.
int64_t ProfileModel::activationTime(TaskOp task) const {
  auto [layer, microbatch] = splitMicrobatch(task.getName(), task);
  if (!joinsActivation(task) ||
      !layer.consume_back(stringifyTaskKind(task.getKind())))
    return 0;
  return profile.timeOf((layer + "activation_grad").str(), microbatch)
      .value_or(0);
}

/// Returns the task's time in the file. A part that was not measured itself
/// takes its share of the whole task.
std::optional<int64_t> ProfileModel::fromFile(TaskOp task) const {
  std::optional<int64_t> own = fromFile(task.getName(), task);
  std::optional<PartAttr> part = task.getPart();
  if (own && !part)
    return *own + activationTime(task);
  if (own || !part)
    return own;
  std::optional<int64_t> whole = fromFile(part->getWhole().getValue(), task);
  if (!whole)
    return std::nullopt;
  return scheduling::partTime(*whole, part->getBegin(), part->getEnd(),
                              part->getLength());
}

/// Returns the sum over the ops that carry a time, or nothing if none does. Ops
/// of one task that carry none, such as the sum of two gradients, were not
/// measured apart.
static std::optional<int64_t> measuredByOps(TaskOp task) {
  std::optional<int64_t> sum;
  for (auto op : task.getBody().getOps<ComputeOpInterface>())
    if (std::optional<int64_t> time = op.getMeasuredTime())
      sum = std::min(*time, maxTime + 1) + std::min(sum.value_or(0), maxTime);
  return sum;
}

FailureOr<int64_t> ProfileModel::timeOf(TaskOp task) const {
  std::optional<int64_t> time = fromFile(task);
  if (!time)
    time = measuredByOps(task);
  if (time && *time > maxTime)
    return task.emitError("takes more than ")
           << maxTime << " ns, too long to schedule";
  if (time)
    return *time;
  // A profile of layers does not count these tasks, or counts them with a
  // product.
  if (task.getKind() == TaskKind::loss || task.getKind() == TaskKind::update ||
      task.getKind() == TaskKind::norm ||
      task.getKind() == TaskKind::activation_grad)
    return 0;
  if (profile.path.empty())
    return task.emitError("task '")
           << task.getName()
           << "' has no measured time; name a profile, or use another cost "
              "model";
  auto error = task.emitError("task '")
               << task.getName() << "' has no time in the profile '"
               << profile.path << "'";
  if (std::optional<std::string> near = profile.nearestName(task.getName()))
    error << "; did you mean '" << *near << "', which has one?";
  return error;
}

//===----------------------------------------------------------------------===//
// The choice
//===----------------------------------------------------------------------===//

FailureOr<std::unique_ptr<CostModel>>
layerpipe::makeCostModel(GraphOp graph, const CostModelOptions &options) {
  std::unique_ptr<CostModel> model;
  if (options.model == "macs")
    model = std::make_unique<MacModel>();
  else if (options.model == "roofline") {
    if (failed(
            requireWithin(graph, "gflops", options.gigaflops, limits::rate)) ||
        failed(requireWithin(graph, "gigabytes", options.gigabytesPerSecond,
                             limits::rate)))
      return failure();
    model = std::make_unique<RooflineModel>(options.gigaflops,
                                            options.gigabytesPerSecond);
  } else if (options.model == "profile") {
    FailureOr<TaskProfile> profile =
        readTaskProfile(graph, options.profileFile);
    if (failed(profile))
      return failure();
    model = std::make_unique<ProfileModel>(std::move(*profile));
  } else {
    return graph.emitError("unknown cost model '")
           << options.model << "'; there are macs, roofline and profile";
  }
  return model;
}

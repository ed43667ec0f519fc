//===- Compiler.cpp - From a model file to an executable ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compiler.h"

#include "Execute.h"
#include "ModelFile.h"
#include "TextFile.h"
#include "layerpipe/Conversion/Passes.h"
#include "layerpipe/Pipelines/Pipelines.h"
#include "layerpipe/Target/Native.h"
#include "layerpipe/Target/ScheduleExport.h"

#include "mlir/Pass/PassManager.h"

#include <fmt/format.h>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;

namespace {

class Compiler {
public:
  Compiler(const ModelOptions &options, const Context &tool)
      : options(options), tool(tool) {}

  LogicalResult compile(const std::string &output, bool quiet);

private:
  LogicalResult check();
  LogicalResult read();
  LogicalResult schedule();
  void setOptions(PipelineOptions &pipeline) const;
  LogicalResult makeSchedule();
  LogicalResult
  useProfile(CostOptions &costs,
             llvm::function_ref<int(const std::string &)> measure);
  LogicalResult measureInPlace(PipelineOptions &pipeline);
  LogicalResult measureTrial(ModuleOp trial, PipelineOptions &pipeline);
  LogicalResult makeProgram(ModuleOp scheduled);
  LogicalResult writeProgram();
  LogicalResult link(ModuleOp program, const std::string &output);
  LogicalResult fail(const std::string &message) {
    printError(message);
    return failure();
  }
  LogicalResult fail(llvm::Error error) {
    return fail(llvm::toString(std::move(error)));
  }

  const ModelOptions &options;
  const Context &tool;
  ModelFile file;
  std::optional<TemporaryFile> profile;
  ModuleOp module;
};

} // namespace

LogicalResult Compiler::check() {
  if (options.sanitizer == "thread" && options.runtimeFolder.empty() &&
      runtimeSanitizer() != "thread")
    return fail("--sanitize thread needs a runtime built with ThreadSanitizer: "
                "build the preset tsan and name its lib folder with "
                "--runtime-dir");
  return success();
}

LogicalResult Compiler::read() {
  if (failed(file.read(options.model)))
    return failure();
  module = file.module();
  auto programs = module.getOps<sched::ProgramOp>();
  auto graphs = module.getOps<GraphOp>();
  auto count = std::distance(programs.begin(), programs.end()) +
               std::distance(graphs.begin(), graphs.end());
  if (count != 1)
    return fail(fmt::format("'{}' holds {} networks; it must hold one "
                            "layerpipe.graph or sched.program",
                            options.model, count));
  return success();
}

/// Brings a forward graph to phase scheduled, and writes the schedule.
LogicalResult Compiler::schedule() {
  auto graphs = module.getOps<GraphOp>();
  if (graphs.empty()) {
    if (!options.scheduleFile.empty())
      return fail("'" + options.model +
                  "' is a sched.program, which --emit-schedule can't write");
    return success();
  }
  if ((*graphs.begin()).getPhase() != Phase::scheduled &&
      failed(makeSchedule()))
    return failure();
  if (options.scheduleFile.empty())
    return success();
  std::string json;
  llvm::raw_string_ostream stream(json);
  if (failed(exportScheduleJson(*module.getOps<GraphOp>().begin(), stream)))
    return failure();
  return writeTextFile(options.scheduleFile, json);
}

void Compiler::setOptions(PipelineOptions &pipeline) const {
  pipeline.processors = options.processors;
  pipeline.strategy = options.strategy;
  pipeline.batch = options.batch;
  pipeline.optimizer = options.optimizer;
  pipeline.learningRate = options.learningRate;
  pipeline.momentum = options.momentum;
  pipeline.weightDecay = options.weightDecay;
  setSplits(options.splits, pipeline);
  pipeline.activationGradients = options.activationGradients;
}

LogicalResult Compiler::makeSchedule() {
  PipelineOptions pipeline;
  setOptions(pipeline);
  CostOptions costs = options.costs;
  bool measure = costs.model == "measure";
  if (measure && failed(useProfile(costs, [&](const std::string &file) {
        return measureTasks(options, tool, defaultProfileSteps, file);
      })))
    return failure();
  setCosts(costs, pipeline);
  PassManager assign(&file.context());
  buildAssignmentPipeline(assign, pipeline);
  if (failed(assign.run(module)))
    return failure();
  if (measure && options.processors > 1 && failed(measureInPlace(pipeline)))
    return failure();
  PassManager schedule(&file.context());
  buildSchedulePipeline(schedule, pipeline);
  return schedule.run(module);
}

/// Makes `measure` write a profile, which the costs then are.
LogicalResult
Compiler::useProfile(CostOptions &costs,
                     llvm::function_ref<int(const std::string &)> measure) {
  llvm::Expected<TemporaryFile> file = TemporaryFile::create("json");
  if (!file)
    return fail(file.takeError());
  profile.emplace(std::move(*file));
  if (measure(profile->path()))
    return failure();
  costs.model = "profile=" + std::string(profile->path());
  return success();
}

/// What of a schedule decides how long its tasks take: who runs what, in which
/// order, and how many iterations apart.
static std::string describeOrder(ModuleOp scheduled) {
  std::string text;
  GraphOp graph = *scheduled.getOps<GraphOp>().begin();
  for (auto task : graph.getBody().getOps<TaskOp>())
    text +=
        fmt::format("{} {} {} {}\n", task.getName().str(),
                    task.getProcessor().value_or(0), task.getSlot().value_or(0),
                    static_cast<int64_t>(task.getLag().value_or(0)));
  return text;
}

/// A task that reads what another processor has just written takes longer than
/// one that finds it in its own cache. So the assigned program runs on all its
/// processors, and its tasks get the times that they have there; again, if
/// these times make another schedule.
LogicalResult Compiler::measureInPlace(PipelineOptions &pipeline) {
  constexpr int mostRounds = 4;
  std::string measured;
  for (int round = 0; round < mostRounds; ++round) {
    OwningOpRef<ModuleOp> trial(module.clone());
    PassManager schedule(&file.context());
    buildSchedulePipeline(schedule, pipeline);
    if (failed(schedule.run(*trial)))
      return failure();
    std::string order = describeOrder(*trial);
    if (order == measured)
      return success();
    measured = std::move(order);
    if (failed(measureTrial(*trial, pipeline)))
      return failure();
  }
  return success();
}

/// Runs the scheduled trial and gives its times to the tasks of the module.
LogicalResult Compiler::measureTrial(ModuleOp trial,
                                     PipelineOptions &pipeline) {
  // About two seconds: what tasks cost each other varies more than they do.
  constexpr int64_t budget = 2'000'000'000, fewest = 20, most = 4000;
  int64_t period = (*trial.getOps<GraphOp>().begin()).getPeriod().value_or(0);
  int64_t steps =
      std::clamp(budget / std::max<int64_t>(period, 1), fewest, most);
  llvm::Expected<TemporaryFile> program = TemporaryFile::create("profile");
  if (!program)
    return fail(program.takeError());
  CostOptions costs;
  if (failed(makeProgram(trial)) || failed(link(trial, program->path())) ||
      failed(useProfile(costs, [&](const std::string &file) {
        return execute(program->path(),
                       {"--data", "synthetic", "--steps", std::to_string(steps),
                        "--profile", file},
                       /*quiet=*/true);
      })))
    return failure();
  setCosts(costs, pipeline);
  PassManager estimate(&file.context());
  addCostPass(estimate.nest<GraphOp>(), pipeline);
  return estimate.run(module);
}

LogicalResult Compiler::makeProgram(ModuleOp scheduled) {
  PassManager passes(&file.context());
  passes.addPass(createConvertLayerpipeToSched());
  passes.addNestedPass<sched::ProgramOp>(createSchedPlaceBuffers());
  return passes.run(scheduled);
}

/// Where --emit-ir wants it.
LogicalResult Compiler::writeProgram() {
  if (options.irFile.empty())
    return success();
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream);
  return writeTextFile(options.irFile, text + "\n");
}

LogicalResult Compiler::link(ModuleOp program, const std::string &output) {
  PassManager passes(&file.context());
  ConvertSchedToLLVMOptions lowering;
  lowering.kernels = options.kernels;
  buildNativeCodePipeline(passes, lowering);
  if (failed(passes.run(program)))
    return failure();
  llvm::Expected<TemporaryFile> object = TemporaryFile::create("o");
  if (!object)
    return fail(object.takeError());
  ObjectOptions code{options.sanitizer == "thread"};
  if (llvm::Error error = writeObjectFile(program, code, object->path()))
    return fail(std::move(error));
  LinkOptions link{object->path(), output, options.runtimeFolder,
                   options.kernels, options.sanitizer};
  if (link.runtimeFolder.empty())
    link.runtimeFolder = defaultRuntimeFolder(tool.tool);
  if (llvm::Error error = linkExecutable(link))
    return fail(std::move(error));
  return success();
}

LogicalResult Compiler::compile(const std::string &output, bool quiet) {
  if (failed(check()) || failed(read()) || failed(schedule()) ||
      failed(makeProgram(module)) || failed(writeProgram()))
    return failure();
  if (!quiet)
    printSummary(*module.getOps<sched::ProgramOp>().begin());
  if (failed(link(module, output)))
    return failure();
  if (!quiet)
    fmt::print("executable   {}\n", output);
  return success();
}

int layerpipe::driver::compileModel(const ModelOptions &options,
                                    const Context &context,
                                    const std::string &output, bool quiet) {
  return succeeded(Compiler(options, context).compile(output, quiet)) ? 0 : 1;
}

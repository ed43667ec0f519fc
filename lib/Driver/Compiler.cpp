//===- Compiler.cpp - From a model file to an executable ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Driver/Compiler.h"

#include "InitialValues.h"
#include "MeasuredSchedule.h"
#include "NativeProgram.h"
#include "ProgramSummary.h"
#include "SequentialProgram.h"
#include "layerpipe/Analysis/GraphMachine.h"
#include "layerpipe/Analysis/GraphPins.h"
#include "layerpipe/Base/Destination.h"
#include "layerpipe/Base/FileBytes.h"
#include "layerpipe/Base/OutputFile.h"
#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Base/TemporaryFolder.h"
#include "layerpipe/Driver/Messages.h"
#include "layerpipe/Driver/ModelFile.h"
#include "layerpipe/Driver/TextFile.h"
#include "layerpipe/Driver/UselessOptions.h"
#include "layerpipe/Native/Link.h"
#include "layerpipe/Pipelines/Pipelines.h"
#include "layerpipe/Schedule/ScheduleJson.h"
#include "layerpipe/Target/ScheduleExport.h"

#include "mlir/Pass/PassManager.h"

#include <fmt/format.h>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;

namespace {

class Compiler {
public:
  Compiler(const ModelOptions &options, const std::string &tool,
           SummaryFormat format, Measuring &measuring)
      : options(options), tool(tool), format(format), measuring(measuring) {}

  LogicalResult compile(const std::string &output);

private:
  LogicalResult check();
  LogicalResult openExecutable(const std::string &output);
  LogicalResult read();
  LogicalResult schedule();
  void setOptions(PipelineOptions &pipeline) const;
  LogicalResult placeOnMachine();
  LogicalResult makeSchedule();
  bool hasOpaqueOps();
  LogicalResult writeProgram();
  LogicalResult writeExecutable();
  LogicalResult fail(const std::string &message) {
    printError(message);
    return failure();
  }

  ModelOptions options;
  const std::string &tool;
  SummaryFormat format;
  Measuring &measuring;
  ModelFile file;
  /// This is the machine of --machine, if there is one.
  std::optional<machine::MachineFile> machine;
  /// These are the layers that the options and the machine place.
  machine::NamedPins pins;
  std::optional<base::OutputFile> executable;
  ModuleOp module;
  /// Says what keeps the period from being shorter.
  std::string limitedBy;
  PinCost cost;
};

} // namespace

LogicalResult Compiler::check() {
  if (std::string useless = findUselessOption(options); !useless.empty())
    return fail(useless);
  if (options.sanitizer == "thread" && options.runtimeFolder.empty() &&
      runtimeSanitizer() != "thread")
    return fail("--sanitize thread needs a runtime built with ThreadSanitizer: "
                "build the preset tsan and name its lib folder with "
                "--runtime-dir");
  return success();
}

/// Opens the output before the work, to find out whether it can be written.
LogicalResult Compiler::openExecutable(const std::string &output) {
  std::vector<NamedFile> outputs = outputsOf(options);
  outputs.emplace_back("the executable", output);
  if (failed(checkFiles(inputsOf(options), outputs)))
    return failure();
  // The streams are taken before anything is printed.
  for (const auto &[label, path] : outputs)
    if (!path.empty() && base::isStandardOutput(path))
      base::takeStandardOutput();
  auto file = base::OutputFile::create(output, base::OutputKind::Executable);
  if (!file)
    return fail(file.error().message);
  executable = std::move(*file);
  return success();
}

LogicalResult Compiler::read() {
  if (failed(file.read(options.model, {options.given, options.backwardSplit,
                                       options.onnx, options.batch})))
    return failure();
  if (file.isProfile())
    if (std::string wrong = findWrongOnProfile(options.costs); !wrong.empty())
      return fail(wrong);
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
  bool isProgram = graphs.empty();
  bool isScheduled =
      !isProgram && (*graphs.begin()).getPhase() == Phase::scheduled;
  if (isProgram || isScheduled)
    if (std::string useless = findUselessOnScheduled(
            options, isProgram ? "a sched.program" : "a scheduled graph");
        !useless.empty())
      return fail(useless);
  if (isProgram) {
    if (!options.scheduleFile.empty())
      return fail("'" + options.model +
                  "' is a sched.program, which --emit-schedule can't write");
    return success();
  }
  if (!isScheduled && (failed(placeOnMachine()) || failed(makeSchedule())))
    return failure();
  auto made = makeStaticSchedule(*module.getOps<GraphOp>().begin());
  if (failed(made))
    return failure();
  if (auto fits =
          checkProcessors(made->processors.size(), options.machine, machine);
      !fits)
    return fail("the schedule has " + fits.message());
  limitedBy = made->limitedBy;
  GraphOp graph = *module.getOps<GraphOp>().begin();
  cost = {pinsOf(graph), graph.getFreePeriod()};
  if (options.scheduleFile.empty())
    return success();
  return writeTextFile(options.scheduleFile,
                       scheduling::writeScheduleJson(*made));
}

/// Puts the machine of --machine onto the graph, and takes all its processors
/// unless --processors says how many.
LogicalResult Compiler::placeOnMachine() {
  auto read = readMachineFile(options.machine);
  if (!read)
    return fail(read.message());
  machine = std::move(*read);
  auto placed = readPins(options.machine, machine);
  if (!placed)
    return fail(placed.message());
  pins = std::move(*placed);
  if (!machine)
    return success();
  GraphOp graph = *module.getOps<GraphOp>().begin();
  if (graph.getMachine())
    return fail("--machine: the graph in '" + options.model +
                "' has a machine already");
  if (!options.given.contains("--processors"))
    options.processors = machine->processors;
  if (auto fits = checkProcessors(options.processors, options.machine, machine);
      !fits)
    return fail("--processors: " + fits.message());
  setMachine(graph, makeMachine(machine->description, machine->processors));
  return success();
}

void Compiler::setOptions(PipelineOptions &pipeline) const {
  pipeline.processors = options.processors;
  pipeline.strategy = options.strategy;
  pipeline.schedule = options.givenSchedule;
  pipeline.bandwidth = options.machine.options.bandwidth;
  pipeline.latency = options.machine.options.latency;
  for (double speed : options.machine.options.speeds)
    pipeline.speeds.push_back(speed);
  pipeline.memoryLimit = options.machine.options.memory;
  for (const auto &[layer, processor] : pins)
    pipeline.place.push_back(fmt::format("{}={}", layer, processor));
  pipeline.batch = file.isMlir() ? options.batch : 0;
  pipeline.microbatches = options.microbatches;
  pipeline.optimizer = options.optimizer;
  pipeline.learningRate = options.learningRate;
  for (const auto &[coefficient, value] : options.coefficients)
    if (!value.empty())
      pipeline.coefficients.push_back(coefficient + "=" + value);
  for (const std::string &pattern : options.noDecay)
    pipeline.noDecay.push_back(pattern);
  pipeline.clipNorm = options.clipNorm;
  setSplits(options.splits, pipeline);
  setCosts(options.costs, file.isProfile(), pipeline);
  pipeline.activationGradients = options.activationGradients;
}

/// Returns whether some layers are known by their costs only, so that no
/// program can be made and measured.
bool Compiler::hasOpaqueOps() {
  return module.walk([](OpaqueOp) { return WalkResult::interrupt(); })
      .wasInterrupted();
}

LogicalResult Compiler::makeSchedule() {
  PipelineOptions pipeline;
  setOptions(pipeline);
  const bool asked = !options.costs.model.empty();
  if (costModelOf(options, file.isProfile()) != "measure" ||
      (!asked && hasOpaqueOps())) {
    PassManager passes(&file.context());
    buildLayerpipePipeline(passes, pipeline);
    return passes.run(module);
  }
  const InitialValues values = InitialValues::takeFrom(module);
  auto scheduled =
      scheduleMeasured({module, options, tool, format != SummaryFormat::text},
                       pipeline, measuring);
  if (failed(scheduled))
    return failure();
  values.giveTo(**scheduled);
  file.replaceModule(std::move(*scheduled));
  module = file.module();
  return success();
}

/// Writes the program where --emit-ir wants it.
LogicalResult Compiler::writeProgram() {
  if (options.irFile.empty())
    return success();
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream);
  return writeTextFile(options.irFile, text + "\n");
}

/// Links in a temporary place, and writes the output as every other one is
/// written.
LogicalResult Compiler::writeExecutable() {
  auto linked = base::TemporaryFolder::create("program");
  if (!linked)
    return fail(linked.error().message);
  if (failed(linkProgram(module, options, tool, linked->file())))
    return failure();
  auto bytes = base::readFileBytes(linked->file());
  if (!bytes)
    return fail(bytes.error().message);
  executable->write(*bytes);
  auto written = executable->commit();
  return written ? success() : fail(written.error().message);
}

LogicalResult Compiler::compile(const std::string &output) {
  if (failed(check()) || failed(openExecutable(output)) || failed(read()) ||
      failed(schedule()) || failed(makeProgram(module)) ||
      failed(measuring.chooseKernels(module)) || failed(writeProgram()))
    return failure();
  measuring.noteUnmeasured();
  // Lowering replaces the program by its machine code.
  ProgramSummary summary =
      summarize(*module.getOps<sched::ProgramOp>().begin(), limitedBy, cost);
  if (format == SummaryFormat::text)
    base::printText(formatText(summary));
  if (failed(writeExecutable()))
    return failure();
  if (format == SummaryFormat::text)
    base::print("executable   {}\n", output);
  if (format == SummaryFormat::json)
    base::printText(formatJson(summary, output));
  return success();
}

int layerpipe::driver::compileModel(const ModelOptions &options,
                                    const std::string &tool,
                                    const std::string &output,
                                    SummaryFormat format,
                                    Measuring &measuring) {
  Compiler compiler(options, tool, format, measuring);
  return succeeded(compiler.compile(output)) ? 0 : 1;
}

int layerpipe::driver::compileModel(const ModelOptions &options,
                                    const std::string &tool,
                                    const std::string &output,
                                    SummaryFormat format) {
  Measuring measuring(options);
  if (failed(measuring.open()))
    return 1;
  return compileModel(options, tool, output, format, measuring);
}

//===- NativeForward.cpp - native evaluations in this process -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NativeForward.h"

#include "PreparedTask.h"

#include "Sched/IR/SchedDialect.h"
#include "layerpipe/Base/TemporaryFolder.h"
#include "layerpipe/Conversion/Passes.h"
#include "layerpipe/Native/ObjectFile.h"
#include "layerpipe/Pipelines/Pipelines.h"
#include "layerpipe/Runtime/Data/Checkpoint.h"
#include "layerpipe/Runtime/ProgramMain.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/TargetSelect.h"

using namespace layerpipe;
using namespace layerpipe::runtime;
using base::Result;
using llvm::orc::ExecutorAddr;
using llvm::orc::JITDylib;

struct testing::NativeForward::State {
  std::unique_ptr<llvm::orc::LLJIT> jit;
  int64_t programs = 0;
};

testing::NativeForward::NativeForward() : state(std::make_unique<State>()) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  state->jit = llvm::cantFail(llvm::orc::LLJITBuilder().create());
}

testing::NativeForward::~NativeForward() = default;

static base::Error errorOf(llvm::Error error) {
  return base::Error{llvm::toString(std::move(error))};
}

/// Takes the module to the LLVM dialect.
static mlir::LogicalResult lower(mlir::ModuleOp module) {
  PipelineOptions options;
  options.strategy = "sequential";
  ConvertSchedToLLVMOptions lowering;
  lowering.kernels = "reference";
  mlir::PassManager passes(module.getContext());
  buildLayerpipePipeline(passes, options);
  passes.addPass(createConvertLayerpipeToSched());
  passes.addNestedPass<sched::ProgramOp>(createSchedPlaceBuffers());
  buildNativeCodePipeline(passes, lowering);
  return passes.run(module);
}

/// Loads an object file, which sees the runtime and the C library.
static Result<JITDylib *> load(llvm::orc::LLJIT &jit, const std::string &path,
                               const std::string &name) {
  auto library = jit.createJITDylib(name);
  if (!library)
    return errorOf(library.takeError());
  auto process = llvm::orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(
      jit.getDataLayout().getGlobalPrefix());
  if (!process)
    return errorOf(process.takeError());
  library->addGenerator(std::move(*process));
  llvm::orc::SymbolMap runtime;
  auto define = [&](llvm::StringRef symbol, auto *function) {
    runtime[jit.mangleAndIntern(symbol)] = {ExecutorAddr::fromPtr(function),
                                            llvm::JITSymbolFlags::Exported};
  };
  define("layerpipe_kernel_execute", &layerpipe_kernel_execute);
  define("layerpipe_kernel_library_reference",
         &layerpipe_kernel_library_reference);
  if (auto error = library->define(llvm::orc::absoluteSymbols(runtime)))
    return errorOf(std::move(error));
  auto object = llvm::MemoryBuffer::getFile(path);
  if (!object)
    return base::Error{object.getError().message()};
  if (auto error = jit.addObjectFile(*library, std::move(*object)))
    return errorOf(std::move(error));
  return &*library;
}

namespace {

/// Looks symbols of a program up.
class Symbols {
public:
  Symbols(llvm::orc::LLJIT &jit, JITDylib &library)
      : jit(jit), library(library) {}

  template <typename T> const T *find(llvm::StringRef name) {
    auto address = jit.lookup(library, name);
    if (address)
      return address->toPtr<const T *>();
    if (problem.empty())
      problem = llvm::toString(address.takeError());
    else
      llvm::consumeError(address.takeError());
    return nullptr;
  }

  std::string problem;

private:
  llvm::orc::LLJIT &jit;
  JITDylib &library;
};

} // namespace

static Result<Program> programOf(Symbols &symbols) {
  const char *text = symbols.find<char>("layerpipe_program");
  auto *size = symbols.find<int64_t>("layerpipe_program_size");
  auto *functions =
      symbols.find<layerpipe_task_function>("layerpipe_task_functions");
  auto *count = symbols.find<int64_t>("layerpipe_task_function_count");
  auto *values = symbols.find<const void *>("layerpipe_parameter_values");
  auto *valueCount = symbols.find<int64_t>("layerpipe_parameter_value_count");
  auto *kernels = symbols.find<layerpipe_kernel_library_function>(
      "layerpipe_program_kernels");
  if (!symbols.problem.empty())
    return base::Error{symbols.problem};
  return loadProgram({text, size_t(*size)}, functions, values,
                     {*count, *valueCount},
                     static_cast<KernelLibrary *>((*kernels)()));
}

/// Runs the evaluation once.
static Result<std::vector<float>> evaluate(const Program &program,
                                           const std::vector<float> &input) {
  const Evaluation &evaluation = *program.manifest.evaluation;
  Result<Arena> arena = Arena::allocate(evaluation.arenaBytes);
  Result<Arena> scratch = Arena::allocate(evaluation.scratchBytes);
  if (!arena || !scratch)
    return base::Error{"not enough memory"};
  std::vector<PreparedTask> tasks;
  for (const Task &task : evaluation.tasks) {
    auto prepared = PreparedTask::prepare(
        program.manifest, task, ringsOf(task, evaluation.buffers, *arena),
        program.functions[task.function], *scratch, *program.kernels);
    if (!prepared)
      return prepared.error();
    tasks.push_back(std::move(*prepared));
  }
  std::vector<PreparedTask *> all;
  for (PreparedTask &task : tasks)
    all.push_back(&task);
  Result<Arena> workspace = allocateWorkspace(all);
  if (!workspace)
    return workspace.error();
  fillInitialValues(
      program.manifest, evaluation.buffers, *arena,
      initialParameters(program.manifest, 1, program.parameterValues));
  auto address = [&](int64_t buffer) {
    return reinterpret_cast<float *>(
        ringOf(evaluation.buffers[buffer], *arena).slotOf(0));
  };
  std::copy(input.begin(), input.end(), address(evaluation.inputs.front()));
  for (PreparedTask &task : tasks)
    task.call({}, 0);
  const float *made = address(evaluation.prediction);
  return std::vector<float>(
      made, made + evaluation.buffers[evaluation.prediction].bytes / 4);
}

Result<std::vector<float>>
testing::NativeForward::predict(mlir::ModuleOp module,
                                const std::vector<float> &input) {
  std::string problem;
  mlir::ScopedDiagnosticHandler handler(module.getContext(),
                                        [&](mlir::Diagnostic &diagnostic) {
                                          problem += diagnostic.str() + "\n";
                                        });
  if (failed(lower(module)))
    return base::Error{problem};
  auto object = base::TemporaryFolder::create("node.o");
  if (!object)
    return object.error();
  if (auto error = writeObjectFile(module, {}, object->file()))
    return errorOf(std::move(error));
  auto library = load(*state->jit, object->file(),
                      "program" + std::to_string(state->programs++));
  if (!library)
    return library.error();
  Symbols symbols(*state->jit, **library);
  Result<Program> program = programOf(symbols);
  if (!program)
    return program.error();
  return evaluate(*program, input);
}

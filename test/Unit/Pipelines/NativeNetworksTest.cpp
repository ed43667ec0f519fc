//===- NativeNetworksTest.cpp - random networks as native programs --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A few random networks of any shape are compiled, linked and run on data in
// files. Their parameters after some steps equal those of the interpreter,
// which executes the same schedule's graph on the same data, up to the rounding
// of tanh and of fused multiplications.
//
//===----------------------------------------------------------------------===//

#include "Networks.h"
#include "Runtime/ArrayBytes.h"
#include "Runtime/TemporaryFolder.h"
#include "Support/PointwiseOps.h"
#include "Support/RandomEnds.h"
#include "Support/RandomWindows.h"
#include "layerpipe/Interpreter/Interpreter.h"
#include "layerpipe/Interpreter/Observables.h"
#include "layerpipe/Runtime/Data/Safetensors.h"
#include "layerpipe/Runtime/StepSizes.h"
#include "layerpipe/Transforms/Passes.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Program.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;

namespace {

constexpr int64_t steps = 6;
constexpr double tolerance = 1e-4; // of a parameter's largest element

class NativeNetwork {
public:
  /// The network that is trained is the one that `make` makes.
  using Make = std::function<OwningOpRef<ModuleOp>(MLIRContext &context)>;
  NativeNetwork(uint64_t seed, Make make) : seed(seed), make(std::move(make)) {}

  /// Lets step sizes grow to 0.05 and fall again.
  void changeStepSizes() {
    stepSizes = {0.05f, runtime::StepSchedule::cosine, 2};
    stepSizes->iterations = steps;
  }

  void compileAndRun(const Setting &setting);
  /// Whether any parameter changed; fails where one differs.
  bool compareWithInterpreter();

private:
  void writeData();
  std::map<std::string, runtime::Tensor> read(const std::string &name);
  std::map<std::string, Datum> interpret();
  Tensor batchOf(SourceOpInterface source, int64_t iteration) const;
  void execute(const std::vector<std::string> &command);

  uint8_t pixel(int64_t index) const {
    return uint8_t((index * 37 + int64_t(seed) * 11) % 256);
  }
  int32_t labelOf(int64_t position) const {
    if (ignored && position % 5 == 3)
      return *ignored;
    return int32_t(position * 7 % classes);
  }

  uint64_t seed;
  Make make;
  TemporaryFolder folder;
  std::unique_ptr<MLIRContext> context = makeContext();
  OwningOpRef<ModuleOp> scheduled;
  GraphOp graph;
  /// These replace the updates' own.
  std::optional<runtime::StepSizes> stepSizes;
  /// Labels are below this, or ignored.
  int64_t classes = 1;
  std::optional<int32_t> ignored;
};

} // namespace

void NativeNetwork::execute(const std::vector<std::string> &command) {
  std::string log = folder / "log";
  SmallVector<StringRef> arguments(command.begin(), command.end());
  std::optional<StringRef> redirects[] = {std::nullopt, log, log};
  ASSERT_EQ(llvm::sys::ExecuteAndWait(command.front(), arguments, std::nullopt,
                                      redirects),
            0)
      << llvm::join(command, " ") << "\n"
      << readFile(log);
}

/// Returns a batch of numbers that are divided bytes, or of labels.
Tensor NativeNetwork::batchOf(SourceOpInterface source,
                              int64_t iteration) const {
  Tensor batch =
      Tensor::zeros(cast<RankedTensorType>(source->getResult(0).getType()));
  auto count = int64_t(batch.numbers.size() + batch.integers.size());
  for (auto [index, value] : llvm::enumerate(batch.numbers))
    value = float(pixel(iteration * count + int64_t(index))) / 255.0f;
  for (auto [index, value] : llvm::enumerate(batch.integers))
    value = labelOf(iteration * count + int64_t(index));
  return batch;
}

/// Writes an array for each source. Those that have no name of their own have
/// the usual ones.
void NativeNetwork::writeData() {
  for (auto source : graph.getBody().getOps<SourceOpInterface>()) {
    const bool isInput = isa<InputOp>(*source);
    std::string bytes, shape, key = source.getStreamName().str();
    if (key == source->getName().stripDialect())
      key = isInput ? "inputs" : "targets";
    Tensor first = batchOf(source, 0);
    first.shape[0] *= steps;
    for (int64_t extent : first.shape)
      shape += std::to_string(extent) + ",";
    for (int64_t iteration = 0; iteration < steps; ++iteration) {
      Tensor batch = batchOf(source, iteration);
      std::vector<float> numbers(batch.numbers.begin(), batch.numbers.end());
      bytes += ::bytesOf(numbers);
      bytes += ::bytesOf(batch.integers);
    }
    writeFile(folder / ("train-" + key + ".npy"),
              ::npyBytes(first.integers.empty() ? "<f4" : "<i4",
                         "(" + shape + ")", bytes));
  }
}

/// Leaves the program's parameters before and after training in the folder.
void NativeNetwork::compileAndRun(const Setting &setting) {
  scheduled = make(*context);
  ASSERT_TRUE(succeeded(schedule(*scheduled, setting)));
  graph = onlyGraph(*scheduled);
  classes = std::numeric_limits<int32_t>::max();
  graph.walk([&](SoftmaxCrossEntropyOp loss) {
    classes = std::min(classes, loss.getLogits().getType().getDimSize(1));
    if (std::optional<uint64_t> label = loss.getIgnored())
      ignored = int32_t(*label);
  });
  std::string text;
  llvm::raw_string_ostream(text) << *scheduled;
  writeFile(folder / "scheduled.mlir", text);
  execute({LAYERPIPE_DRIVER, "compile", folder / "scheduled.mlir", "--kernels",
           "reference", "-o", folder / "program"});
  writeData();
  std::vector<std::string> run = {folder / "program",
                                  "--data",
                                  folder.path,
                                  "--shuffle",
                                  "off",
                                  "--steps",
                                  std::to_string(steps),
                                  "--save-initial",
                                  folder / "initial",
                                  "--save",
                                  folder / "trained"};
  if (stepSizes)
    for (const char *word :
         {"--lr", "0.05", "--lr-schedule", "cosine", "--lr-warm-up", "2"})
      run.push_back(word);
  execute(run);
}

std::map<std::string, runtime::Tensor>
NativeNetwork::read(const std::string &name) {
  auto file = runtime::readTensors(folder / name);
  EXPECT_TRUE(file) << file.error().message;
  return file ? file->tensors : std::map<std::string, runtime::Tensor>();
}

/// The interpreter's parameters after as many steps.
std::map<std::string, Datum> NativeNetwork::interpret() {
  auto initial = read("initial");
  InterpreterOptions options;
  options.seed = 1; // As the program's.
  options.source = [&](SourceOpInterface source, int64_t iteration) {
    return batchOf(source, iteration);
  };
  options.parameter = [&](ParameterOp parameter) {
    const runtime::Tensor &tensor = initial[parameter.getName().str()];
    return Tensor::ofFloats(tensor.shape, tensor.values);
  };
  if (stepSizes)
    options.learningRate = [&](int64_t iteration) {
      return stepSizes->at(iteration);
    };
  Interpreter interpreter(graph, options);
  EXPECT_TRUE(succeeded(interpreter.run(steps)));
  std::map<std::string, Datum> values;
  for (const Observable &observed : observablesOf(graph))
    if (observed.kind == Observable::Kind::state)
      values[observed.name] = interpreter.value(observed.value);
  return values;
}

static double difference(const runtime::Tensor &a, const Tensor &b) {
  double largest = 0, found = 0;
  for (auto [x, y] : llvm::zip_equal(a.values, b.numbers)) {
    largest = std::max(largest, std::abs(double(y)));
    found = std::max(found, std::abs(double(x) - double(y)));
  }
  return largest > 0 ? found / largest : found;
}

bool NativeNetwork::compareWithInterpreter() {
  auto initial = read("initial"), trained = read("trained");
  auto expected = interpret();
  // Checkpoints have no states of optimizers.
  EXPECT_FALSE(trained.empty());
  bool moved = false;
  for (const auto &[name, tensor] : trained) {
    if (!expected.count(name)) {
      ADD_FAILURE() << name << " is no state";
      continue;
    }
    EXPECT_LE(difference(tensor, *expected[name]), tolerance) << name;
    moved |= tensor.values != initial[name].values;
  }
  return moved;
}

/// Trains a random network for each of `usual` seeds, unless the environment
/// names others. Most have to change at all: a network of one class, or whose
/// relu is 0 everywhere, does not train.
static void expectToTrainAlike(uint64_t usual,
                               OwningOpRef<ModuleOp> (*make)(MLIRContext &,
                                                             uint64_t),
                               Setting (*settingOf)(uint64_t seed)) {
  registerLayerpipeTransformsPasses();
  auto [first, end] = seeds(usual);
  uint64_t moved = 0;
  for (uint64_t seed = first; seed < end; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    NativeNetwork network(
        seed, [&](MLIRContext &context) { return make(context, seed); });
    ASSERT_NO_FATAL_FAILURE(network.compileAndRun(settingOf(seed)));
    moved += network.compareWithInterpreter();
  }
  EXPECT_GE(moved, (end - first) / 2);
}

static OwningOpRef<ModuleOp> makeRandom(MLIRContext &context, uint64_t seed) {
  return randomForwardGraph(context, seed);
}

TEST(NativeNetworks, TrainAsTheInterpreter) {
  auto make = [](MLIRContext &context, uint64_t seed) {
    return makeNetwork(context, seed, /*anyLabels=*/false);
  };
  expectToTrainAlike(12, make, [](uint64_t seed) {
    constexpr const char *strategies[] = {"pipedream", "layerpipe-intra",
                                          "layerpipe"};
    return Setting{strategies[seed % 3], 1 + int64_t(seed) % 4};
  });
}

/// So do networks of several inputs and losses, whole and in microbatches.
TEST(NativeNetworks, SeveralEndsTrainAsInTheInterpreter) {
  expectToTrainAlike(12, randomEndsGraph, [](uint64_t seed) {
    constexpr const char *strategies[] = {"layerpipe-intra", "pipedream",
                                          "synchronous", "layerpipe"};
    int64_t microbatches = seed % 4 == 2 || seed % 8 == 3 ? 3 : 1;
    return Setting{strategies[seed % 4], 1 + int64_t(seed) % 3, "momentum",
                   microbatches};
  });
}

/// All orders of microbatches make programs that train as the interpreter does
/// what the graph says.
TEST(NativeNetworks, MicrobatchesTrainAsTheInterpreter) {
  expectToTrainAlike(8, makeRandom, [](uint64_t seed) {
    constexpr const char *strategies[] = {"1f1b", "zb-h1", "synchronous",
                                          "layerpipe"};
    return Setting{strategies[seed % 4], 1 + int64_t(seed) % 3, "momentum",
                   2 + int64_t(seed) % 3};
  });
}

/// Clipping makes every update wait for all gradients, which the schedules of
/// all strategies pay for.
TEST(NativeNetworks, ClippedGradientsTrainAsInTheInterpreter) {
  expectToTrainAlike(8, makeRandom, [](uint64_t seed) {
    constexpr const char *strategies[] = {"pipedream", "layerpipe-intra",
                                          "layerpipe", "zb-h1"};
    Setting setting{strategies[seed % 4], 2 + int64_t(seed) % 3};
    setting.optimizer = seed % 2 ? "adam" : "momentum";
    setting.microbatches = seed % 4 == 3 ? 3 : 1;
    setting.clipNorm = "0.05";
    return setting;
  });
}

/// Returns a network that has every pointwise op: the mean of all of them is
/// compared to the labels. Each reads a layer of its own, between −1 and 1 or,
/// where it wants positive numbers, between 1/2 and 3/2.
static OwningOpRef<ModuleOp> everyPointwiseOp(MLIRContext &context) {
  ImplicitLocOpBuilder builder(UnknownLoc::get(&context), &context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder.getLoc());
  builder.setInsertionPointToEnd(module->getBody());
  auto graph = GraphOp::create(builder, "net", Phase::forward);
  builder.setInsertionPointToStart(&graph.getBody().emplaceBlock());
  auto floats = [&](ArrayRef<int64_t> shape) {
    return RankedTensorType::get(shape, builder.getF32Type());
  };
  Value x = InputOp::create(builder, floats({2, 4}));
  int layers = 0;
  auto layer = [&](bool positive) -> Value {
    Value weight = ParameterOp::create(builder, floats({3, 4}),
                                       "w" + std::to_string(layers++),
                                       Init::uniform, APFloat(0.5f));
    Value y = LinearOp::create(builder, x, weight, Value());
    if (!positive)
      return TanhOp::create(builder, y);
    Value half =
        ParameterOp::create(builder, floats({3}), "b" + std::to_string(layers),
                            Init::constant, APFloat(0.5f));
    return AddOp::create(builder, SigmoidOp::create(builder, y), half);
  };
  Value sum;
  std::vector<PointwiseOp> ops = pointwiseOps(context);
  for (const PointwiseOp &op : ops) {
    SmallVector<Value> operands{layer(op.positive)};
    if (op.binary)
      operands.push_back(layer(op.positive));
    Value made = op.create(builder, operands, [] { return 0.75; });
    sum = sum ? Value(AddOp::create(builder, sum, made)) : made;
  }
  Value mean = ScaleOp::create(
      builder, sum, builder.getF64FloatAttr(1.0 / double(ops.size())));
  MeanSquaredErrorOp::create(builder, mean,
                             LabelsOp::create(builder, floats({2, 3})));
  return module;
}

TEST(NativeNetworks, EveryPointwiseOpTrainsAsInTheInterpreter) {
  registerLayerpipeTransformsPasses();
  NativeNetwork network(1, everyPointwiseOp);
  ASSERT_NO_FATAL_FAILURE(network.compileAndRun({"layerpipe", 2}));
  EXPECT_TRUE(network.compareWithInterpreter());
}

/// Returns a network of two convolutions, a transposed one and both poolings,
/// with windows of any kind.
static OwningOpRef<ModuleOp> windowsOfAnyKind(MLIRContext &context,
                                              uint64_t seed) {
  ImplicitLocOpBuilder builder(UnknownLoc::get(&context), &context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder.getLoc());
  builder.setInsertionPointToEnd(module->getBody());
  auto graph = GraphOp::create(builder, "net", Phase::forward);
  builder.setInsertionPointToStart(&graph.getBody().emplaceBlock());
  auto floats = [&](ArrayRef<int64_t> shape) {
    return RankedTensorType::get(shape, builder.getF32Type());
  };
  int parameters = 0;
  auto weight = [&](ArrayRef<int64_t> shape) -> Value {
    return ParameterOp::create(builder, floats(shape),
                               "p" + std::to_string(parameters++),
                               Init::uniform, APFloat(0.3f));
  };
  std::mt19937_64 random(seed);
  RandomWindows windows(builder, [&](int64_t low, int64_t high) {
    return low + int64_t(random() % uint64_t(high - low + 1));
  });
  Value x = InputOp::create(builder, floats({3, 4, 6, 5}));
  x = windows.convolution(x, weight, weight);
  x = windows.maximum(x);
  x = TanhOp::create(builder, windows.transposedConvolution(x, weight, weight));
  x = windows.average(x);
  x = FlattenOp::create(builder, windows.convolution(x, weight, weight));
  int64_t features = cast<RankedTensorType>(x.getType()).getDimSize(1);
  x = LinearOp::create(builder, x, weight({3, features}), Value());
  SoftmaxCrossEntropyOp::create(
      builder, x,
      LabelsOp::create(builder,
                       RankedTensorType::get({3}, builder.getI32Type())));
  return module;
}

TEST(NativeNetworks, WindowsOfAnyKindTrainAsInTheInterpreter) {
  registerLayerpipeTransformsPasses();
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    NativeNetwork network(seed, [&](MLIRContext &context) {
      return windowsOfAnyKind(context, seed);
    });
    ASSERT_NO_FATAL_FAILURE(network.compileAndRun({"layerpipe", 2}));
    EXPECT_TRUE(network.compareWithInterpreter());
  }
}

/// A network of several layers, so that a pipeline delays gradients.
static OwningOpRef<ModuleOp> severalLayers(MLIRContext &context) {
  ImplicitLocOpBuilder builder(UnknownLoc::get(&context), &context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder.getLoc());
  builder.setInsertionPointToEnd(module->getBody());
  auto graph = GraphOp::create(builder, "net", Phase::forward);
  builder.setInsertionPointToStart(&graph.getBody().emplaceBlock());
  auto floats = [&](ArrayRef<int64_t> shape) {
    return RankedTensorType::get(shape, builder.getF32Type());
  };
  Value value = InputOp::create(builder, floats({2, 4}));
  for (const char *name : {"w1", "w2", "w3"}) {
    Value weight = ParameterOp::create(builder, floats({4, 4}), name,
                                       Init::uniform, APFloat(0.5f));
    value = TanhOp::create(builder,
                           LinearOp::create(builder, value, weight, Value()));
  }
  MeanSquaredErrorOp::create(builder, value,
                             LabelsOp::create(builder, floats({2, 4})));
  return module;
}

/// Updates count alike, and take the step size of their own iteration, with
/// gradients that are late by different numbers of iterations.
TEST(NativeNetworks, EveryOptimizerTrainsAsInTheInterpreter) {
  registerLayerpipeTransformsPasses();
  for (const Optimizer &optimizer : allOptimizers()) {
    SCOPED_TRACE(optimizer.name.str());
    NativeNetwork network(1, severalLayers);
    network.changeStepSizes();
    ASSERT_NO_FATAL_FAILURE(
        network.compileAndRun({"pipedream", 3, optimizer.name.str()}));
    EXPECT_TRUE(network.compareWithInterpreter());
  }
}

/// Returns a network that computes with a running average, and changes it in
/// the same task: it reads the average of the iteration before, transposed,
/// although the next one takes its place in memory.
static OwningOpRef<ModuleOp> readRunningAverage(MLIRContext &context) {
  ImplicitLocOpBuilder builder(UnknownLoc::get(&context), &context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder.getLoc());
  builder.setInsertionPointToEnd(module->getBody());
  auto graph = GraphOp::create(builder, "net", Phase::forward);
  builder.setInsertionPointToStart(&graph.getBody().emplaceBlock());
  auto floats = [&](ArrayRef<int64_t> shape) {
    return RankedTensorType::get(shape, builder.getF32Type());
  };
  auto parameter = [&](StringRef name) -> Value {
    return ParameterOp::create(builder, floats({3, 3}), name, Init::uniform,
                               APFloat(0.5f));
  };
  Value weight = parameter("weight"), average = parameter("average");
  Value x = InputOp::create(builder, floats({3, 3}));
  Value y = LinearOp::create(builder, x, weight, Value());
  RunningAverageOp::create(builder, average, TanhOp::create(builder, y),
                           APFloat(0.5));
  Value turned = TransposeOp::create(builder, floats({3, 3}),
                                     DetachOp::create(builder, average),
                                     ArrayRef<int64_t>{1, 0});
  Value sum = ReduceSumOp::create(builder, floats({3}), turned);
  MeanSquaredErrorOp::create(builder, AddOp::create(builder, y, sum),
                             LabelsOp::create(builder, floats({3, 3})));
  return module;
}

TEST(NativeNetworks, StatesAreReadBeforeTheyAreOverwritten) {
  registerLayerpipeTransformsPasses();
  NativeNetwork network(1, readRunningAverage);
  ASSERT_NO_FATAL_FAILURE(network.compileAndRun({"layerpipe-intra", 2}));
  EXPECT_TRUE(network.compareWithInterpreter());
}

//===- RetimingTest.cpp - pipelining is retiming: bitwise equal training --===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A scalar tanh network of L layers on P stages, s(l) = ⌊(l−1)·P/L⌋. The
// un-retimed graph with gradient delays n(l) = 2·S(l), S(l) = P − 1 − s(l),
// and the pipeline with one register per stage boundary in each direction,
// stashed weights and activations, must train alike bit for bit. Tasks F
// (forward), D (activation gradient), G (weight gradient), U (update) have the
// lags r(F) = r(U) = s(l), r(D) = r(G) = 2(P−1) − s(l).
//
//===----------------------------------------------------------------------===//

#include "GraphTest.h"
#include "llvm/ADT/StringExtras.h"
#include <map>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;

namespace {

using Lags = std::function<int64_t(char task, int64_t layer)>;

/// Writes the text of the network, delays placed for given lags: an edge of w
/// delays gets w + r(to) − r(from).
class PipelineWriter {
public:
  PipelineWriter(int64_t layers, int64_t stages, Lags lags)
      : layers(layers), stages(stages), lags(std::move(lags)) {}

  std::string write();

private:
  int64_t gradientDelay(int64_t layer) const {
    return 2 * (stages - 1 - (layer - 1) * stages / layers);
  }
  std::string read(const std::string &value, int64_t delays, char from,
                   int64_t fromLayer, char to, int64_t toLayer,
                   const std::string &initial = "absent");
  std::string weight(int64_t layer, char to, int64_t toLayer);
  void task(char kind, int64_t layer, const std::string &result,
            std::vector<std::string> operands, const std::string &body);
  void forward(int64_t layer);
  void loss();
  void activationGradient(int64_t layer);
  void weightGradient(int64_t layer);
  void update(int64_t layer);

  int64_t layers, stages;
  Lags lags;
  int64_t numDelays = 0;
  std::string text;
};

} // namespace

static const std::string kT = "tensor<1x1xf32>";

static std::string name(const char *prefix, int64_t layer) {
  return "%" + std::string(prefix) + std::to_string(layer);
}

/// "%r = layerpipe.OP %a, %b ATTRIBUTES : (T, T) -> T"
static std::string binary(const std::string &result, const std::string &op,
                          const std::string &a, const std::string &b,
                          const std::string &attributes = "") {
  return result + " = layerpipe." + op + " " + a + ", " + b + " " + attributes +
         " : (" + kT + ", " + kT + ") -> " + kT + "\n";
}

/// The name under which task `to` reads a value of task `from`.
std::string PipelineWriter::read(const std::string &value, int64_t delays,
                                 char from, int64_t fromLayer, char to,
                                 int64_t toLayer, const std::string &initial) {
  int64_t registers = delays + lags(to, toLayer) - lags(from, fromLayer);
  EXPECT_GE(registers, 0) << from << fromLayer << " -> " << to << toLayer;
  if (registers == 0)
    return value;
  std::string delayed = name("delayed", numDelays++);
  text += delayed + " = layerpipe.delay " + value + " by " +
          std::to_string(registers) + " initial(" + initial + ") : " + kT +
          "\n";
  return delayed;
}

/// W(i) is what the update made in iteration i − 1.
std::string PipelineWriter::weight(int64_t layer, char to, int64_t toLayer) {
  return read(name("next", layer), 1, 'U', layer, to, toLayer,
              name("w", layer));
}

/// A task whose body computes %r from %a, %b, … .
void PipelineWriter::task(char kind, int64_t layer, const std::string &result,
                          std::vector<std::string> operands,
                          const std::string &body) {
  static const std::map<char, std::string> kinds{{'F', "forward"},
                                                 {'L', "loss"},
                                                 {'D', "grad_input"},
                                                 {'G', "grad_weight"},
                                                 {'U', "update"}};
  std::string arguments, types;
  for (size_t k = 0; k < operands.size(); ++k) {
    arguments += (k ? ", %" : "%") + std::string(1, char('a' + k)) + ": " + kT;
    types += (k ? ", " : "") + kT;
  }
  text += result + " = layerpipe.task \"" + kind + std::to_string(layer) +
          "\" " + kinds.at(kind) + " layer " + std::to_string(layer) + " (" +
          llvm::join(operands, ", ") +
          ") attributes {retimed = " + std::to_string(lags(kind, layer)) +
          "} {\n^bb0(" + arguments + "):\n" + body +
          "layerpipe.yield %r : " + kT + "\n} : (" + types + ") -> " + kT +
          "\n";
}

/// a(l) = tanh(w(l)·a(l−1))
void PipelineWriter::forward(int64_t layer) {
  std::string input =
      layer == 1 ? "%x"
                 : read(name("act", layer - 1), 0, 'F', layer - 1, 'F', layer);
  task('F', layer, name("act", layer), {input, weight(layer, 'F', layer)},
       binary("%z", "linear", "%a", "%b") + "%r = layerpipe.tanh %z : (" + kT +
           ") -> " + kT + "\n");
}

/// The loss, and its gradient with respect to a(L). It runs with F(L).
void PipelineWriter::loss() {
  std::string loss = "%l = layerpipe.mean_squared_error %a, %b : (" + kT +
                     ", " + kT + ") -> tensor<f32>\n";
  task('L', layers, "%dloss", {name("act", layers), "%t"},
       loss + binary("%r", "mean_squared_error_grad", "%a", "%b"));
}

/// δ(l) = (δ(l+1)·w(l+1)) ⊙ tanh'; of the last layer from the loss.
void PipelineWriter::activationGradient(int64_t layer) {
  std::string output = read(name("act", layer), 0, 'F', layer, 'D', layer);
  if (layer == layers) {
    std::string dloss = read("%dloss", 0, 'L', layer, 'D', layer);
    task('D', layer, name("delta", layer), {dloss, output},
         binary("%r", "tanh_grad", "%a", "%b"));
    return;
  }
  std::string above =
      read(name("delta", layer + 1), 0, 'D', layer + 1, 'D', layer);
  task('D', layer, name("delta", layer),
       {above, weight(layer + 1, 'D', layer), output},
       binary("%p", "linear_grad_input", "%a", "%b") +
           binary("%r", "tanh_grad", "%p", "%c"));
}

void PipelineWriter::weightGradient(int64_t layer) {
  // The input x comes with the lag of F(1).
  std::string input =
      layer == 1 ? read("%x", 0, 'F', 1, 'G', 1)
                 : read(name("act", layer - 1), 0, 'F', layer - 1, 'G', layer);
  std::string delta = read(name("delta", layer), 0, 'D', layer, 'G', layer);
  task('G', layer, name("grad", layer), {delta, input},
       binary("%r", "linear_grad_weight", "%a", "%b"));
}

void PipelineWriter::update(int64_t layer) {
  std::string gradient =
      read(name("grad", layer), gradientDelay(layer), 'G', layer, 'U', layer);
  task('U', layer, name("next", layer), {weight(layer, 'U', layer), gradient},
       binary("%r", "sgd", "%a", "%b", "{learning_rate = 5.0e-2 : f32}"));
}

std::string PipelineWriter::write() {
  text = "layerpipe.graph pipelined @net {\n%x = layerpipe.input {lag = " +
         std::to_string(lags('F', 1)) + "} : " + kT +
         "\n%t = layerpipe.labels {lag = " + std::to_string(lags('L', layers)) +
         "} : " + kT + "\n";
  for (int64_t l = 1; l <= layers; ++l)
    text += name("w", l) + " = layerpipe.parameter \"w" + std::to_string(l) +
            "\" uniform(1.5) : " + kT + "\n";
  for (int64_t l = 1; l <= layers; ++l)
    forward(l);
  loss();
  for (int64_t l = layers; l >= 1; --l) {
    activationGradient(l);
    weightGradient(l);
    update(l);
  }
  return text + "}\n";
}

namespace {

class RetimingTest
    : public GraphTest,
      public ::testing::WithParamInterface<std::pair<int64_t, int64_t>> {
protected:
  OwningOpRef<ModuleOp> build(const Lags &lags) {
    auto [layers, stages] = GetParam();
    std::string text = PipelineWriter(layers, stages, lags).write();
    return parseSourceString<ModuleOp>(text, context.get());
  }

  static int64_t pipelineLag(char task, int64_t layer) {
    auto [layers, stages] = GetParam();
    int64_t stage = (layer - 1) * stages / layers;
    return task == 'D' || task == 'G' ? 2 * (stages - 1) - stage : stage;
  }
};

} // namespace

TEST_P(RetimingTest, PipelineTrainsLikeDelayedGradients) {
  auto plain = build([](char, int64_t) { return 0; });
  auto pipeline = build(&RetimingTest::pipelineLag);
  ASSERT_TRUE(plain && pipeline);
  EXPECT_TRUE(compareRuns(onlyGraph(*plain), onlyGraph(*pipeline), 200));
}

TEST_P(RetimingTest, WithoutTheWeightStashItDoesNot) {
  // Reading the latest weights in the backward is another algorithm.
  auto plain = build([](char, int64_t) { return 0; });
  auto pipeline = build(&RetimingTest::pipelineLag);
  ASSERT_TRUE(plain && pipeline);
  int64_t shortened = 0;
  for (DelayOp delay : onlyGraph(*pipeline).getBody().getOps<DelayOp>())
    if (delay.getInitialParameter() && delay.getDistance() > 1) {
      delay.setDistance(1);
      ++shortened;
    }
  ASSERT_GT(shortened, 0);
  EXPECT_FALSE(compareRuns(onlyGraph(*plain), onlyGraph(*pipeline), 200));
}

INSTANTIATE_TEST_SUITE_P(LayersAndStages, RetimingTest,
                         ::testing::Values(std::pair<int64_t, int64_t>{4, 2},
                                           std::pair{4, 4}, std::pair{8, 3},
                                           std::pair{12, 6}, std::pair{5, 5}),
                         [](const auto &info) {
                           return std::to_string(info.param.first) + "Layers" +
                                  std::to_string(info.param.second) + "Stages";
                         });

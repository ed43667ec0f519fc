//===- PipedreamProfileTest.cpp - Tests of the profile reader -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Network/PipedreamProfile.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

using namespace layerpipe::network;
using namespace layerpipe::scheduling;
using testing::HasSubstr;

namespace {

/// Two branches behind a convolution, out of order.
const std::string small =
    "node4 -- Linear(in_features=8, out_features=2, bias=True) -- "
    "forward_compute_time=2.000, backward_compute_time=4.001, "
    "activation_size=16.000, parameter_size=72.000 -- stage_id=1\n"
    "\tnode2 -- node3\n"
    "\tnode3 -- node4\n"
    "\tnode2 -- node4\n"
    "\tnode1 -- node2\n"
    "\tnode2 -- node9\n"
    "node1 -- Input0 -- forward_compute_time=9.000, "
    "backward_compute_time=0.000, activation_size=0.0, parameter_size=0.000\n"
    "node9 -- __getitem__(1) -- forward_compute_time=1.000, "
    "backward_compute_time=0.000, activation_size=0.0, parameter_size=0.000\n"
    "node2 -- Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1)) -- "
    "forward_compute_time=1.500, backward_compute_time=3.000, "
    "activation_size=[64.0; 32.5], parameter_size=108.000\n"
    "node3 -- BatchNorm2d(4, eps=1e-05) -- forward_compute_time=0.100, "
    "backward_compute_time=0.301, activation_size=64.000, "
    "parameter_size=32.000\n";

std::string node(const std::string &name, const std::string &fields) {
  return name + " -- ReLU -- " + fields + "\n";
}
const std::string zeros = "forward_compute_time=0, backward_compute_time=0, "
                          "activation_size=0, parameter_size=0";

void expectFailure(const std::string &text, const std::string &message) {
  Result<LayerGraph> graph = readPipedreamProfile(text);
  ASSERT_FALSE(graph.ok()) << text;
  EXPECT_THAT(graph.message(), HasSubstr(message));
}

} // namespace

TEST(PipedreamProfile, NodesEdgesTimesAndSizes) {
  Result<LayerGraph> graph = readPipedreamProfile(small);
  ASSERT_TRUE(graph.ok()) << graph.message();
  ASSERT_EQ(graph->layers.size(), 3u);
  const Layer &linear = graph->layers[0], &conv = graph->layers[1],
              &norm = graph->layers[2];
  EXPECT_EQ(linear.name, "node4");
  EXPECT_EQ(linear.forwardTime, 2'000'000);
  EXPECT_EQ(linear.backwardTime, 4'001'000);
  EXPECT_EQ(linear.gradients->input, 2'000'500);
  EXPECT_EQ(linear.gradients->weight, 2'000'500);
  EXPECT_EQ(conv.activationBytes, 97);
  EXPECT_EQ(conv.parameterBytes, 108);
  EXPECT_EQ(norm.gradients->input, 301'000);
  EXPECT_EQ(norm.gradients->weight, 0);
  EXPECT_EQ(graph->edges.size(), 3u);
  EXPECT_EQ(totalTime(*graph),
            1'500'000 + 3'000'000 + 2'000'000 + 4'001'000 + 100'000 + 301'000);
}

TEST(PipedreamProfile, OnlySourcesNamedInputAreLeftOut) {
  const std::string text =
      "a -- Input0 -- " + zeros + "\n" + "b -- InputNorm(3) -- " + zeros +
      "\n" + "c -- Linear(2, 2) -- " + zeros + "\n" + "\ta -- b\n\tb -- c\n";
  Result<LayerGraph> graph = readPipedreamProfile(text);
  ASSERT_TRUE(graph.ok()) << graph.message();
  ASSERT_EQ(graph->layers.size(), 2u);
  EXPECT_EQ(graph->layers[0].name, "b");
  ASSERT_EQ(graph->edges.size(), 1u);
  EXPECT_EQ(graph->edges[0].from, 0);
  EXPECT_EQ(graph->edges[0].to, 1);
}

TEST(PipedreamProfile, AnEdgeGivenTwiceIsOneEdge) {
  Result<LayerGraph> graph = readPipedreamProfile(
      node("a", zeros) + node("b", zeros) + "\ta -- b\n\ta -- b\n\ta -- b\n");
  ASSERT_TRUE(graph.ok()) << graph.message();
  EXPECT_EQ(graph->edges.size(), 1u);
  // An edge back is another one, and closes a cycle.
  expectFailure(node("a", zeros) + node("b", zeros) + "\ta -- b\n\tb -- a\n",
                "'a'");
}

TEST(PipedreamProfile, AByteOrderMarkIsSkipped) {
  Result<LayerGraph> graph = readPipedreamProfile("\xEF\xBB\xBF" + small);
  ASSERT_TRUE(graph.ok()) << graph.message();
  EXPECT_EQ(graph->layers.front().name, "node4");
  expectFailure("\xEF\xBB\xBF\xEF\xBB\xBF\ta -- b\n", "line 1: ");
}

TEST(PipedreamProfile, StagesOfTheFileAreSeen) {
  EXPECT_TRUE(namesStages(small));
  EXPECT_FALSE(namesStages(node("a", zeros)));
}

TEST(PipedreamProfile, ChannelsThatNoLayerHasAreUnknown) {
  // Four bytes for each of so many channels are more than an integer counts.
  auto layers = readPipedreamProfile(
      "node1 -- Linear(in_features=8, out_features=7191910028820989724) -- "
      "forward_compute_time=1.0, backward_compute_time=1.0, "
      "activation_size=64.0, parameter_size=8.0\n");
  ASSERT_TRUE(layers) << layers.message();
  EXPECT_EQ(layers->layers[0].axes.inputChannels, 8);
  EXPECT_EQ(layers->layers[0].axes.outputChannels, 0);
}

TEST(PipedreamProfile, ModulesThatTreatSamplesApartAreCutBySample) {
  auto samplesOf = [](const std::string &description) {
    auto layers = readPipedreamProfile(
        "node1 -- " + description + " -- " + zeros + "\n", {}, 64);
    EXPECT_TRUE(layers) << layers.message();
    return layers ? layers->layers[0].axes.samples : -1;
  };
  EXPECT_EQ(samplesOf("LSTM(2048, 1024)"), 64);
  EXPECT_EQ(samplesOf("Embedding(32320, 1024, padding_idx=0)"), 64);
  EXPECT_EQ(samplesOf("Classifier(  (classifier): Linear(in_features=8, "
                      "out_features=4, bias=True))"),
            64);
  EXPECT_EQ(samplesOf("Attention(  (rnn): LSTM(8, 8)  (attn): Bahdanau(    "
                      "(linear): Linear(in_features=8, out_features=8)  )  "
                      "(dropout): Dropout(p=0))"),
            64);
  // The statistics of a batch are those of all its samples.
  EXPECT_EQ(samplesOf("BatchNorm2d(4, eps=1e-05)"), 0);
  EXPECT_EQ(samplesOf("Block(  (conv): Conv2d(3, 4, kernel_size=(3, 3))  "
                      "(norm): BatchNorm2d(4, eps=1e-05))"),
            0);
  EXPECT_EQ(samplesOf("Unheard(3)"), 0);
}

TEST(PipedreamProfile, BackwardSplits) {
  Result<BackwardSplit> split = parseBackwardSplit("parameters:0.25");
  ASSERT_TRUE(split.ok());
  Result<LayerGraph> graph = readPipedreamProfile(small, *split);
  ASSERT_TRUE(graph.ok());
  EXPECT_EQ(graph->layers[2].gradients->input, 75'250);
  EXPECT_EQ(graph->layers[2].gradients->weight, 225'750);
  ASSERT_TRUE(parseBackwardSplit("products").ok());
  for (const char *wrong : {"", "half", "products:", "products:2",
                            "products:-0.5", "products:0.3333", "parameters:x"})
    EXPECT_THAT(parseBackwardSplit(wrong).message(),
                HasSubstr("must be products or parameters"))
        << wrong;
}

TEST(PipedreamProfile, ErrorsNameTheLine) {
  expectFailure("", "no node but inputs");
  expectFailure("hello\n", "line 1: is neither a node");
  expectFailure(node("a", zeros) + "\ta -- b\n",
                "line 2: there is no node 'b'");
  expectFailure(node("a", zeros) + node("a", zeros), "line 2: a second node");
  expectFailure(node("a", zeros) + "\ta\n", "line 2: an edge is");
  expectFailure(node("a", zeros) + "\ta -- a\n", "'a'");
  expectFailure(node("a", zeros) + node("b", zeros) + "\ta -- b\n\tb -- a\n",
                "'a'");
  expectFailure(node("a", "forward_compute_time=1, backward_compute_time=2, "
                          "activation_size=3"),
                "line 1: parameter_size is missing");
  expectFailure(node("a", zeros + ", parameter_size=1"), "given twice");
  for (const char *wrong : {"-1", "nan", "inf", "1e300", "x", "", "1.5ms"})
    expectFailure(node("a", std::string("forward_compute_time=") + wrong +
                                ", backward_compute_time=2, "
                                "activation_size=3, parameter_size=0"),
                  "line 1: forward_compute_time is '");
  expectFailure(node("a", "forward_compute_time=1, backward_compute_time=2, "
                          "activation_size=[3; 4, parameter_size=0"),
                "activation_size");
}

/// Any text gets an answer, and a graph that is one.
TEST(PipedreamProfile, MutatedTextsNeverBreakTheReader) {
  std::mt19937_64 random(7);
  const std::string pieces[] = {"\t",    "\n",          " -- ",  "=",  "[",
                                ";",     "]",           "node2", "-1", "1e99",
                                "Input", "__getitem__", ","};
  for (int round = 0; round < 4000; ++round) {
    std::string text = small;
    for (int i = 0, count = 1 + int(random() % 4); i < count; ++i) {
      size_t at = random() % text.size();
      if (random() % 2)
        text.insert(at, pieces[random() % std::size(pieces)]);
      else
        text.erase(at, random() % 40);
    }
    Result<LayerGraph> graph = readPipedreamProfile(text);
    if (graph.ok())
      EXPECT_TRUE(check(*graph).ok()) << text;
    else
      EXPECT_FALSE(graph.message().empty());
  }
}

/// Totals without the input's time, in microseconds.
TEST(PipedreamProfile, PublishedProfiles) {
  const char *folder = std::getenv("LAYERPIPE_TEST_DATA");
  if (!folder)
    GTEST_SKIP() << "LAYERPIPE_TEST_DATA names no folder of profiles";
  const std::pair<const char *, int64_t> totals[] = {
      {"vgg16", 672535},  {"resnet18", 259742},      {"resnet50", 443419},
      {"alexnet", 85321}, {"squeezenet1_0", 285366}, {"resnext50", 590793},
      {"gnmt", 89416}};
  for (auto [name, total] : totals) {
    std::ifstream file(std::string(folder) + "/pipedream-profiles/" + name +
                       ".txt");
    ASSERT_TRUE(file) << name;
    std::stringstream text;
    text << file.rdbuf();
    Result<LayerGraph> graph = readPipedreamProfile(text.str());
    ASSERT_TRUE(graph.ok()) << name << ": " << graph.message();
    EXPECT_EQ((totalTime(*graph) + 500) / 1000, total) << name;
  }
}

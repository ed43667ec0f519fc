//===- CommandLineTest.cpp - Tests of a compiled program from outside -----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs the hand-written program as a user would, with good and bad options,
// data and files. A failed run must leave existing files alone, and no others.
//
//===----------------------------------------------------------------------===//

#include "IdxBytes.h"
#include "TemporaryFolder.h"

#include "layerpipe/Runtime/Data/Safetensors.h"
#include "layerpipe/Runtime/StepSizes.h"

#include <gmock/gmock.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>
#include <sstream>

#include <sys/wait.h>
#include <unistd.h>

using namespace layerpipe::runtime;
using testing::HasSubstr;

namespace {

struct Outcome {
  int status;
  std::string output; ///< Of both streams.
};

class CompiledProgram : public testing::Test {
protected:
  /// `before`: shell commands that end in "; " or "&& ".
  Outcome run(const std::string &options, const std::string &before = "") {
    const std::string command =
        "exec 2>&1 </dev/null; " + before + TINY_PROGRAM " " + options;
    // The shell's syntax is meant. NOLINTNEXTLINE(bugprone-command-processor)
    FILE *pipe = popen(command.c_str(), "r");
    std::string output;
    char block[4096];
    while (size_t got = fread(block, 1, sizeof(block), pipe))
      output.append(block, got);
    int status = pclose(pipe);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, output};
  }

  void expectError(const std::string &options, int status,
                   const std::string &message) {
    Outcome outcome = run(options);
    EXPECT_EQ(outcome.status, status) << outcome.output;
    EXPECT_THAT(outcome.output, HasSubstr("error: "));
    EXPECT_THAT(outcome.output, HasSubstr(message));
  }

  /// Eight images whose class is their brightest pixel.
  void writeData() {
    std::string pixels, labels;
    for (int s = 0; s < 8; ++s) {
      std::string image(4, '\0');
      image[s % 3] = '\xff';
      pixels += image;
      labels += char(s % 3);
    }
    for (std::string prefix : {"train", "t10k"}) {
      writeFile(folder / (prefix + "-images-idx3-ubyte.gz"),
                gzipped(idxBytes({8, 2, 2}, pixels)));
      writeFile(folder / (prefix + "-labels-idx1-ubyte"),
                idxBytes({8}, labels));
    }
  }

  std::string data() { return "--data " + folder.path + " "; }

  TemporaryFolder folder; ///< Data.
  TemporaryFolder out;    ///< Results.
};

} // namespace

TEST_F(CompiledProgram, TrainsAndTellsTheAccuracy) {
  writeData();
  Outcome outcome = run(data() + "--epochs 200");
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_THAT(outcome.output, HasSubstr("step 40/400  epoch 20  loss"));
  EXPECT_THAT(outcome.output, HasSubstr("trained 400 steps"));
  EXPECT_THAT(outcome.output, HasSubstr("predicted 10.0 us"));
  EXPECT_THAT(outcome.output, HasSubstr("\ntest accuracy 1.0000\n"));
}

TEST_F(CompiledProgram, ParallelAndSequentialRunsAgreeBitForBit) {
  const std::string common = "--data synthetic --steps 500 --save ";
  EXPECT_EQ(run(common + (out / "p")).status, 0);
  EXPECT_EQ(run(common + (out / "s") + " --sequential").status, 0);
  EXPECT_EQ(readFile(out / "p"), readFile(out / "s"));
  EXPECT_EQ(run(common + (out / "o") + " --seed 2").status, 0);
  EXPECT_NE(readFile(out / "p"), readFile(out / "o"));
}

/// Returns w behind 20 steps with gradients that are two iterations late, of
/// the data above.
static std::vector<double> recompute(const std::vector<float> &start,
                                     const StepSizes &steps) {
  std::vector<double> w(start.begin(), start.end());
  std::vector<std::vector<double>> gradients;
  for (int step = 0; step < 20; ++step) {
    // W(i + 1) = W(i) - lr(i) G(i - 2); a sample is one pixel of value 1.
    std::vector<double> g(12, 0.0);
    for (int s = 0; s < 4; ++s) {
      int pixel = (step % 2 * 4 + s) % 3;
      double sum = 0;
      for (int c = 0; c < 3; ++c)
        sum += std::exp(w[c * 4 + pixel]);
      for (int c = 0; c < 3; ++c)
        g[c * 4 + pixel] +=
            (std::exp(w[c * 4 + pixel]) / sum - (c == pixel)) / 4;
    }
    gradients.push_back(g);
    for (int k = 0; k < 12 && step >= 2; ++k)
      w[k] -= steps.at(step) * gradients[step - 2][k];
  }
  return w;
}

TEST_F(CompiledProgram, FollowsARecomputationOfDelayedGradients) {
  writeData();
  StepSizes constant{0.25f}, warm{0.25f, StepSchedule::linear, 4};
  warm.iterations = 20;
  for (auto [options, steps] :
       {std::pair("", constant),
        std::pair(" --lr-schedule linear --lr-warm-up 4", warm)}) {
    ASSERT_EQ(run(data() + "--steps 20 --shuffle off --lr 0.25" + options +
                  " --save-initial " + (out / "i") + " --save " + (out / "f"))
                  .status,
              0);
    Result<TensorFile> initial = readTensors(out / "i");
    Result<TensorFile> final = readTensors(out / "f");
    ASSERT_TRUE(initial && final);
    std::vector<double> w =
        recompute(initial->tensors["fc.weight"].values, steps);
    for (int k = 0; k < 12; ++k)
      EXPECT_NEAR(final->tensors["fc.weight"].values[k], w[k], 1e-5) << options;
  }
}

/// Threads are in different iterations at a time, yet take the same step sizes.
TEST_F(CompiledProgram, ChangesStepSizesAlikeOnOneThread) {
  const std::string common = "--data synthetic --steps 100 --lr-schedule step "
                             "--lr-every 30 --lr-factor 0.5 --save ";
  EXPECT_EQ(run(common + (out / "p")).status, 0);
  EXPECT_EQ(run(common + (out / "s") + " --sequential").status, 0);
  EXPECT_EQ(readFile(out / "p"), readFile(out / "s"));
}

TEST_F(CompiledProgram, RefusesOptionsOfOtherStepSizes) {
  const std::string common = "--data synthetic ";
  expectError(common + "--lr-schedule step", 1,
              "--lr-schedule step needs --lr-every N");
  expectError(common + "--lr-every 3", 1,
              "--lr-every has no effect without --lr-schedule step");
  expectError(common + "--lr-schedule linear --lr-factor 0.5", 1,
              "--lr-factor has no effect without --lr-schedule step");
  expectError(common + "--lr-final 0.1", 1,
              "--lr-final has no effect without --lr-schedule cosine or "
              "linear");
  expectError(common + "--eval --lr-warm-up 3", 1,
              "--lr-warm-up has no effect with --eval");
  expectError(common + "--lr-schedule triangle", 1, "triangle");
  expectError(common + "--lr-schedule step --lr-every 0", 1, "--lr-every");
}

TEST_F(CompiledProgram, WritesMetricsAndTrace) {
  ASSERT_EQ(run("--data synthetic --steps 25 --metrics " + (out / "m") +
                " --trace " + (out / "t"))
                .status,
            0);
  std::istringstream lines(readFile(out / "m"));
  int step = 0;
  for (std::string line; std::getline(lines, line); ++step) {
    auto json = nlohmann::json::parse(line);
    EXPECT_EQ(json["step"], step);
    EXPECT_GT(json["loss"].get<double>(), 0);
    EXPECT_GT(json["samples_per_s"].get<double>(), 0);
  }
  EXPECT_EQ(step, 25);
  auto trace = nlohmann::json::parse(readFile(out / "t"));
  auto firings = std::count_if(
      trace["traceEvents"].begin(), trace["traceEvents"].end(),
      [](const nlohmann::json &event) {
        return event.contains("args") && event.at("args").contains("lag");
      });
  EXPECT_EQ(firings, 25 * 4);
  EXPECT_EQ(out.fileCount(), 2u);
}

/// Without --eval-every the bits are the same, and the scores in between are
/// those of runs of so many steps.
TEST_F(CompiledProgram, ScoresInBetweenAreThoseOfShorterRuns) {
  writeData();
  const std::string common = data() + "--lr 0.01 --save " + (out / "w");
  std::vector<std::string> scores;
  for (std::string steps : {"6", "12", "18", "20"}) {
    const std::string text = run(common + " --steps " + steps).output;
    scores.push_back(text.substr(text.find("test accuracy ")));
  }
  const std::string weights = readFile(out / "w");
  for (std::string mode : {"", " --sequential", " --save-every 4"}) {
    Outcome outcome = run(common + mode + " --steps 20 --eval-every 6" +
                          " --metrics " + (out / "m"));
    ASSERT_EQ(outcome.status, 0) << outcome.output;
    EXPECT_EQ(readFile(out / "w"), weights) << mode;
    std::istringstream lines(readFile(out / "m"));
    std::vector<std::pair<int64_t, double>> told;
    int64_t step = -1;
    for (std::string line; std::getline(lines, line);) {
      auto json = nlohmann::json::parse(line);
      if (json.contains("loss"))
        EXPECT_EQ(json["step"], ++step);
      else
        told.emplace_back(json["step"], json["test_accuracy"]);
      EXPECT_LE(json["step"], step);
    }
    ASSERT_EQ(told.size(), 4u);
    for (size_t i = 0; i < told.size(); ++i) {
      const int64_t after = i < 3 ? 6 * (int64_t(i) + 1) : 20;
      EXPECT_EQ(told[i].first, after - 1);
      EXPECT_EQ(fmt::format("test accuracy {:.4f}\n", told[i].second),
                scores[i]);
      if (i < 3)
        EXPECT_THAT(outcome.output, HasSubstr(fmt::format("after step {}: {}",
                                                          after, scores[i])));
    }
  }
}

TEST_F(CompiledProgram, ScoresInBetweenNeedTestData) {
  writeData();
  expectError(data() + "--test off --eval-every 3", 1,
              "--eval-every has no effect with --test off");
  std::filesystem::remove(folder / "t10k-images-idx3-ubyte.gz");
  std::filesystem::remove(folder / "t10k-labels-idx1-ubyte");
  expectError(data() + "--eval-every 3", 1,
              "--eval-every: " + folder.path + " holds no test data");
}

TEST_F(CompiledProgram, PreparedInputsGiveTheSameBitsInEveryRun) {
  writeData();
  const std::string plain = data() + "--steps 50 --save ";
  const std::string normalized = "--normalize 0.1:0.5 " + plain;
  const std::string varied = "--augment flip,crop=1 " + normalized;
  EXPECT_EQ(run(varied + (out / "a")).status, 0);
  EXPECT_EQ(run(varied + (out / "b") + " --sequential").status, 0);
  EXPECT_EQ(readFile(out / "a"), readFile(out / "b"));
  EXPECT_EQ(run(normalized + (out / "c")).status, 0);
  EXPECT_EQ(run(plain + (out / "d")).status, 0);
  EXPECT_NE(readFile(out / "a"), readFile(out / "c"));
  EXPECT_NE(readFile(out / "c"), readFile(out / "d"));
}

TEST_F(CompiledProgram, InputsArePreparedAsTheyCanBe) {
  expectError("--data synthetic --normalize 1,2:1", 1,
              "--normalize has 2 means, but the input of tiny has 1 channels");
  expectError("--data synthetic --augment crop=2", 1,
              "--augment: crop: '2' is too large");
  expectError("--data synthetic --eval --augment flip", 1,
              "--augment has no effect with --eval, which doesn't train");
}

TEST_F(CompiledProgram, SavedParametersAreLoadedAgain) {
  writeData();
  ASSERT_EQ(run(data() + "--epochs 200 --save " + (out / "w")).status, 0);
  Outcome outcome = run(data() + "--eval --load " + (out / "w"));
  EXPECT_EQ(outcome.status, 0) << outcome.output;
  EXPECT_EQ(outcome.output, "test accuracy 1.0000\n");
}

TEST_F(CompiledProgram, ProfileNamesEveryTask) {
  ASSERT_EQ(run("--data synthetic --steps 40 --profile " + (out / "p")).status,
            0);
  nlohmann::json profile = nlohmann::json::parse(readFile(out / "p"));
  EXPECT_EQ(profile["format"], "layerpipe-profile");
  EXPECT_EQ(profile["version"], 1);
  EXPECT_EQ(profile["time_unit"], "ns");
  std::set<std::string> names;
  for (const nlohmann::json &task : profile["tasks"]) {
    EXPECT_GE(task["time"].get<int64_t>(), 0);
    names.insert(task["name"]);
  }
  EXPECT_EQ(names, (std::set<std::string>{"fc.forward", "loss",
                                          "fc.grad_weight", "fc.update"}));
}

TEST_F(CompiledProgram, HelpAndDescription) {
  Outcome help = run("--help");
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.output, HasSubstr("Example:"));
  Outcome description = run("--describe");
  EXPECT_EQ(description.status, 0);
  EXPECT_THAT(description.output, HasSubstr("fc.weight [3, 4], staleness 2"));
}

TEST_F(CompiledProgram, Version) {
  Outcome version = run("--version");
  EXPECT_EQ(version.status, 0);
  EXPECT_THAT(version.output,
              testing::MatchesRegex("tiny \\(layerpipe [0-9.]+\\)\n"));
}

TEST_F(CompiledProgram, RefusesOptionsThatWouldDoNothing) {
  for (std::string option :
       {"--steps 3", "--epochs 3", "--lr 0.1", "--shuffle off", "--test off",
        "--save x", "--eval-every 3", "--metrics x", "--trace x", "--profile x",
        "--stall-timeout 5", "--sequential"})
    expectError(data() + "--eval " + option, 1,
                option.substr(0, option.find(' ')) +
                    " has no effect with --eval, which doesn't train");
  expectError("--data synthetic --steps 1 --profile-statistic mean", 1,
              "--profile-statistic has no effect without --profile");
  expectError(data() + "--eval --load x --seed 3", 1,
              "--seed has no effect with --eval on loaded parameters");
  expectError("--describe --data synthetic", 1,
              "--data has no effect with --describe");
}

TEST_F(CompiledProgram, SuggestsTheOptionThatWasMeant) {
  expectError("--data synthetic --epcohs 3", 1, "did you mean '--epochs'?");
}

TEST_F(CompiledProgram, ComparesMeasuredAndPredictedSpeedup) {
  const std::string common = "--data synthetic --steps 50";
  // 14 us of tasks in a period of 10 us.
  EXPECT_THAT(run(common).output,
              testing::ContainsRegex("\nspeed-up measured [0-9.]+, predicted "
                                     "1.40 over one processor\n"));
  EXPECT_THAT(run(common + " --sequential").output,
              testing::Not(HasSubstr("speed-up")));
}

TEST_F(CompiledProgram, WritesItsSummaryAsJson) {
  writeData();
  Outcome outcome = run(data() + "--steps 50 --format json");
  ASSERT_EQ(outcome.status, 0) << outcome.output;
  // On one CPU a warning stands in front of it.
  size_t begin = std::min(outcome.output.find('{'), outcome.output.size());
  auto json =
      nlohmann::json::parse(outcome.output.substr(begin), nullptr, false);
  ASSERT_FALSE(json.is_discarded()) << outcome.output;
  EXPECT_EQ(json["program"], "tiny");
  EXPECT_EQ(json["processors"], 2);
  EXPECT_EQ(json["steps"], 50);
  EXPECT_EQ(json["predicted_period"], 10);
  EXPECT_EQ(json["predicted_speedup"], 1.4);
  for (const char *key : {"loss", "seconds", "samples_per_s",
                          "measured_period_s", "measured_speedup"})
    EXPECT_GT(json[key].get<double>(), 0) << key;
  EXPECT_EQ(json["test_accuracy"], 1.0);
  json = nlohmann::json::parse(run(data() + "--eval --format json").output,
                               nullptr, false);
  ASSERT_FALSE(json.is_discarded());
  EXPECT_EQ(json["steps"], 0);
  EXPECT_TRUE(json["loss"].is_null());
  EXPECT_TRUE(json["test_accuracy"].is_number());
}

TEST_F(CompiledProgram, BadOptions) {
  expectError("--bogus", 1, "--bogus");
  expectError("", 1, "--data is missing");
  expectError("--data synthetic --steps -1", 1,
              "--steps: '-1' is too small; it must be a whole number from 0 to "
              "1e13");
  expectError("--data synthetic --steps x", 1, "x");
  expectError("--data synthetic --epochs 0", 1,
              "--epochs: '0' is too small; it must be a whole number from 1 to "
              "1e9");
  expectError("--data synthetic --shuffle maybe", 1, "maybe");
  expectError("--data synthetic --steps 1 --epochs 1", 1, "--epochs");
  expectError("--data synthetic --save-every 5", 1, "--save");
  expectError("--data synthetic --pin somewhere", 1, "somewhere");
  expectError("--data synthetic --eval --save x", 1, "--eval");
}

TEST_F(CompiledProgram, NumbersOutsideTheLimits) {
  const std::string rate = "; it must be a number from 1e-37 to 1e38, or 0";
  const std::pair<const char *, std::string> cases[] = {
      {"--epochs 9223372036854775807", "'9223372036854775807' is too large"},
      {"--steps 9223372036854775807", "'9223372036854775807' is too large"},
      {"--steps 1e3", "'1e3' is not a whole number"},
      {"--lr nan", "--lr: 'nan' is not a finite number" + rate},
      {"--lr inf", "'inf' is not a finite number" + rate},
      {"--lr 1e39", "'1e39' is too large" + rate},
      {"--lr 1e-50", "'1e-50' is too small" + rate},
      {"--lr -0.1", "'-0.1' is too small" + rate},
      {"--stall-timeout 1e10",
       "'1e10' is too large; it must be a number from 0.01 to 1e7"},
      {"--stall-timeout 0", "'0' is too small"},
      {"--seed -1", "'-1' is too small"},
      {"--seed 18446744073709551616", "'18446744073709551616' is too large"}};
  for (const auto &[options, message] : cases)
    expectError(std::string("--data synthetic ") + options, 1, message);
  EXPECT_EQ(run("--data synthetic --steps 1 --stall-timeout 1e7 --seed "
                "18446744073709551615 --lr 0")
                .status,
            0);
}

TEST_F(CompiledProgram, BadData) {
  expectError("--data " + (folder / "none"), 1, "there is no data folder");
  expectError(data(), 1, "train-images-idx3-ubyte");
  writeData();
  const std::string images = folder / "train-images-idx3-ubyte.gz";
  std::string good = readFile(images);
  writeFile(images, good.substr(0, good.size() / 2));
  expectError(data(), 1, images + " is truncated");
  writeFile(images, good);
  std::string labels(8, '\0');
  labels[5] = '\3';
  writeFile(folder / "t10k-labels-idx1-ubyte", idxBytes({8}, labels));
  expectError(data(), 1, "t10k-labels-idx1-ubyte: label 3 of sample 5 is out");
}

TEST_F(CompiledProgram, UnwritableOutputIsNoticedBeforeTraining) {
  const std::string endless = "--data synthetic --steps 1000000000 ";
  for (std::string option :
       {"--save ", "--save-initial ", "--metrics ", "--trace ", "--profile "}) {
    expectError(endless + option + (out / "no/file"), 1, "can't write");
    expectError(endless + option + out.path, 1, "it is a directory");
  }
}

TEST_F(CompiledProgram, ForeignAndBrokenCheckpoints) {
  TensorFile foreign;
  foreign.tensors["conv.weight"] = {{1}, {0}};
  writeFile(out / "foreign", serializeTensors(foreign));
  writeFile(out / "broken", "no tensors");
  expectError("--data synthetic --load " + (out / "foreign"), 1,
              "another network than tiny: it lacks fc.weight");
  expectError("--data synthetic --load " + (out / "broken"), 1,
              "not a valid safetensors file");
  expectError("--data synthetic --load " + (out / "none"), 1, "No such file");
}

TEST_F(CompiledProgram, DivergenceStopsAndKeepsOldFiles) {
  for (const char *name : {"s", "m", "t"})
    writeFile(out / name, "old");
  expectError("--data synthetic --steps 1000 --lr 1e38 --save " + (out / "s") +
                  " --metrics " + (out / "m") + " --trace " + (out / "t"),
              1, "try a smaller --lr");
  for (const char *name : {"s", "t"})
    EXPECT_EQ(readFile(out / name), "old");
  // The metrics tell how training went before.
  EXPECT_THAT(readFile(out / "m"), HasSubstr("{\"step\":0,"));
  EXPECT_EQ(out.fileCount(), 3u);
}

//===----------------------------------------------------------------------===//
// Numbers that are not finite
//===----------------------------------------------------------------------===//

/// A checkpoint of the tiny network.
static std::string checkpoint(const std::vector<float> &weights) {
  TensorFile file;
  file.tensors["fc.weight"] = {{3, 4}, weights};
  return serializeTensors(file);
}

TEST_F(CompiledProgram, LoadedParametersMustBeFinite) {
  for (float bad : {NAN, INFINITY, -INFINITY}) {
    std::vector<float> weights(12, 0);
    weights[7] = bad;
    writeFile(out / "w", checkpoint(weights));
    writeFile(out / "s", "old");
    for (std::string options : {"--eval", "--steps 5", "--steps 0"}) {
      Outcome outcome =
          run("--data synthetic " + options + " --load " + (out / "w") +
              (options == "--eval" ? "" : " --save " + (out / "s")));
      EXPECT_EQ(outcome.status, 1) << outcome.output;
      EXPECT_EQ(outcome.output, "error: " + (out / "w") +
                                    ": parameter fc.weight holds " +
                                    (std::isnan(bad) ? "nan"
                                     : bad > 0       ? "inf"
                                                     : "-inf") +
                                    " in element 7 of 12\n");
    }
    EXPECT_EQ(readFile(out / "s"), "old");
  }
}

/// Images with one bright pixel and equal weights give equal logits, however
/// large. The gradients of step 0 reach the weights after the loss of step 2.
TEST_F(CompiledProgram, UpdatesAfterTheLastLossMustBeFinite) {
  writeData();
  writeFile(out / "w", checkpoint(std::vector<float>(12, 3.3e38f)));
  writeFile(out / "s", "old");
  const std::string options =
      data() + "--shuffle off --lr 1e38 --load " + (out / "w") + " --save ";
  ASSERT_EQ(run(options + (out / "two") + " --steps 2").status, 0);
  expectError(options + (out / "s") + " --steps 3", 1,
              "training diverged after its last loss; try a smaller --lr than "
              "1e+38: parameter fc.weight holds inf in element 0 of 12");
  EXPECT_EQ(readFile(out / "s"), "old");
}

TEST_F(CompiledProgram, OverflowBeforeTheFirstUpdateIsNotTheRatesFault) {
  writeData();
  std::vector<float> weights(12, 3.3e38f); // Losses are 6.6e38.
  for (size_t right : {0, 5, 10})
    weights[right] = -3.3e38f;
  writeFile(out / "w", checkpoint(weights));
  Outcome outcome =
      run(data() + "--shuffle off --steps 9 --load " + (out / "w"));
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.output,
              HasSubstr("error: the loss of step 0 is not a finite number, and "
                        "no update comes before it: the network overflows with "
                        "the parameters of " +
                        (out / "w")));
  EXPECT_THAT(outcome.output, testing::Not(HasSubstr("--lr")));
}

TEST_F(CompiledProgram, OutputsThatAreScoredMustBeFinite) {
  writeFile(out / "w", checkpoint(std::vector<float>(12, 3e38f)));
  expectError("--data synthetic --eval --load " + (out / "w"), 1,
              "the network can't be scored: its output for test sample");
}

TEST_F(CompiledProgram, DevicesAreWrittenThrough) {
  const std::string few = "--data synthetic --steps 3 ";
  for (std::string option :
       {"--save ", "--save-initial ", "--metrics ", "--trace ", "--profile "})
    expectError(few + option + "/dev/full", 1,
                "can't write /dev/full: No space left on device");
  EXPECT_EQ(run(few + "--save /dev/null --trace /dev/null").status, 0);
  expectError(few + "--save /dev/null --save-every 1", 1, "no regular file");
}

/// What is printed for people goes elsewhere.
TEST_F(CompiledProgram, StandardOutputCanBeAnOutput) {
  for (std::string name :
       {"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}) {
    Outcome outcome = run("--data synthetic --steps 3 --metrics " + name +
                          " 2>" + (out / "text") + " | cat");
    std::istringstream lines(outcome.output);
    int step = 0;
    for (std::string line; std::getline(lines, line); ++step)
      EXPECT_EQ(nlohmann::json::parse(line)["step"], step) << name;
    EXPECT_EQ(step, 3) << name;
    EXPECT_THAT(readFile(out / "text"), HasSubstr("trained 3 steps"));
  }
}

TEST_F(CompiledProgram, OutputsKeepInputsAndEachOther) {
  writeData();
  const std::string few = data() + "--steps 3 ", w = out / "w";
  ASSERT_EQ(run(few + "--save " + w).status, 0);
  const std::string before = readFile(w);
  ASSERT_EQ(symlink(w.c_str(), (out / "link").c_str()), 0);
  ASSERT_EQ(link(w.c_str(), (out / "hard").c_str()), 0);
  for (const std::string &name :
       {w, out / "link", out / "hard", out / "./w",
        folder / ("../" + w.substr(w.rfind("/layerpipe-")))}) {
    expectError(few + "--load " + w + " --metrics " + name, 1,
                "--metrics would overwrite --load");
    expectError(few + "--save " + w + " --trace " + name, 1,
                "--save and --trace would both write");
  }
  expectError(few + "--save " + (folder / "train-labels-idx1-ubyte"), 1,
              "--save would overwrite the data");
  expectError(few + "--save " TINY_PROGRAM, 1, "the program that runs");
  EXPECT_EQ(readFile(w), before);
  EXPECT_EQ(run(few + "--load " + w + " --save " + w).status, 0);
  EXPECT_NE(readFile(w), before);
}

TEST_F(CompiledProgram, StandardOutputThatCantBeWrittenIsAnError) {
  for (std::string options :
       {"--help", "--describe", "--data synthetic --steps 3",
        "--data synthetic --eval"}) {
    expectError(options + " >/dev/full", 1,
                "can't write standard output: No space left on device");
    expectError(options + " >&-", 1, "can't write standard output");
    EXPECT_EQ(run(options + " >/dev/full 2>/dev/full").status, 1);
    EXPECT_EQ(run(options + " >&- 2>&-").status, 1);
  }
  // A closed stream's number goes to no file that is opened later.
  EXPECT_EQ(
      run("--data synthetic --steps 3 --save " + (out / "w") + " >&- 2>&- <&-")
          .status,
      1);
  EXPECT_TRUE(readTensors(out / "w"));
}

TEST_F(CompiledProgram, SaveEveryDoesNotChangeTheResult) {
  const std::string common = "--data synthetic --steps 20 --save ";
  for (std::string mode : {"", " --sequential"}) {
    EXPECT_EQ(run(common + (out / "a") + mode).status, 0);
    EXPECT_EQ(run(common + (out / "b") + " --save-every 3" + mode).status, 0);
    EXPECT_EQ(readFile(out / "a"), readFile(out / "b"));
  }
}

TEST_F(CompiledProgram, ThreadsThatCantStartAreAnError) {
#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
  GTEST_SKIP() << "sanitizers need threads and stacks of their own";
#endif
#endif
  // No address space has room for such a stack.
  Outcome outcome = run("--data synthetic --steps 3 --save " + (out / "w"),
                        "ulimit -S -s 137438953472 && ");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.output, HasSubstr("error: can't start thread 1 of 3: "));
  EXPECT_EQ(out.fileCount(), 0u);
}

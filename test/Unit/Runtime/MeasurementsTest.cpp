//===- MeasurementsTest.cpp - Measured kernels, and the file of them ------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The choice by times, races of candidates, and files: whole, damaged, of
// others, and shared by several who write at once.
//
//===----------------------------------------------------------------------===//

#include "CandidateHarness.h"
#include "TemporaryFolder.h"

#include "layerpipe/Base/FileBytes.h"
#include "layerpipe/Base/OutputFile.h"
#include "layerpipe/Runtime/Measurements.h"

#include <fstream>
#include <thread>

using namespace layerpipe;
using namespace layerpipe::runtime;
using testing::HasSubstr;

static std::string bestOf(std::vector<CandidateTime> candidates) {
  return MeasuredKernel{{"linear", {}}, std::move(candidates)}.best().candidate;
}

TEST(MeasuredKernel, TheFastestIsTheBest) {
  EXPECT_EQ(bestOf({{"a", 200, 190, 210}, {"b", 100, 95, 105}}), "b");
  EXPECT_EQ(bestOf({{"only", 7, 7, 7}}), "only");
}

TEST(MeasuredKernel, TheNameDecidesAmongThoseThatAreAsFast) {
  EXPECT_EQ(bestOf({{"b", 1000, 990, 1020}, {"a", 1030, 1010, 1040}}), "a");
  EXPECT_EQ(bestOf({{"a", 1030, 1010, 1040}, {"b", 1000, 990, 1020}}), "a");
  // The intervals are apart.
  EXPECT_EQ(bestOf({{"b", 1000, 990, 1009}, {"a", 1030, 1010, 1040}}), "b");
  // They reach each other, but a median is 4 % larger.
  EXPECT_EQ(bestOf({{"b", 1000, 990, 1090}, {"a", 1040, 1010, 1090}}), "b");
}

TEST(MeasuredKernel, IntervalsHaveAConfidenceOf95PerCent) {
  auto interval = [](int count) {
    std::vector<int64_t> samples;
    for (int i = count; i > 0; --i)
      samples.push_back(i);
    CandidateTime time = summarize("x", samples);
    return std::pair(time.low, time.high);
  };
  // The ranks are those of tables of the binomial distribution.
  EXPECT_EQ(interval(6), std::pair(int64_t(1), int64_t(6)));
  EXPECT_EQ(interval(8), std::pair(int64_t(1), int64_t(8)));
  EXPECT_EQ(interval(9), std::pair(int64_t(2), int64_t(8)));
  EXPECT_EQ(interval(15), std::pair(int64_t(4), int64_t(12)));
  EXPECT_EQ(interval(20), std::pair(int64_t(6), int64_t(15)));
  CandidateTime zero = summarize("x", {0, 0, 0, 0, 0, 0});
  EXPECT_EQ(zero.low, 1);
  EXPECT_EQ(zero.median, 1);
}

static MeasureKernelOptions quickly() {
  MeasureKernelOptions options;
  options.sampleNanoseconds = 1000;
  options.bytesInTurn = 1 << 16;
  return options;
}

static bool never() { return false; }

TEST(MeasuredKernel, APaceScalesTimes) {
  const KernelDescription kernel = commonKernels()[0];
  KernelDescription slow = kernel;
  slow.candidate = "reference";
  auto raced = [&](const std::optional<Pace> &pace) {
    auto race = raceCandidates(library(), kernel, {}, never, pace);
    return race && *race ? (*race)->best() : CandidateTime{};
  };
  // Whoever sets the pace is no candidate, however fast or slow it is. A
  // thousand seconds are far from what anything takes here.
  constexpr int64_t longTime = 1'000'000'000'000;
  const CandidateTime scaled = raced(Pace{slow, longTime});
  EXPECT_NE(scaled.candidate, "");
  EXPECT_NE(scaled.candidate, "reference");
  EXPECT_GT(scaled.median, 1'000'000'000);
  EXPECT_LT(scaled.median, longTime);
  EXPECT_LT(raced(std::nullopt).median, 1'000'000'000);
}

TEST(RaceCandidates, TheWinnerCanMakeTheKernel) {
  for (const KernelDescription &kernel : commonKernels()) {
    auto raced = raceCandidates(library(), kernel, quickly(), never);
    ASSERT_TRUE(raced) << raced.error().message;
    ASSERT_TRUE(raced->has_value());
    ASSERT_FALSE((*raced)->candidates.empty());
    EXPECT_EQ((*raced)->kernel.toString(), kernel.toString());
    KernelDescription named = kernel;
    named.candidate = (*raced)->best().candidate;
    EXPECT_NE(named.candidate, "reference");
    EXPECT_TRUE(library().prepare(named));
    for (const CandidateTime &time : (*raced)->candidates) {
      EXPECT_LE(time.low, time.median);
      EXPECT_LE(time.median, time.high);
    }
  }
}

TEST(RaceCandidates, TheReferenceRunsAlone) {
  auto raced = raceCandidates(referenceKernelLibrary(), commonKernels()[0],
                              quickly(), never);
  ASSERT_TRUE(raced && raced->has_value());
  EXPECT_EQ((*raced)->best().candidate, "reference");
}

TEST(RaceCandidates, WithoutTimeThereIsNoAnswer) {
  int asked = 0;
  for (int enough : {0, 3, 9}) {
    asked = 0;
    auto raced = raceCandidates(library(), commonKernels()[0], quickly(),
                                [&] { return asked++ >= enough; });
    ASSERT_TRUE(raced);
    EXPECT_FALSE(raced->has_value());
  }
}

TEST(RaceCandidates, HandsOnWhatIsWrong) {
  EXPECT_THAT(
      raceCandidates(library(), {"fft", {}}, quickly(), never).message(),
      HasSubstr("unknown op"));
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

static MachineMeasurements someMeasurements(int64_t out) {
  MeasuredKernel kernel{
      {"linear", {{"batch", 3}, {"in", 4}, {"out", out}, {"has_bias", 1}}},
      {{"vector", 10, 9, 12}, {"openblas.zen", 20, 18, 21}}};
  MachineMeasurements measured;
  measured.machine = {"a CPU", "sse avx", {{"oneDNN", "2.6.3"}}};
  measured.kernels.emplace(kernel.kernel.toString(), kernel);
  measured.programs.push_back(
      {"key" + std::to_string(out), {{"w1.forward", 12}}, {{"w1.grad", 0}}});
  return measured;
}

static std::string textOf(const MachineMeasurements &measured) {
  return writeMeasurements({{measured}});
}

TEST(Measurements, TextIsReadAsItWasWritten) {
  std::string text = textOf(someMeasurements(5));
  auto read = parseMeasurements(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(writeMeasurements(*read), text);
  const MachineMeasurements &own = read->of(someMeasurements(5).machine);
  ASSERT_EQ(own.kernels.size(), 1U);
  EXPECT_EQ(own.kernels.begin()->second.best().candidate, "vector");
  ASSERT_NE(own.findProgram("key5"), nullptr);
  EXPECT_EQ(own.findProgram("key5")->planned[0].second, 12);
  EXPECT_EQ(own.findProgram("key6"), nullptr);
}

TEST(Measurements, WeightsInAnotherLayoutMakeAnotherKernel) {
  MachineMeasurements measured = someMeasurements(5);
  MeasuredKernel transposed = measured.kernels.begin()->second;
  transposed.kernel.weights = "ba";
  transposed.candidates[0].candidate = "onednn.any";
  measured.kernels.emplace(transposed.kernel.toString(), transposed);
  auto read = parseMeasurements(textOf(measured));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(writeMeasurements(*read), textOf(measured));
  const auto &kernels = read->of(measured.machine).kernels;
  ASSERT_EQ(kernels.size(), 2U);
  const MeasuredKernel &own =
      kernels.at("linear(batch=3, has_bias=1, in=4, out=5, weights=ba)");
  EXPECT_EQ(own.kernel.weights, "ba");
  EXPECT_EQ(own.best().candidate, "onednn.any");
}

TEST(Measurements, AnEmptyTextHasNone) {
  auto read = parseMeasurements("");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->machines.empty());
}

TEST(Measurements, AnotherMachineHasItsOwn) {
  auto read = parseMeasurements(textOf(someMeasurements(5)));
  ASSERT_TRUE(read);
  for (auto change : {+[](MachineIdentity &m) { m.cpu += "2"; },
                      +[](MachineIdentity &m) { m.flags += " avx2"; },
                      +[](MachineIdentity &m) { m.libraries["oneDNN"] = "3"; },
                      +[](MachineIdentity &m) { m.libraries.clear(); }}) {
    MachineIdentity other = someMeasurements(5).machine;
    change(other);
    EXPECT_TRUE(read->of(other).kernels.empty());
  }
  EXPECT_EQ(read->machines.size(), 5U);
}

TEST(Measurements, WhatWasMeasuredFirstStays) {
  MachineMeasurements first = someMeasurements(5), second = first;
  second.kernels.begin()->second.candidates[0].median = 11;
  second.programs[0].planned[0].second = 77;
  first.add(second);
  EXPECT_EQ(textOf(first), textOf(someMeasurements(5)));
}

TEST(Measurements, OldProgramsGo) {
  MachineMeasurements measured;
  for (int i = 0; i < 150; ++i) {
    MachineMeasurements more;
    more.programs.push_back({std::to_string(i), {}, {}});
    measured.add(more);
  }
  EXPECT_EQ(measured.programs.size(), 100U);
  EXPECT_EQ(measured.programs.front().key, "50");
}

static std::string messageOf(const std::string &text) {
  return parseMeasurements(text).message();
}

TEST(Measurements, ErrorsNameThePlace) {
  std::string good = textOf(someMeasurements(5));
  auto with = [&](const std::string &from, const std::string &to) {
    std::string text = good;
    size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return messageOf(text.replace(at, from.size(), to));
  };
  EXPECT_THAT(messageOf("module {}"), HasSubstr("it is not JSON"));
  EXPECT_THAT(messageOf("[]"), HasSubstr("must be an object"));
  EXPECT_THAT(with("layerpipe-measurements", "layerpipe-profile"),
              HasSubstr("format: must be \"layerpipe-measurements\""));
  EXPECT_THAT(with("\"version\": 1", "\"version\": 2"),
              HasSubstr("version: must be 1"));
  EXPECT_THAT(with("\"median\": 10", "\"median\": 13"),
              HasSubstr("machines[0].kernels[0].candidates[0].median: must lie "
                        "between low and high"));
  EXPECT_THAT(with("\"median\": 10", "\"median\": 1e99"),
              HasSubstr("machines[0].kernels[0].candidates[0].median"));
  EXPECT_THAT(with("\"name\": \"vector\"", "\"name\": \"\""),
              HasSubstr("candidates[0].name"));
  EXPECT_THAT(with("\"oneDNN\": \"2.6.3\"", "\"oneDNN\": 2"),
              HasSubstr("machines[0].libraries.oneDNN: must be a text"));
  EXPECT_THAT(with("\"batch\": 3", "\"batch\": 3.5"),
              HasSubstr("attributes.batch"));
  EXPECT_THAT(with("\"time\": 12", "\"time\": -1"), HasSubstr("time"));
}

/// Every text that a damaged disk or an interrupted copy may leave is read, or
/// refused with a message.
TEST(Measurements, DamagedTextsAreRefused) {
  const std::string good = textOf(someMeasurements(5));
  size_t refused = 0;
  for (size_t length = 1; length + 1 < good.size(); ++length)
    refused += messageOf(good.substr(0, length)).empty() ? 0 : 1;
  EXPECT_EQ(refused, good.size() - 2);
  Random random(91);
  for (int i = 0; i < 5000; ++i) {
    std::string text = good;
    for (int64_t count = between(random, 1, 4); count > 0; --count) {
      auto at = size_t(between(random, 0, int64_t(text.size()) - 1));
      const char *with = "0\"{}[]:,-e9\xff\n";
      if (between(random, 0, 1))
        text[at] = with[between(random, 0, 12)];
      else
        text.erase(at, size_t(between(random, 1, 20)));
    }
    if (auto read = parseMeasurements(text)) {
      ASSERT_TRUE(parseMeasurements(writeMeasurements(*read)));
      for (MachineMeasurements &machine : read->machines)
        for (auto &[name, kernel] : machine.kernels)
          EXPECT_FALSE(kernel.best().candidate.empty());
    } else {
      EXPECT_FALSE(read.message().empty());
    }
  }
}

TEST(MeasurementsFile, FoldersAreMadeAndOthersKept) {
  TemporaryFolder folder;
  const std::string path = folder / "a/b/file.json";
  ASSERT_TRUE(readMeasurements(path));
  MachineMeasurements first = someMeasurements(5), other = someMeasurements(6),
                      second = someMeasurements(7);
  other.machine.cpu = "another CPU";
  for (MachineMeasurements *measured : {&first, &other, &second})
    ASSERT_TRUE(shareMeasurements(path, *measured, DamagedFile::Refused));
  EXPECT_EQ(second.kernels.size(), 2U); // It learns what the file has.
  EXPECT_EQ(other.kernels.size(), 1U);
  auto read = readMeasurements(path);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->machines.size(), 2U);
  EXPECT_EQ(textOf(read->of(first.machine)), textOf(second));
}

TEST(MeasurementsFile, WhatIsNoFileOfMeasurementsIsKeptUnlessToldOtherwise) {
  TemporaryFolder folder;
  const std::string path = folder / "notes.txt";
  std::ofstream(path) << "my notes";
  MachineMeasurements measured = someMeasurements(5);
  EXPECT_THAT(readMeasurements(path).message(),
              HasSubstr("notes.txt' is no file of measurements: it is not"));
  EXPECT_FALSE(shareMeasurements(path, measured, DamagedFile::Refused));
  EXPECT_EQ(*base::readFileBytes(path), "my notes");
  EXPECT_TRUE(shareMeasurements(path, measured, DamagedFile::Replaced));
  EXPECT_EQ(*base::readFileBytes(path), textOf(measured));
  EXPECT_THAT(readMeasurements(folder.path).message(),
              HasSubstr("is no regular file"));
}

TEST(MeasurementsFile, NobodyLosesWhatOthersAdd) {
  TemporaryFolder folder;
  const std::string path = folder / "file.json";
  constexpr int threads = 4, rounds = 25;
  std::vector<std::thread> all;
  for (int thread = 0; thread < threads; ++thread)
    all.emplace_back([&, thread] {
      for (int round = 0; round < rounds; ++round) {
        MachineMeasurements own = someMeasurements(thread * rounds + round + 1);
        EXPECT_TRUE(shareMeasurements(path, own, DamagedFile::Refused));
      }
    });
  for (std::thread &thread : all)
    thread.join();
  auto read = readMeasurements(path);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->of(someMeasurements(1).machine).kernels.size(),
            size_t(threads * rounds));
  EXPECT_EQ(read->of(someMeasurements(1).machine).programs.size(),
            size_t(threads * rounds));
}

TEST(MachineIdentity, NamesTheCpuAndTheLibraries) {
  MachineIdentity machine = identifyMachine(library());
  EXPECT_EQ(machine, identifyMachine(portableLibrary()));
  EXPECT_FALSE(machine.cpu.empty());
  for (const char *name : {"oneDNN", "OpenBLAS", "libxsmm", "layerpipe"})
    EXPECT_NE(machine.libraries[name], "") << name;
}

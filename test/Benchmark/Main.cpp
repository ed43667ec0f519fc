//===- Main.cpp - Runs the benchmarks -------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Google Benchmark's own main, but one that fails when a benchmark does: a
// wrong answer must not pass for a fast one.
//
//===----------------------------------------------------------------------===//

#include <benchmark/benchmark.h>

namespace {

class FailingReporter : public benchmark::ConsoleReporter {
public:
  void ReportRuns(const std::vector<Run> &runs) override {
    for (const Run &run : runs)
      failed |= run.error_occurred;
    ConsoleReporter::ReportRuns(runs);
  }
  bool failed = false;
};

} // namespace

int main(int argc, char **argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 2;
  FailingReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  benchmark::Shutdown();
  return reporter.failed ? 1 : 0;
}

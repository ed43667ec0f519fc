//===- CompareRuns.cpp - do two graphs train alike, bit for bit? ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/CompareRuns.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

using namespace mlir;
using namespace layerpipe;
using ::testing::AssertionFailure;
using ::testing::AssertionResult;
using ::testing::AssertionSuccess;

namespace {

/// The values of every observable of one graph, by period.
struct Run {
  std::vector<Observable> observables;
  /// values[k][n]: observable k in period n.
  std::vector<std::vector<Datum>> values;
  /// What a state must be before its iteration 0; null elsewhere.
  std::vector<Datum> initials;

  Run(GraphOp graph, const LagOf &lagOf)
      : observables(observablesOf(graph, lagOf)), values(observables.size()) {}

  AssertionResult execute(GraphOp graph, int64_t periods,
                          const InterpreterOptions &options);

  /// Observable k in iteration i.
  const Datum &at(size_t k, int64_t i) const {
    return values[k][i + observables[k].lag];
  }
};

} // namespace

/// A state's carrier yields its initial value in period 0.
static Datum initialOf(const Observable &observable,
                       const Interpreter &interpreter) {
  DelayOp carrier = observable.carrier;
  return carrier ? interpreter.value(carrier.getResult()) : nullptr;
}

AssertionResult Run::execute(GraphOp graph, int64_t periods,
                             const InterpreterOptions &options) {
  Interpreter interpreter(graph, options);
  for (int64_t n = 0; n < periods; ++n) {
    if (failed(interpreter.step()))
      return AssertionFailure() << "the graph failed in period " << n;
    for (auto [k, observable] : llvm::enumerate(observables)) {
      values[k].push_back(interpreter.value(observable.value));
      if (n == 0)
        initials.push_back(initialOf(observable, interpreter));
    }
  }
  return AssertionSuccess();
}

/// Before its iteration 0 a state is its initial value; a loss or gradient is
/// absent.
static AssertionResult checkPrologue(const Run &run) {
  for (auto [k, observable] : llvm::enumerate(run.observables))
    for (int64_t n = 0; n < observable.lag; ++n)
      if (!identical(run.values[k][n], run.initials[k]))
        return AssertionFailure()
               << observable.name << " (lag " << observable.lag
               << ") in period " << n << " is " << toString(run.values[k][n])
               << ", before its iteration 0 it must be "
               << toString(run.initials[k]);
  return AssertionSuccess();
}

static std::string listNames(const Run &run) {
  return llvm::join(llvm::map_range(run.observables,
                                    [](const Observable &observable) {
                                      return observable.name;
                                    }),
                    ", ");
}

/// Whether no element differs by more than `tolerance` of the largest one, or
/// of 0.01 where all are smaller: a sum may cancel to rounding errors alone.
static bool isClose(const Datum &a, const Datum &b, double tolerance) {
  if (tolerance == 0 || !a || !b)
    return identical(a, b);
  double largest = 0.01, difference = 0;
  for (auto [x, y] : llvm::zip_equal(a->numbers, b->numbers)) {
    largest = std::max({largest, std::abs(double(x)), std::abs(double(y))});
    difference = std::max(difference, std::abs(double(x) - double(y)));
  }
  return difference <= tolerance * largest;
}

static AssertionResult compareIterations(const Run &a, const Run &b,
                                         int64_t periods, double tolerance) {
  for (size_t k = 0; k < a.observables.size(); ++k) {
    const std::string &name = a.observables[k].name;
    int64_t lag = std::max(a.observables[k].lag, b.observables[k].lag);
    for (int64_t i = 0; i + lag < periods; ++i)
      if (!isClose(a.at(k, i), b.at(k, i), tolerance))
        return AssertionFailure()
               << name << " in iteration " << i << ": " << toString(a.at(k, i))
               << " and " << toString(b.at(k, i));
  }
  return AssertionSuccess();
}

AssertionResult
layerpipe::testing::compareRuns(GraphOp a, GraphOp b, int64_t periods,
                                const InterpreterOptions &options,
                                const LagOf &lagOf, double tolerance) {
  Run first(a, lagOf), second(b, lagOf);
  if (first.observables.empty())
    return AssertionFailure() << "the first graph has nothing to compare";
  if (listNames(first) != listNames(second))
    return AssertionFailure() << "different names: " << listNames(first)
                              << " and " << listNames(second);
  for (auto [run, graph] : {std::pair(&first, a), std::pair(&second, b)}) {
    if (auto executed = run->execute(graph, periods, options); !executed)
      return executed;
    for (const Observable &observable : run->observables)
      if (observable.lag < 0 || observable.lag >= periods)
        return AssertionFailure()
               << observable.name << " has lag " << observable.lag
               << ", of use are 0 to " << periods - 1;
    if (auto prologue = checkPrologue(*run); !prologue)
      return prologue;
  }
  return compareIterations(first, second, periods, tolerance);
}

AssertionResult layerpipe::testing::runPasses(ModuleOp module,
                                              StringRef pipeline) {
  PassManager passes(module.getContext(), ModuleOp::getOperationName());
  std::string errors;
  llvm::raw_string_ostream os(errors);
  if (failed(parsePassPipeline(pipeline, passes.nest<GraphOp>(), os)))
    return AssertionFailure() << "not a pipeline: " << errors;
  if (failed(passes.run(module)))
    return AssertionFailure() << pipeline.str() << " failed";
  return AssertionSuccess();
}

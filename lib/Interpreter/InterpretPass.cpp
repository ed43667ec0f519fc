//===- InterpretPass.cpp - prints what graphs compute ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interpreter/Interpreter.h"
#include "layerpipe/Interpreter/Observables.h"
#include "layerpipe/Interpreter/Passes.h"
#include "mlir/IR/AsmState.h"

using namespace mlir;
using namespace layerpipe;

namespace layerpipe {
#define GEN_PASS_DEF_LAYERPIPEINTERPRET
#include "layerpipe/Interpreter/Passes.h.inc"
} // namespace layerpipe

namespace {

struct LayerpipeInterpret
    : layerpipe::impl::LayerpipeInterpretBase<LayerpipeInterpret> {
  using LayerpipeInterpretBase::LayerpipeInterpretBase;

  void runOnOperation() override;

private:
  using Line = std::pair<std::string, Value>;

  LogicalResult checkOptions();
  std::vector<Line> linesOf(GraphOp graph, AsmState &names);
  LogicalResult interpret(GraphOp graph, AsmState &names);
};

} // namespace

LogicalResult LayerpipeInterpret::checkOptions() {
  if (iterations < 1)
    return getOperation().emitError(
               "layerpipe-interpret: iterations must be at "
               "least 1, got ")
           << int64_t(iterations);
  if (values != "loss" && values != "parameters" && values != "all")
    return getOperation().emitError("layerpipe-interpret: values must be loss, "
                                    "parameters or all, got '")
           << std::string(values) << "'";
  return success();
}

/// Returns the values that are printed in each iteration, with their names.
std::vector<LayerpipeInterpret::Line>
LayerpipeInterpret::linesOf(GraphOp graph, AsmState &names) {
  std::vector<Line> lines;
  if (values == "all")
    for (Operation &op : graph.getBody().getOps())
      for (Value result : op.getResults()) {
        std::string name;
        llvm::raw_string_ostream os(name);
        result.printAsOperand(os, names);
        lines.emplace_back(name, result);
      }
  for (const Observable &observed : observablesOf(graph))
    if (values == "all" ||
        (values == "loss" && observed.kind == Observable::Kind::loss) ||
        (values == "parameters" && observed.kind == Observable::Kind::state))
      lines.emplace_back(observed.name, observed.value);
  return lines;
}

LogicalResult LayerpipeInterpret::interpret(GraphOp graph, AsmState &names) {
  std::vector<Line> lines = linesOf(graph, names);
  InterpreterOptions options;
  options.seed = seed;
  Interpreter interpreter(graph, std::move(options));
  // The stream is flushed, since the IR follows on it.
  llvm::outs() << "// graph @" << graph.getSymName() << ", seed "
               << uint64_t(seed) << "\n";
  for (int64_t iteration = 0; iteration < iterations; ++iteration) {
    if (failed(interpreter.step()))
      return failure();
    for (const auto &[name, value] : lines)
      llvm::outs() << "// iteration " << iteration << ": " << name << " = "
                   << toString(interpreter.value(value)) << "\n";
    llvm::outs().flush();
  }
  return success();
}

void LayerpipeInterpret::runOnOperation() {
  markAllAnalysesPreserved();
  if (failed(checkOptions()))
    return signalPassFailure();
  AsmState names(getOperation());
  for (GraphOp graph : getOperation().getOps<GraphOp>())
    if (failed(interpret(graph, names)))
      return signalPassFailure();
}

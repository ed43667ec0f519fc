//===- LayerpipeMachine.cpp - The machine as an attribute -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the syntax and the rules of #layerpipe.machine.
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeDialect.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace layerpipe;

static constexpr int64_t maxSpeedTerm = int64_t(1) << 20;
static constexpr int64_t maxLatency = int64_t(1) << 50;

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

/// Parses "5" or "5/2".
static ParseResult parseRatio(AsmParser &parser, Ratio &ratio) {
  ratio = {0, 1};
  if (parser.parseInteger(ratio.numerator))
    return failure();
  if (failed(parser.parseOptionalSlash()))
    return success();
  return parser.parseInteger(ratio.denominator);
}

static void printRatio(AsmPrinter &printer, Ratio ratio) {
  printer << ratio.numerator;
  if (ratio.denominator != 1)
    printer << "/" << ratio.denominator;
}

namespace {
/// These are the clauses of a machine, each at most once.
struct MachineClauses {
  SmallVector<Ratio> speeds;
  SmallVector<int64_t> memory;
  std::optional<Ratio> bandwidth;
  std::optional<int64_t> latency;

  ParseResult parseOne(AsmParser &parser);
};
} // namespace

ParseResult MachineClauses::parseOne(AsmParser &parser) {
  SMLoc location = parser.getCurrentLocation();
  auto parseList = [&](auto &list, auto parseElement) -> ParseResult {
    if (!list.empty())
      return parser.emitError(location, "stands here twice");
    return parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
      return parseElement(list.emplace_back());
    });
  };
  StringRef keyword;
  if (parser.parseKeyword(&keyword))
    return failure();
  if (keyword == "speeds")
    return parseList(speeds,
                     [&](Ratio &speed) { return parseRatio(parser, speed); });
  if (keyword == "memory")
    return parseList(
        memory, [&](int64_t &bytes) { return parser.parseInteger(bytes); });
  if (keyword == "bandwidth" && !bandwidth)
    return parseRatio(parser, bandwidth.emplace());
  if (keyword == "latency" && !latency)
    return parser.parseInteger(latency.emplace());
  return parser.emitError(location, "expected one of speeds, memory, bandwidth "
                                    "and latency, each at most once");
}

Attribute MachineAttr::parse(AsmParser &parser, Type) {
  SMLoc location = parser.getCurrentLocation();
  MachineClauses clauses;
  if (parser.parseLess())
    return {};
  if (failed(parser.parseOptionalGreater())) {
    if (parser.parseCommaSeparatedList(
            [&] { return clauses.parseOne(parser); }) ||
        parser.parseGreater())
      return {};
  }
  // A bandwidth that is written down must be one, and 0 stands for none.
  if (clauses.bandwidth && clauses.bandwidth->numerator == 0)
    clauses.bandwidth->numerator = -1;
  auto emitError = [&] { return parser.emitError(location); };
  return MachineAttr::getChecked(
      llvm::function_ref<InFlightDiagnostic()>(emitError), parser.getContext(),
      ArrayRef<Ratio>(clauses.speeds), ArrayRef<int64_t>(clauses.memory),
      clauses.bandwidth.value_or(Ratio{0, 1}), clauses.latency.value_or(0));
}

void MachineAttr::print(AsmPrinter &printer) const {
  printer << "<";
  StringRef separator = "";
  auto begin = [&](StringRef keyword) {
    printer << separator << keyword << " ";
    separator = ", ";
  };
  if (!getSpeeds().empty()) {
    begin("speeds");
    printer << "[";
    llvm::interleaveComma(getSpeeds(), printer.getStream(),
                          [&](Ratio speed) { printRatio(printer, speed); });
    printer << "]";
  }
  if (!getMemory().empty()) {
    begin("memory");
    printer << "[";
    llvm::interleaveComma(getMemory(), printer.getStream());
    printer << "]";
  }
  if (getBandwidth().numerator != 0) {
    begin("bandwidth");
    printRatio(printer, getBandwidth());
  }
  if (getLatency() != 0) {
    begin("latency");
    printer << getLatency();
  }
  printer << ">";
}

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

LogicalResult
MachineAttr::verify(llvm::function_ref<InFlightDiagnostic()> emitError,
                    ArrayRef<Ratio> speeds, ArrayRef<int64_t> memory,
                    Ratio bandwidth, int64_t latency) {
  for (Ratio speed : speeds)
    if (speed.numerator < 1 || speed.numerator > maxSpeedTerm ||
        speed.denominator < 1 || speed.denominator > maxSpeedTerm)
      return emitError() << "MC1: a speed must be a positive fraction of "
                            "numbers up to 2^20, got "
                         << speed.numerator << "/" << speed.denominator;
  for (int64_t bytes : memory)
    if (bytes < 1)
      return emitError() << "MC2: a memory must have at least one byte, got "
                         << bytes;
  if (bandwidth.numerator < 0 || bandwidth.denominator < 1)
    return emitError() << "MC3: a bandwidth must be positive; leave it out "
                          "where processors share one memory";
  if (latency < 0 || latency > maxLatency)
    return emitError() << "MC3: a latency must lie between 0 and 2^50, got "
                       << latency;
  return success();
}

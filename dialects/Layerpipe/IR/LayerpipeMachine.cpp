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

/// Parses a bandwidth, which must be one: 0 would stand for shared memory.
static ParseResult parseBandwidth(AsmParser &parser, Ratio &bandwidth) {
  if (parseRatio(parser, bandwidth))
    return failure();
  if (bandwidth.numerator == 0)
    bandwidth.numerator = -1; // The rules refuse it.
  return success();
}

/// Parses "shared", "bandwidth 5/2", or either with "latency 10".
template <typename T> static ParseResult parseLink(AsmParser &parser, T &link) {
  link.bandwidth = {0, 1};
  if (succeeded(parser.parseOptionalKeyword("shared"))) {
  } else if (parser.parseKeyword("bandwidth", " or 'shared'") ||
             parseBandwidth(parser, link.bandwidth)) {
    return failure();
  }
  if (failed(parser.parseOptionalKeyword("latency")))
    return success();
  return parser.parseInteger(link.latency);
}

static ParseResult parseLevel(AsmParser &parser, MachineLevel &level) {
  return failure(parser.parseInteger(level.processors) ||
                 parseLink(parser, level));
}

static ParseResult parsePair(AsmParser &parser, MachinePair &pair) {
  return failure(parser.parseInteger(pair.first) ||
                 parser.parseKeyword("and") ||
                 parser.parseInteger(pair.second) || parseLink(parser, pair));
}

template <typename T> static void printLink(AsmPrinter &printer, T link) {
  if (link.bandwidth.numerator == 0) {
    printer << " shared";
  } else {
    printer << " bandwidth ";
    printRatio(printer, link.bandwidth);
  }
  if (link.latency != 0)
    printer << " latency " << link.latency;
}

namespace {
/// These are the clauses of a machine, each at most once.
struct MachineClauses {
  SmallVector<Ratio> speeds;
  SmallVector<int64_t> memory;
  std::optional<Ratio> bandwidth;
  std::optional<int64_t> latency;
  SmallVector<MachineLevel> levels;
  SmallVector<MachinePair> pairs;

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
    return parseBandwidth(parser, bandwidth.emplace());
  if (keyword == "latency" && !latency)
    return parser.parseInteger(latency.emplace());
  if (keyword == "levels")
    return parseList(
        levels, [&](MachineLevel &level) { return parseLevel(parser, level); });
  if (keyword == "pairs")
    return parseList(
        pairs, [&](MachinePair &pair) { return parsePair(parser, pair); });
  return parser.emitError(location,
                          "expected one of speeds, memory, bandwidth, latency, "
                          "levels and pairs, each at most once");
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
  auto emitError = [&] { return parser.emitError(location); };
  return MachineAttr::getChecked(
      llvm::function_ref<InFlightDiagnostic()>(emitError), parser.getContext(),
      ArrayRef<Ratio>(clauses.speeds), ArrayRef<int64_t>(clauses.memory),
      clauses.bandwidth.value_or(Ratio{0, 1}), clauses.latency.value_or(0),
      ArrayRef<MachineLevel>(clauses.levels),
      ArrayRef<MachinePair>(clauses.pairs));
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
  if (!getLevels().empty()) {
    begin("levels");
    printer << "[";
    llvm::interleaveComma(getLevels(), printer.getStream(),
                          [&](const MachineLevel &level) {
                            printer << level.processors;
                            printLink(printer, level);
                          });
    printer << "]";
  }
  if (!getPairs().empty()) {
    begin("pairs");
    printer << "[";
    llvm::interleaveComma(getPairs(), printer.getStream(),
                          [&](const MachinePair &pair) {
                            printer << pair.first << " and " << pair.second;
                            printLink(printer, pair);
                          });
    printer << "]";
  }
  printer << ">";
}

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

using EmitError = llvm::function_ref<InFlightDiagnostic()>;

/// Checks rule MC3.
static LogicalResult verifyLink(EmitError emitError, Ratio bandwidth,
                                int64_t latency) {
  if (bandwidth.numerator < 0 || bandwidth.denominator < 1)
    return emitError() << "MC3: a bandwidth must be positive; leave it out "
                          "where processors share one memory";
  if (latency < 0 || latency > maxLatency)
    return emitError() << "MC3: a latency must lie between 0 and 2^50, got "
                       << latency;
  return success();
}

/// Checks rule MC4.
static LogicalResult verifyLevels(EmitError emitError,
                                  ArrayRef<MachineLevel> levels) {
  int64_t before = 1;
  for (const MachineLevel &level : levels) {
    if (level.processors <= before || level.processors % before != 0)
      return emitError() << "MC4: a level must have a greater multiple of "
                         << before
                         << (before == 1 ? " processor" : " processors")
                         << ", got " << level.processors;
    if (failed(verifyLink(emitError, level.bandwidth, level.latency)))
      return failure();
    before = level.processors;
  }
  return success();
}

/// Checks rule MC5.
static LogicalResult verifyPairs(EmitError emitError,
                                 ArrayRef<MachinePair> pairs) {
  std::pair<int64_t, int64_t> before(-1, -1);
  for (const MachinePair &pair : pairs) {
    if (pair.first < 0 || pair.first >= pair.second)
      return emitError() << "MC5: a pair must have two processors, the lower "
                            "one first, got "
                         << pair.first << " and " << pair.second;
    std::pair ends(pair.first, pair.second);
    if (ends <= before)
      return emitError() << "MC5: pairs must ascend, got " << pair.first
                         << " and " << pair.second << " after " << before.first
                         << " and " << before.second;
    if (failed(verifyLink(emitError, pair.bandwidth, pair.latency)))
      return failure();
    before = ends;
  }
  return success();
}

LogicalResult MachineAttr::verify(EmitError emitError, ArrayRef<Ratio> speeds,
                                  ArrayRef<int64_t> memory, Ratio bandwidth,
                                  int64_t latency,
                                  ArrayRef<MachineLevel> levels,
                                  ArrayRef<MachinePair> pairs) {
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
  if (failed(verifyLink(emitError, bandwidth, latency)) ||
      failed(verifyLevels(emitError, levels)) ||
      failed(verifyPairs(emitError, pairs)))
    return failure();
  return success();
}

//===- UpdateChoice.cpp - the updates that a user asks for ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "UpdateChoice.h"

#include "layerpipe/Transforms/OptionLimits.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/GlobPattern.h"

using namespace mlir;
using namespace layerpipe;

/// This coefficient is the one that patterns of parameters take away.
static constexpr llvm::StringLiteral weightDecay = "weight_decay";

/// Returns all names as "sgd, momentum and adam".
static std::string listed(ArrayRef<std::string> names) {
  if (names.size() < 2)
    return llvm::join(names, "");
  return llvm::join(names.drop_back(), ", ") + " and " + names.back();
}

static InFlightDiagnostic unknownOptimizer(GraphOp graph, StringRef name) {
  std::vector<std::string> names;
  for (const Optimizer &known : allOptimizers())
    names.push_back(known.name.str());
  return graph.emitError("unknown optimizer '")
         << name << "'; there are " << listed(names);
}

/// Reads a number of an option, or emits an error.
static FailureOr<double> readNumber(GraphOp graph, StringRef option,
                                    StringRef text,
                                    const base::Limits<double> &limits) {
  base::Result<double> number = base::parseNumber(text, limits);
  if (number)
    return *number;
  return graph.emitError() << option << ": " << number.error().message;
}

LogicalResult UpdateChoice::addCoefficient(GraphOp graph, StringRef text) {
  auto [option, number] = text.split('=');
  const Coefficient *coefficient = findCoefficient(option);
  if (!coefficient || !optimizer->has(*coefficient)) {
    std::vector<std::string> names;
    for (const Coefficient &known : allCoefficients())
      if (optimizer->has(known))
        names.push_back(known.option());
    return graph.emitError("the optimizer ")
           << optimizer->name << " has no coefficient '" << option << "', but "
           << listed(names);
  }
  for (auto [given, value] : settings.coefficients)
    if (given == coefficient)
      return graph.emitError("the coefficient '")
             << option << "' is given twice";
  FailureOr<double> value =
      readNumber(graph, option, number, coefficient->limits);
  if (failed(value))
    return failure();
  settings.coefficients.push_back({coefficient, *value});
  return success();
}

LogicalResult UpdateChoice::addPattern(GraphOp graph, const std::string &text) {
  llvm::Expected<llvm::GlobPattern> glob = llvm::GlobPattern::create(text);
  if (!glob)
    return graph.emitError("no-decay: '")
           << text << "' is no glob: " << llvm::toString(glob.takeError());
  patterns.push_back({text});
  return success();
}

FailureOr<UpdateChoice> UpdateChoice::create(GraphOp graph, StringRef optimizer,
                                             StringRef learningRate,
                                             ArrayRef<std::string> coefficients,
                                             ArrayRef<std::string> noDecay) {
  UpdateChoice choice;
  choice.optimizer = findOptimizer(optimizer);
  if (!choice.optimizer)
    return unknownOptimizer(graph, optimizer);
  if (!learningRate.empty()) {
    FailureOr<double> rate =
        readNumber(graph, "lr", learningRate, limits::learningRate);
    if (failed(rate))
      return failure();
    double number = *rate;
    choice.settings.learningRate = number;
  }
  for (const std::string &text : coefficients)
    if (failed(choice.addCoefficient(graph, text)))
      return failure();
  for (const std::string &text : noDecay)
    if (failed(choice.addPattern(graph, text)))
      return failure();
  return choice;
}

bool UpdateChoice::isWithoutDecay(StringRef name) {
  bool matches = false;
  for (Pattern &pattern : patterns)
    if (llvm::cantFail(llvm::GlobPattern::create(pattern.text)).match(name))
      matches = pattern.used = true;
  return matches;
}

FailureOr<Operation *> UpdateChoice::createUpdate(OpBuilder &builder,
                                                  ParameterOp parameter,
                                                  ValueRange states,
                                                  Value gradient) {
  Operation *update = optimizer->createUpdate(builder, parameter.getLoc(),
                                              states, gradient, settings);
  if (!isWithoutDecay(parameter.getName()))
    return update;
  auto decay = update->getAttrOfType<FloatAttr>(weightDecay);
  if (decay && decay.getValue().isZero())
    return parameter.emitError("no-decay has no effect with a weight-decay of "
                               "0, as the optimizer ")
           << optimizer->name << " has it unless it is told another";
  update->setAttr(weightDecay, builder.getF64FloatAttr(0));
  return update;
}

LogicalResult UpdateChoice::checkAllUsed(GraphOp graph) const {
  for (const Pattern &pattern : patterns)
    if (!pattern.used)
      return graph.emitError("no-decay: no parameter's name matches '")
             << pattern.text << "'";
  return success();
}

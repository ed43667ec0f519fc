//===- LayerpipeOptimizers.cpp - update ops by the names users give -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeOptimizers.h"

#include "Layerpipe/IR/LayerpipeOps.h"
#include "llvm/ADT/STLExtras.h"

#include <tuple>

using namespace mlir;
using namespace layerpipe;

//===----------------------------------------------------------------------===//
// Coefficients
//===----------------------------------------------------------------------===//

/// This much of a state may be kept.
static constexpr base::Limits<double> keptShare{1e-37, 0.999999, true};

static constexpr Coefficient coefficients[] = {
    {"momentum", "μ, how much of the velocity is kept", keptShare},
    {"beta1", "β1, how much of the mean gradient is kept", keptShare},
    {"beta2", "β2, how much of the mean square, or of the only mean, is kept",
     keptShare},
    {"alpha", "α, how much of the mean square is kept", keptShare},
    {"epsilon", "ε, what is added to the root that gradients are divided by",
     base::positiveFloatOrZero},
    {"weight_decay", "λ, how much of the weight is taken for a gradient",
     base::positiveFloatOrZero}};

std::string Coefficient::option() const {
  std::string name = attribute.str();
  llvm::replace(name, '_', '-');
  return name;
}

ArrayRef<Coefficient> layerpipe::allCoefficients() { return coefficients; }

const Coefficient *layerpipe::findCoefficient(StringRef option) {
  for (const Coefficient &coefficient : coefficients)
    if (coefficient.option() == option)
      return &coefficient;
  return nullptr;
}

LogicalResult layerpipe::verifyOptimizer(Operation *op) {
  DictionaryAttr attributes = op->getAttrDictionary();
  for (NamedAttribute attribute : attributes) {
    auto number = dyn_cast<FloatAttr>(attribute.getValue());
    if (!number)
      continue;
    // U1. An f32 attribute that was written as 1e39 is infinite.
    const APFloat &value = number.getValue();
    if (!value.isFinite() || (value.isNegative() && !value.isZero()))
      return op->emitOpError("U1: ") << attribute.getName().strref()
                                     << " must be finite and not negative, got "
                                     << number.getValueAsDouble();
  }
  // U2.
  for (const Coefficient &coefficient : coefficients)
    if (auto number = attributes.getAs<FloatAttr>(coefficient.attribute))
      if (coefficient.limits.most < 1 && number.getValueAsDouble() >= 1)
        return op->emitOpError("U2: ")
               << coefficient.attribute << " must be less than 1, got "
               << number.getValueAsDouble();
  return success();
}

//===----------------------------------------------------------------------===//
// Optimizers
//===----------------------------------------------------------------------===//

Operation *Optimizer::createUpdate(OpBuilder &builder, Location loc,
                                   ValueRange states, Value gradient,
                                   const OptimizerSettings &settings) const {
  OperationState update(loc, operation);
  update.addOperands(states);
  update.addOperands(gradient);
  update.addTypes(states.getTypes());
  update.addAttribute("learning_rate",
                      builder.getF32FloatAttr(
                          settings.learningRate.value_or(defaultLearningRate)));
  for (auto [coefficient, value] : settings.coefficients)
    update.addAttribute(coefficient->attribute, builder.getF64FloatAttr(value));
  return builder.create(update);
}

template <typename OpTy>
static void appendIfOptimizer(SmallVectorImpl<Optimizer> &optimizers) {
  if constexpr (OpTy::template hasTrait<OptimizerOpInterface::Trait>())
    optimizers.push_back({OpTy::getOptimizerName(), OpTy::getOperationName(),
                          unsigned(OpTy::getExtraStateNames().size()),
                          OpTy::getDefaultLearningRate(),
                          OpTy::getAttributeNames()});
}

/// Finds the optimizers among `OpTys`, all ops of the dialect.
template <typename... OpTys> static SmallVector<Optimizer> findAll() {
  SmallVector<Optimizer> optimizers;
  (appendIfOptimizer<OpTys>(optimizers), ...);
  llvm::sort(optimizers, [](const Optimizer &a, const Optimizer &b) {
    return std::tie(a.extraStates, a.name) < std::tie(b.extraStates, b.name);
  });
  return optimizers;
}

ArrayRef<Optimizer> layerpipe::allOptimizers() {
  static const SmallVector<Optimizer> optimizers = findAll<
#define GET_OP_LIST
#include "Layerpipe/IR/LayerpipeOps.cpp.inc"
      >();
  return optimizers;
}

std::vector<std::string>
layerpipe::optimizersWith(const Coefficient &coefficient) {
  std::vector<std::string> names;
  for (const Optimizer &optimizer : allOptimizers())
    if (optimizer.has(coefficient))
      names.push_back(optimizer.name.str());
  return names;
}

const Optimizer *layerpipe::findOptimizer(StringRef name) {
  for (const Optimizer &optimizer : allOptimizers())
    if (optimizer.name == name)
      return &optimizer;
  return nullptr;
}

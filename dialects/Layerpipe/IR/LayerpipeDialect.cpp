//===- LayerpipeDialect.cpp - registration, enums, layer numbers ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeDialect.h"
#include "Layerpipe/IR/LayerpipeKernels.h"
#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/UnknownOps.h"
#include "layerpipe/Base/WeightLayout.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace layerpipe;

#include "Layerpipe/IR/LayerpipeAttrInterfaces.cpp.inc"
#include "Layerpipe/IR/LayerpipeDialect.cpp.inc"
#include "Layerpipe/IR/LayerpipeEnums.cpp.inc"
#include "Layerpipe/IR/LayerpipeInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "Layerpipe/IR/LayerpipeAttrs.cpp.inc"

static constexpr llvm::StringLiteral kLayer = "layerpipe.layer";

void LayerpipeDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "Layerpipe/IR/LayerpipeAttrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "Layerpipe/IR/LayerpipeOps.cpp.inc"
      >();
  explainUnknownOps(*this);
}

/// Checks E3.
static LogicalResult verifyCandidate(Operation *op, Attribute candidate) {
  auto text = dyn_cast<StringAttr>(candidate);
  if (!text || text.empty())
    return op->emitOpError("E3: needs '")
           << candidateAttribute << "' to be a text that is not empty";
  if (!isa<KernelOpInterface>(op))
    return op->emitOpError("E3: has '")
           << candidateAttribute << "', but no kernel library executes it";
  return success();
}

static LogicalResult verifyWeights(Operation *op, Attribute attribute) {
  auto text = dyn_cast<StringAttr>(attribute);
  if (!text || text.empty())
    return op->emitOpError("E4: needs '")
           << weightsAttribute << "' to be a text that is not empty";
  SmallVector<Value> weights = weightValuesOf(op);
  if (weights.empty())
    return op->emitOpError("E4: has '")
           << weightsAttribute << "', but no weights";
  auto type = cast<RankedTensorType>(weights[0].getType());
  auto layout = base::WeightLayout::parse(
      text.getValue(), std::vector<int64_t>(type.getShape()));
  if (!layout)
    return op->emitOpError("E4: ") << layout.message();
  return success();
}

/// Returns the role that a text names, or nullopt.
static std::optional<TaskKind> parseRole(Attribute attribute) {
  auto text = dyn_cast_if_present<StringAttr>(attribute);
  std::optional<TaskKind> role;
  if (text)
    role = symbolizeTaskKind(text.getValue());
  if (role == TaskKind::activation_grad || role == TaskKind::grad_weight ||
      role == TaskKind::loss || role == TaskKind::update)
    return role;
  return std::nullopt;
}

static LogicalResult verifyRole(Operation *op, Attribute attribute) {
  if (!parseRole(attribute))
    return op->emitOpError("E5: needs '")
           << roleAttribute
           << "' to be activation_grad, grad_weight, "
              "loss or update";
  if (!isa<DifferentiableOpInterface, LoopOpInterface>(op))
    return op->emitOpError("E5: has '")
           << roleAttribute << "', but it is no forward op";
  return success();
}

static LogicalResult verifyMicrobatch(Operation *op, Attribute attribute) {
  auto number = dyn_cast<IntegerAttr>(attribute);
  if (!number || !number.getType().isInteger(64) || number.getInt() < 0)
    return op->emitOpError("E6: needs '")
           << microbatchAttribute << "' to be an i64 of at least 0";
  return success();
}

static LogicalResult verifyAuxiliary(Operation *op, Attribute attribute) {
  if (isa<UnitAttr>(attribute) && isa<LossOpInterface>(op))
    return success();
  return op->emitOpError("E7: has '")
         << auxiliaryAttribute
         << "', which is a unit attribute of losses and of nothing else";
}

LogicalResult
LayerpipeDialect::verifyOperationAttribute(Operation *op,
                                           NamedAttribute attribute) {
  if (attribute.getName() == candidateAttribute)
    return verifyCandidate(op, attribute.getValue());
  if (attribute.getName() == weightsAttribute)
    return verifyWeights(op, attribute.getValue());
  if (attribute.getName() == roleAttribute)
    return verifyRole(op, attribute.getValue());
  if (attribute.getName() == microbatchAttribute)
    return verifyMicrobatch(op, attribute.getValue());
  if (attribute.getName() == auxiliaryAttribute)
    return verifyAuxiliary(op, attribute.getValue());
  if (attribute.getName() != kLayer)
    return op->emitOpError("E1: has an unknown attribute '")
           << attribute.getName().strref() << "'; the dialect defines only '"
           << kLayer << "', '" << microbatchAttribute << "', '" << roleAttribute
           << "', '" << auxiliaryAttribute << "', '" << candidateAttribute
           << "' and '" << weightsAttribute << "'";
  auto layer = dyn_cast<IntegerAttr>(attribute.getValue());
  if (!layer || !layer.getType().isInteger(64) || layer.getInt() < 1 ||
      layer.getInt() > maxLayer)
    return op->emitOpError("E1: needs '")
           << kLayer << "' to be an i64 of at least 1 and at most " << maxLayer;
  return success();
}

std::optional<int64_t> layerpipe::getLayer(Operation *op) {
  if (auto layer = op->getAttrOfType<IntegerAttr>(kLayer))
    return layer.getInt();
  return std::nullopt;
}

void layerpipe::setLayer(Operation *op, int64_t layer) {
  op->setAttr(kLayer, Builder(op->getContext()).getI64IntegerAttr(layer));
}

TaskKind layerpipe::roleOf(Operation *op, TaskKind otherwise) {
  return parseRole(op->getAttr(roleAttribute)).value_or(otherwise);
}

void layerpipe::setRole(Operation *op, TaskKind role) {
  op->setAttr(roleAttribute,
              StringAttr::get(op->getContext(), stringifyTaskKind(role)));
}

void layerpipe::clearLayer(Operation *op) { op->removeAttr(kLayer); }

std::optional<int64_t> layerpipe::getMicrobatch(Operation *op) {
  if (auto microbatch = op->getAttrOfType<IntegerAttr>(microbatchAttribute))
    return microbatch.getInt();
  return std::nullopt;
}

void layerpipe::setMicrobatch(Operation *op, int64_t microbatch) {
  op->setAttr(microbatchAttribute,
              Builder(op->getContext()).getI64IntegerAttr(microbatch));
}

void layerpipe::clearMicrobatch(Operation *op) {
  op->removeAttr(microbatchAttribute);
}

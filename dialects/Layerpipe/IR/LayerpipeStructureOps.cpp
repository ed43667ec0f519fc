//===- LayerpipeStructureOps.cpp - streams and tasks ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeBroadcast.h"
#include "Layerpipe/IR/LayerpipeInitializers.h"
#include "Layerpipe/IR/LayerpipeLimits.h"
#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeScalar.h"
#include "Layerpipe/IR/LayerpipeShapes.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace layerpipe;

//===----------------------------------------------------------------------===//
// Sources
//===----------------------------------------------------------------------===//

/// Checks rules I1, I2 and I4.
static LogicalResult verifySource(SourceOpInterface op, Type type,
                                  int64_t lag) {
  if (op.getStreamName().empty())
    return op->emitOpError("I4: has an empty name");
  auto tensor = cast<RankedTensorType>(type);
  if (tensor.getRank() == 0 || tensor.getNumElements() == 0)
    return op->emitOpError("I1: needs a leading batch dimension and at least "
                           "one element, got ")
           << type;
  if (lag < 0)
    return op->emitOpError("I2: needs a lag of at least 0, got ") << lag;
  if (lag > maxLag)
    return op->emitOpError("I2: needs a lag of at most 2^31, got ") << lag;
  return success();
}

LogicalResult InputOp::verify() {
  return verifySource(*this, getResult().getType(), getLag());
}

/// Checks rules I1 to I4.
LogicalResult LabelsOp::verify() {
  auto type = cast<RankedTensorType>(getResult().getType());
  if (type.getElementType().isF32() && type.getRank() != 2)
    return emitOpError("I3: holds dense targets as a tensor<BxCxf32>, got ")
           << type;
  return verifySource(*this, type, getLag());
}

LogicalResult ParameterOp::verify() {
  if (getName().empty())
    return emitOpError("P1: needs a name");
  if (getResult().getType().getNumElements() == 0)
    return emitOpError("P3: needs at least one element, got ")
           << getResult().getType();
  return verifyInitializer(*this, getInit(), getValue(), getResult().getType());
}

/// Parses initializer ::= (`constant` | `uniform`) `(` float `)` |
/// `values` `(` elements `)`
static ParseResult parseInitializer(OpAsmParser &parser, InitAttr &init,
                                    Attribute &value) {
  StringRef word;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword(&word))
    return failure();
  std::optional<Init> kind = symbolizeInit(word);
  if (!kind)
    return parser.emitError(loc, "expected constant, uniform or values, got '")
           << word << "'";
  init = InitAttr::get(parser.getContext(), *kind);
  Type type =
      *kind == Init::values ? Type() : Type(parser.getBuilder().getF32Type());
  return failure(parser.parseLParen() || parser.parseAttribute(value, type) ||
                 parser.parseRParen());
}

static void printInitializer(OpAsmPrinter &printer, ParameterOp, InitAttr init,
                             Attribute value) {
  printer << stringifyInit(init.getValue()) << "(";
  if (init.getValue() == Init::values)
    printer.printAttribute(value);
  else
    printer.printAttributeWithoutType(value);
  printer << ")";
}

//===----------------------------------------------------------------------===//
// Delay
//===----------------------------------------------------------------------===//

/// Parses delay-initial ::= (`initial` `(` (ssa-value | float | `absent`) `)`)?
/// `:` type
static ParseResult
parseDelayInitial(OpAsmParser &parser,
                  std::optional<OpAsmParser::UnresolvedOperand> &parameter,
                  Type &parameterType, FloatAttr &constant, UnitAttr &absent,
                  Type &result) {
  bool given = succeeded(parser.parseOptionalKeyword("initial"));
  if (given) {
    OpAsmParser::UnresolvedOperand operand;
    double value;
    if (parser.parseLParen())
      return failure();
    OptionalParseResult isOperand = parser.parseOptionalOperand(operand);
    if (isOperand.has_value()) {
      if (failed(*isOperand))
        return failure();
      parameter = operand;
    } else if (succeeded(parser.parseOptionalKeyword("absent"))) {
      absent = parser.getBuilder().getUnitAttr();
    } else {
      if (parser.parseFloat(value))
        return failure();
      constant = parser.getBuilder().getF32FloatAttr(static_cast<float>(value));
    }
    if (parser.parseRParen())
      return failure();
  }
  if (parser.parseColonType(result))
    return failure();
  if (parameter)
    parameterType = result;
  return success();
}

static void printDelayInitial(OpAsmPrinter &printer, DelayOp, Value parameter,
                              Type, FloatAttr constant, UnitAttr absent,
                              Type result) {
  if (parameter)
    printer << "initial(" << parameter << ")";
  else if (constant) {
    printer << "initial(";
    printer.printAttributeWithoutType(constant);
    printer << ")";
  } else if (absent)
    printer << "initial(absent)";
  printer << " : " << result;
}

LogicalResult DelayOp::verify() {
  if (getDistance() < 1)
    return emitOpError("D1: needs a distance of at least 1, got ")
           << getDistance();
  if (static_cast<int64_t>(getDistance()) > maxDistance)
    return emitOpError("D1: needs a distance of at most 2^30, got ")
           << getDistance();
  int given = int(bool(getInitialParameter())) +
              int(bool(getInitialConstantAttr())) + int(getInitialAbsent());
  if (given != 1)
    return emitOpError("D2: needs exactly one initial value: a parameter, a "
                       "constant or "
                       "absent, got ")
           << given;
  Type element = getElementTypeOrSelf(getResult().getType());
  if (getInitialConstantAttr() && !element.isF32())
    return emitOpError("D4: a constant is the initial value of streams of f32 "
                       "only, got ")
           << getResult().getType();
  if (!getInitialParameter())
    return success();
  if (!getInitialParameter().getDefiningOp<ParameterOp>())
    return emitOpError(
        "D3: the initial value must be the result of a layerpipe.parameter");
  if (getInitialParameter().getType() != getInput().getType())
    return emitOpError("D3: the initial parameter has type ")
           << getInitialParameter().getType() << ", the stream "
           << getInput().getType();
  return success();
}

//===----------------------------------------------------------------------===//
// Task
//===----------------------------------------------------------------------===//

/// Parses the body, whose names are its own. A name of the graph that is used
/// before it is defined must not find its definition in here: if the rest of
/// the task did not parse, the body would be freed and leave that use behind.
static ParseResult parseTaskBody(OpAsmParser &parser, Region &body) {
  return parser.parseRegion(body, /*arguments=*/{},
                            /*enableNameShadowing=*/true);
}

static void printTaskBody(OpAsmPrinter &printer, TaskOp, Region &body) {
  printer.printRegion(body);
}

/// Checks rule T1.
static LogicalResult verifyTaskTypes(TaskOp task) {
  Block &body = task.getBody().front();
  if (body.getArgumentTypes() != task.getInputs().getTypes())
    return task.emitOpError(
        "T1: the block arguments must have the operands' types");
  auto yield = body.empty() ? YieldOp() : dyn_cast<YieldOp>(body.back());
  if (!yield || yield.getValues().getTypes() != task.getResults().getTypes())
    return task.emitOpError(
        "T1: must end with a layerpipe.yield of the results' types");
  return success();
}

/// Checks rules T3 and T4.
static LogicalResult verifyTaskNumbers(TaskOp task) {
  for (auto number :
       {task.getTime(), task.getProcessor(), task.getStart(), task.getSlot()}) {
    int64_t value = number.value_or(0);
    if (value < 0)
      return task.emitOpError("T3: time, processor, start and slot must not be "
                              "negative, got ")
             << value;
    if (value > maxTime)
      return task.emitOpError("T3: time, processor, start and slot must be at "
                              "most 2^51, got ")
             << value;
  }
  for (auto number : {task.getLag(), task.getRetimed()}) {
    int64_t value = number.value_or(0);
    if (value < -maxLag || value > maxLag)
      return task.emitOpError(
                 "T3: lag and retimed must lie between -2^31 and 2^31, got ")
             << value;
  }
  int64_t layer = task.getLayer();
  if (layer < 0 || layer > maxLayer)
    return task.emitOpError("T4: layer must lie between 0 and 2^20, got ")
           << layer;
  return success();
}

/// Checks rule T5.
static LogicalResult verifyTaskPart(TaskOp task) {
  std::optional<PartAttr> part = task.getPart();
  if (!part)
    return success();
  if (part->getWhole().empty())
    return task.emitOpError("T5: a part must name the task that it is part of");
  if (part->getBegin() < 0 || part->getBegin() >= part->getEnd() ||
      part->getEnd() > part->getLength() || part->getLength() > maxLength)
    return task.emitOpError("T5: a part needs 0 <= begin < end <= length <= "
                            "2^48, got ")
           << part->getBegin() << " to " << part->getEnd() << " of "
           << part->getLength();
  return success();
}

/// Checks rule T6 for one transfer.
static LogicalResult verifyTransfer(TaskOp task, TransferAttr transfer) {
  int64_t result = transfer.getResult();
  if (result < 0 || result >= int64_t(task.getNumResults()))
    return task.emitOpError("T6: transfers result ")
           << result << ", but has " << task.getNumResults() << " results";
  int64_t to = transfer.getProcessor();
  if (to < 0 || to >= maxProcessors)
    return task.emitOpError("T6: transfers a result to processor ")
           << to << "; there are 0 to 2^20 - 1";
  if (task.getProcessor() && to == int64_t(*task.getProcessor()))
    return task.emitOpError("T6: transfers result ")
           << result << " to its own processor " << to;
  if (transfer.getStart() < 0 || transfer.getStart() > maxTime ||
      transfer.getLag() < -maxLag || transfer.getLag() > maxLag)
    return task.emitOpError("T6: a transfer's start must lie between 0 and "
                            "2^51 and its lag between -2^31 and 2^31, got ")
           << transfer.getStart() << " and " << transfer.getLag();
  return success();
}

static LogicalResult verifyTransfers(TaskOp task) {
  if (!task.getTransfers())
    return success();
  DenseSet<std::pair<int64_t, int64_t>> seen;
  for (auto transfer : task.getTransfers()->getAsRange<TransferAttr>()) {
    if (failed(verifyTransfer(task, transfer)))
      return failure();
    if (!seen.insert({transfer.getResult(), transfer.getProcessor()}).second)
      return task.emitOpError("T6: transfers result ")
             << transfer.getResult() << " to processor "
             << transfer.getProcessor() << " twice";
  }
  return success();
}

void TaskOp::build(OpBuilder &builder, OperationState &state, TypeRange results,
                   StringRef name, TaskOp like, PartAttr part) {
  build(builder, state, results, name, like.getKind(), like.getLayer(),
        like.getInputs(), /*time=*/nullptr, like.getProcessorAttr(),
        like.getStartAttr(), like.getSlotAttr(), like.getLagAttr(),
        like.getRetimedAttr(), part,
        /*transfers=*/nullptr);
  state.addAttributes(like->getDiscardableAttrDictionary().getValue());
}

LogicalResult TaskOp::verifyRegions() {
  if (failed(verifyTaskTypes(*this)))
    return failure();
  for (Operation &op : getBody().front().without_terminator())
    if (!isa<ComputeOpInterface>(op))
      return op.emitOpError(
          "T2: does not compute, so it can't be part of a task");
  return success(succeeded(verifyTaskNumbers(*this)) &&
                 succeeded(verifyTaskPart(*this)) &&
                 succeeded(verifyTransfers(*this)));
}

// This stands here, because the generated code calls the syntax functions
// above.
#define GET_OP_CLASSES
#include "Layerpipe/IR/LayerpipeOps.cpp.inc"

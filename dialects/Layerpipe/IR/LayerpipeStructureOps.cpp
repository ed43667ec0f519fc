//===- LayerpipeStructureOps.cpp - graph, streams and tasks ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/LayerpipeCycles.h"
#include "Layerpipe/IR/LayerpipeOps.h"
#include "Layerpipe/IR/LayerpipeShapes.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringSet.h"
#include <cmath>

using namespace mlir;
using namespace layerpipe;

// No larger numbers are accepted. These are far beyond any real graph and leave
// room for every sum that an analysis or a solver forms.
static constexpr int64_t maxTime = int64_t(1) << 51;
static constexpr int64_t maxLag = int64_t(1) << 31;
static constexpr int64_t maxDistance = int64_t(1) << 30;
static constexpr int64_t maxProcessors = int64_t(1) << 20;
static constexpr int64_t maxLength = int64_t(1) << 48;

//===----------------------------------------------------------------------===//
// Graph
//===----------------------------------------------------------------------===//

/// Checks rule G1.
static LogicalResult verifyCyclesHaveDelays(GraphOp graph) {
  SmallVector<Operation *> cycle = findDelayFreeCycle(graph);
  if (cycle.empty())
    return success();
  auto error =
      cycle.front()->emitOpError("G1: lies on a cycle without a delay; every "
                                 "cycle needs a layerpipe.delay");
  for (auto [index, op] : llvm::enumerate(cycle)) {
    Operation *next = cycle[(index + 1) % cycle.size()];
    error.attachNote(op->getLoc())
        << describe(op) << " is read by " << describe(next);
  }
  return error;
}

/// Checks rule G2.
static LogicalResult verifyForward(GraphOp graph) {
  for (Operation &op : graph.getBody().getOps()) {
    if (isa<SourceOpInterface, ParameterOp, LossOpInterface,
            DifferentiableOpInterface>(op))
      continue;
    return op.emitOpError(
        "G2: does not belong in a graph of phase forward, which holds only "
        "inputs, labels, parameters, forward ops and losses");
  }
  return success();
}

/// Checks rule G3.
static LogicalResult verifyScheduled(GraphOp graph) {
  for (Operation &op : graph.getBody().getOps()) {
    auto task = dyn_cast<TaskOp>(op);
    if (!task && !isa<SourceOpInterface, ParameterOp, DelayOp>(op))
      return op.emitOpError(
          "G3: must be inside a task in a graph of phase scheduled");
    if (task && !(task.getTime() && task.getProcessor() && task.getStart() &&
                  task.getSlot() && task.getLag()))
      return op.emitOpError("G3: needs time, processor, start, slot and lag in "
                            "a graph of phase scheduled");
  }
  return success();
}

/// Checks rules G4 and G5.
static LogicalResult verifyNames(GraphOp graph) {
  llvm::StringSet<> parameters, tasks;
  unsigned inputs = 0, labels = 0;
  for (Operation &op : graph.getBody().getOps()) {
    if (auto parameter = dyn_cast<ParameterOp>(op))
      if (!parameters.insert(parameter.getName()).second)
        return op.emitOpError("G4: a parameter named '")
               << parameter.getName() << "' exists already";
    if (auto task = dyn_cast<TaskOp>(op))
      if (!tasks.insert(task.getName()).second)
        return op.emitOpError("G4: a task named '")
               << task.getName() << "' exists already";
    if ((isa<InputOp>(op) && ++inputs > 1) ||
        (isa<LabelsOp>(op) && ++labels > 1))
      return op.emitOpError("G5: a graph has at most one of these");
  }
  return success();
}

/// Checks rule G6: from every delay, its inputs lead to something else than a
/// delay.
static LogicalResult verifyDelaysHaveSources(GraphOp graph) {
  DenseSet<Operation *> done;
  for (auto delay : graph.getBody().getOps<DelayOp>()) {
    DenseSet<Operation *> chain;
    for (DelayOp at = delay; at && !done.contains(at);
         at = at.getInput().getDefiningOp<DelayOp>())
      if (!chain.insert(at).second)
        return at.emitOpError("G6: delays only itself; no op computes this "
                              "stream");
    done.insert_range(chain);
  }
  return success();
}

/// Checks rule G7.
static LogicalResult verifyNumbers(GraphOp graph) {
  auto check = [&](std::optional<uint64_t> number, StringRef what,
                   int64_t most) -> LogicalResult {
    int64_t value = number.value_or(1);
    if (value >= 1 && value <= most)
      return success();
    return graph.emitOpError("G7: ")
           << what << " must lie between 1 and " << most << ", got " << value;
  };
  if (failed(check(graph.getProcessors(), "processors", maxProcessors)))
    return failure();
  return check(graph.getPeriod(), "period", maxTime);
}

/// Checks rule G8 for the parts of one task.
static LogicalResult verifyPartsOf(MutableArrayRef<TaskOp> parts) {
  // Parts that begin alike overlap, in whichever order they stand.
  llvm::sort(parts, [](TaskOp a, TaskOp b) {
    return a.getPart()->getBegin() < b.getPart()->getBegin();
  });
  PartAttr first = *parts.front().getPart();
  int64_t covered = 0;
  for (TaskOp part : parts) {
    PartAttr own = *part.getPart();
    if (own.getAxis() != first.getAxis() ||
        own.getLength() != first.getLength() ||
        own.getCombine() != first.getCombine())
      return part.emitOpError("G8: the parts of '")
             << own.getWhole().getValue()
             << "' must have one axis, length and way to combine, got " << first
             << " and " << own;
    if (own.getBegin() != covered)
      return part.emitOpError("G8: begins at ")
             << own.getBegin() << ", but the parts of '"
             << own.getWhole().getValue() << "' before it end at " << covered;
    covered = own.getEnd();
  }
  if (covered != first.getLength())
    return parts.back().emitOpError("G8: the parts of '")
           << first.getWhole().getValue() << "' end at " << covered
           << ", but must cover 0 to " << first.getLength();
  return success();
}

/// Checks rule G8.
static LogicalResult verifyParts(GraphOp graph) {
  llvm::MapVector<StringAttr, SmallVector<TaskOp>> parts;
  for (auto task : graph.getBody().getOps<TaskOp>())
    if (std::optional<PartAttr> part = task.getPart())
      parts[part->getWhole()].push_back(task);
  for (auto &[whole, tasks] : parts)
    if (failed(verifyPartsOf(tasks)))
      return failure();
  return success();
}

/// Checks rule G9.
static LogicalResult verifyMachine(GraphOp graph) {
  std::optional<MachineAttr> machine = graph.getMachine();
  if (!machine || !graph.getProcessors())
    return success();
  size_t processors = *graph.getProcessors();
  for (auto [count, what] :
       {std::pair(machine->getSpeeds().size(), "speeds"),
        std::pair(machine->getMemory().size(), "memories")})
    if (count != 0 && count != processors)
      return graph.emitOpError("G9: the machine has ")
             << count << " " << what << ", the graph " << processors
             << " processors";
  return success();
}

/// Checks rule G11.
static LogicalResult verifyPins(GraphOp graph) {
  std::optional<DictionaryAttr> pins = graph.getPins();
  auto processors =
      static_cast<int64_t>(graph.getProcessors().value_or(maxProcessors));
  for (NamedAttribute pin :
       pins ? pins->getValue() : ArrayRef<NamedAttribute>()) {
    auto processor = dyn_cast<IntegerAttr>(pin.getValue());
    if (!processor || !processor.getType().isSignlessInteger(64) ||
        processor.getInt() < 0)
      return graph.emitOpError("G11: layer '")
             << pin.getName().getValue()
             << "' must be pinned to an i64 of at least 0, got "
             << pin.getValue();
    if (processor.getInt() >= processors)
      return graph.emitOpError("G11: layer '")
             << pin.getName().getValue() << "' is pinned to processor "
             << processor.getInt() << "; there are 0 to " << processors - 1;
  }
  std::optional<int64_t> free = graph.getFreePeriod();
  auto period = static_cast<int64_t>(graph.getPeriod().value_or(0));
  if (free && (!pins || *free < 1 || *free > period))
    return graph.emitOpError("G11: free_period must lie between 1 and the "
                             "period of a graph with pins, got ")
           << *free;
  return success();
}

/// Checks rule G10, and those of the policy.
static LogicalResult verifyWeightVersions(GraphOp graph) {
  std::optional<Attribute> versions = graph.getWeightVersions();
  if (!versions)
    return success();
  auto policy = dyn_cast<WeightVersionPolicyInterface>(*versions);
  if (!policy)
    return graph.emitOpError("G10: weight_versions is no policy for weight "
                             "versions, such as #layerpipe.weight_stashing: ")
           << *versions;
  if (graph.getPhase() == Phase::forward)
    return graph.emitOpError("G10: a graph of phase forward has no gradients, "
                             "so it has no policy for weight versions");
  if (graph.getPhase() == Phase::training)
    return policy.verifyReaders(graph);
  return success();
}

LogicalResult GraphOp::verifyRegions() {
  if (failed(verifyNumbers(*this)) || failed(verifyMachine(*this)) ||
      failed(verifyPins(*this)) || failed(verifyNames(*this)) ||
      failed(verifyParts(*this)) || failed(verifyCyclesHaveDelays(*this)) ||
      failed(verifyDelaysHaveSources(*this)))
    return failure();
  if (failed(verifyWeightVersions(*this)))
    return failure();
  if (getPhase() == Phase::forward)
    return verifyForward(*this);
  if (getPhase() == Phase::scheduled)
    return verifyScheduled(*this);
  return success();
}

//===----------------------------------------------------------------------===//
// Sources
//===----------------------------------------------------------------------===//

/// Checks rules I1 and I2.
static LogicalResult verifySource(Operation *op, Type type, int64_t lag) {
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

/// Checks rules I1 to I3.
LogicalResult LabelsOp::verify() {
  auto type = cast<RankedTensorType>(getResult().getType());
  if (type.getElementType().isInteger(32) && type.getRank() != 1)
    return emitOpError(
               "I3: holds one i32 class per sample, a tensor<Bxi32>, got ")
           << type;
  if (type.getElementType().isF32() && type.getRank() != 2)
    return emitOpError("I3: holds dense targets as a tensor<BxCxf32>, got ")
           << type;
  return verifySource(*this, type, getLag());
}

LogicalResult ParameterOp::verify() {
  if (getName().empty())
    return emitOpError("P1: needs a name");
  float value = getValue().convertToFloat();
  if (getInit() == Init::uniform && !(std::isfinite(value) && value >= 0))
    return emitOpError("P2: a uniform initialiser needs a finite bound of at "
                       "least 0, got ")
           << value;
  if (getResult().getType().getNumElements() == 0)
    return emitOpError("P3: needs at least one element, got ")
           << getResult().getType();
  return success();
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

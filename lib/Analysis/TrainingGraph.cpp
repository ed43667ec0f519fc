//===- TrainingGraph.cpp - From the IR to the scheduling core -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Analysis/TrainingGraph.h"

#include "layerpipe/Analysis/SplitRules.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace layerpipe;

namespace {

/// This says how a task uses one of its operands.
struct OperandUse {
  /// If this is not null, the operand reaches a data operand of this update.
  OptimizerOpInterface dataOf;
  /// Says whether the operand is a state of a state op.
  bool state = false;
};

class Extractor {
public:
  explicit Extractor(GraphOp graph) : graphOp(graph) {}

  LogicalResult run();

  TrainingGraph result;

private:
  LogicalResult addTasks();
  void addTask(Operation *op, scheduling::Task task);
  LogicalResult addParameters();
  LogicalResult addEdges(TaskOp task);
  LogicalResult addEdge(OpOperand &operand, const OperandUse &use);
  FailureOr<int64_t> parameterOf(OptimizerOpInterface op, TaskOp task);
  FailureOr<InitialValue> initialOf(const Stream &stream, int64_t distance);
  int64_t valueIndex(Value value, int64_t producer);
  std::string uniqueName(std::string name);

  GraphOp graphOp;
  StreamResolver streams;
  DenseMap<Value, int64_t> valueIndices;
  DenseMap<Operation *, int64_t> parameterIndices;
  llvm::StringSet<> valueNames;
};

} // namespace

static scheduling::TaskKind convertKind(TaskKind kind) {
  switch (kind) {
  case TaskKind::forward:
    return scheduling::TaskKind::forward;
  case TaskKind::loss:
    return scheduling::TaskKind::loss;
  case TaskKind::backward:
    return scheduling::TaskKind::backward;
  case TaskKind::grad_input:
    return scheduling::TaskKind::grad_input;
  case TaskKind::grad_weight:
    return scheduling::TaskKind::grad_weight;
  case TaskKind::update:
    return scheduling::TaskKind::update;
  case TaskKind::norm:
    return scheduling::TaskKind::norm;
  // Even apart from its layer's grad_input, it is a part of δ.
  case TaskKind::activation_grad:
    return scheduling::TaskKind::grad_input;
  }
  return scheduling::TaskKind::other;
}

int64_t layerpipe::getRetimed(Operation *op) {
  if (auto task = dyn_cast<TaskOp>(op))
    return static_cast<int64_t>(task.getRetimed().value_or(0));
  return static_cast<int64_t>(cast<SourceOpInterface>(op).getLag());
}

static std::optional<scheduling::TaskPart> partOf(TaskOp task) {
  std::optional<PartAttr> part = task.getPart();
  if (!part)
    return std::nullopt;
  return scheduling::TaskPart{
      part->getWhole().str(), convertAxis(part->getAxis()),
      part->getBegin(),       part->getEnd(),
      part->getLength(),      convertCombine(part->getCombine())};
}

//===----------------------------------------------------------------------===//
// Tasks and parameters
//===----------------------------------------------------------------------===//

void Extractor::addTask(Operation *op, scheduling::Task task) {
  result.taskIndex[op] = result.taskOps.size();
  result.taskOps.push_back(op);
  result.graph.tasks.push_back(std::move(task));
}

LogicalResult Extractor::addTasks() {
  using Kind = scheduling::TaskKind;
  for (Operation &op : graphOp.getBody().getOps()) {
    if (auto source = dyn_cast<SourceOpInterface>(op))
      addTask(&op, {source.getStreamName().str(), 0, Kind::input, 0});
    else if (auto task = dyn_cast<TaskOp>(op))
      addTask(&op, {task.getName().str(), static_cast<int64_t>(task.getLayer()),
                    convertKind(task.getKind()),
                    static_cast<int64_t>(task.getTime().value_or(0)),
                    partOf(task), getMicrobatch(task)});
    else if (!isa<ParameterOp, DelayOp>(op))
      return op.emitOpError("stands outside of any task; run "
                            "--layerpipe-form-tasks first");
  }
  return success();
}

/// Adds the parameters that optimizers update. A parameter is what some delay
/// starts with; its layer is that of the task that updates it.
LogicalResult Extractor::addParameters() {
  for (auto delay : graphOp.getBody().getOps<DelayOp>()) {
    if (!delay.getInitialParameter())
      continue;
    auto parameter = delay.getInitialParameter().getDefiningOp<ParameterOp>();
    FailureOr<Stream> stream = streams.resolve(delay.getResult());
    if (failed(stream))
      return failure();
    auto task = stream->source.getDefiningOp<TaskOp>();
    auto maker =
        task ? getStateOp(cast<OpResult>(stream->source)) : StateOpInterface();
    if (!maker)
      return delay.emitOpError("starts with parameter '")
             << parameter.getName()
             << "', but no optimizer update produces this stream";
    if (!isa<OptimizerOpInterface>(*maker))
      continue;
    if (!parameterIndices.try_emplace(parameter, result.parameterOps.size())
             .second)
      continue;
    result.parameterOps.push_back(parameter);
    result.graph.parameters.push_back({parameter.getName().str(),
                                       bytesOf(parameter.getType()),
                                       static_cast<int64_t>(task.getLayer())});
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Edges
//===----------------------------------------------------------------------===//

/// Marks the task's operands that reach `value`, within its body.
static void markOperands(Value value, OptimizerOpInterface op,
                         SmallVectorImpl<OperandUse> &uses,
                         DenseSet<Operation *> &visited) {
  SmallVector<Value> open{value};
  while (!open.empty()) {
    Value next = open.pop_back_val();
    if (auto argument = dyn_cast<BlockArgument>(next)) {
      if (!uses[argument.getArgNumber()].dataOf)
        uses[argument.getArgNumber()].dataOf = op;
    } else if (visited.insert(next.getDefiningOp()).second) {
      llvm::append_range(open, next.getDefiningOp()->getOperands());
    }
  }
}

static SmallVector<OperandUse> classifyOperands(TaskOp task) {
  SmallVector<OperandUse> uses(task.getInputs().size());
  for (auto op : task.getBody().getOps<StateOpInterface>())
    for (Value state : op->getOperands().take_front(op.getNumStates()))
      if (auto argument = dyn_cast<BlockArgument>(state))
        uses[argument.getArgNumber()].state = true;
  if (task.getKind() != TaskKind::update)
    return uses;
  for (auto op : task.getBody().getOps<OptimizerOpInterface>()) {
    DenseSet<Operation *> visited;
    for (Value data : op->getOperands().drop_front(op.getNumStates()))
      markOperands(data, op, uses, visited);
  }
  return uses;
}

std::string Extractor::uniqueName(std::string name) {
  while (!valueNames.insert(name).second)
    name += "'";
  return name;
}

int64_t Extractor::valueIndex(Value value, int64_t producer) {
  auto [position, added] =
      valueIndices.try_emplace(value, result.values.size());
  if (!added)
    return position->second;
  std::string name = result.graph.tasks[producer].name;
  auto number = cast<OpResult>(value).getResultNumber();
  if (value.getDefiningOp()->getNumResults() > 1)
    name += ":" + std::to_string(number);
  result.values.push_back(value);
  result.graph.values.push_back(
      {uniqueName(name), producer, bytesOf(value.getType())});
  return position->second;
}

/// Returns the parameter among the states of `op`, or −1 if it has none.
FailureOr<int64_t> Extractor::parameterOf(OptimizerOpInterface op,
                                          TaskOp task) {
  for (Value state : op->getOperands().take_front(op.getNumStates())) {
    auto argument = dyn_cast<BlockArgument>(state);
    if (!argument)
      continue;
    FailureOr<Stream> stream =
        streams.resolve(task.getInputs()[argument.getArgNumber()]);
    if (failed(stream))
      return failure();
    if (stream->initial.kind == InitialValue::Kind::parameter)
      return parameterIndices.lookup(stream->initial.parameter);
  }
  return -1;
}

/// Returns what stands in the schedule's edge before iteration 0. Retiming may
/// have moved every delay off the path. Then a state op's firings before
/// iteration 0 return its initial state, and any other task's are absent.
FailureOr<InitialValue> Extractor::initialOf(const Stream &stream,
                                             int64_t distance) {
  if (distance == 0)
    return InitialValue{};
  if (stream.delays > 0)
    return stream.initial;
  auto source = cast<OpResult>(stream.source);
  if (!isa<TaskOp>(source.getOwner()) || !getStateOp(source))
    return InitialValue{InitialValue::Kind::absent, 0, {}};
  return getInitialState(source, streams);
}

/// Returns the kind of an edge. What a loss or a backward passes on is a
/// gradient, but a norm is none; an input is an activation.
static scheduling::EdgeKind kindOf(const OperandUse &use, Value source) {
  using Kind = scheduling::EdgeKind;
  auto maker = source.getDefiningOp<TaskOp>();
  if (maker && getStateOp(cast<OpResult>(source)))
    return use.state ? Kind::state : Kind::weight;
  if (maker && maker.getKind() == TaskKind::norm)
    return Kind::other;
  bool gradient = maker && maker.getKind() != TaskKind::forward;
  return use.dataOf || gradient ? Kind::gradient : Kind::activation;
}

LogicalResult Extractor::addEdge(OpOperand &operand, const OperandUse &use) {
  auto task = cast<TaskOp>(operand.getOwner());
  FailureOr<Stream> stream = streams.resolve(operand.get());
  if (failed(stream))
    return failure();
  Operation *producer = stream->source.getDefiningOp();
  if (isa<ParameterOp>(producer)) {
    if (stream->delays == 0)
      return success();
    return task.emitOpError("reads parameter '")
           << cast<ParameterOp>(producer).getName()
           << "' through a delay, but nothing updates it";
  }
  scheduling::Edge edge;
  edge.from = result.taskIndex.lookup(producer);
  edge.to = result.taskIndex.lookup(task);
  edge.kind = kindOf(use, stream->source);
  edge.value = valueIndex(stream->source, edge.from);
  edge.distance = stream->delays + getRetimed(producer) - getRetimed(task);
  if (edge.distance < 0)
    return task.emitOpError("operand ")
           << operand.getOperandNumber() << " passes " << stream->delays
           << " delays, fewer than the retimed lags " << getRetimed(producer)
           << " of its producer and " << getRetimed(task)
           << " of this task demand";
  if (use.dataOf) {
    FailureOr<int64_t> parameter = parameterOf(use.dataOf, task);
    if (failed(parameter))
      return failure();
    edge.parameter = *parameter;
  }
  FailureOr<InitialValue> initial = initialOf(*stream, edge.distance);
  if (failed(initial))
    return failure();
  // A scheduler may still choose the distance of a gradient's edge.
  bool free = edge.parameter >= 0 && edge.distance == 0;
  edge.initial = free ? "absent" : initial->toString();
  result.initials.push_back(*initial);
  result.operands.push_back(&operand);
  result.graph.edges.push_back(std::move(edge));
  return success();
}

LogicalResult Extractor::addEdges(TaskOp task) {
  SmallVector<OperandUse> uses = classifyOperands(task);
  for (OpOperand &operand : task->getOpOperands())
    if (failed(addEdge(operand, uses[operand.getOperandNumber()])))
      return failure();
  return success();
}

LogicalResult Extractor::run() {
  if (failed(addTasks()) || failed(addParameters()))
    return failure();
  for (auto task : graphOp.getBody().getOps<TaskOp>())
    if (failed(addEdges(task)))
      return failure();
  return success();
}

FailureOr<TrainingGraph> layerpipe::extractTrainingGraph(GraphOp graph) {
  Extractor extractor(graph);
  if (failed(extractor.run()))
    return failure();
  return std::move(extractor.result);
}

LogicalResult layerpipe::checkTimes(GraphOp graph) {
  for (auto task : graph.getBody().getOps<TaskOp>())
    if (!task.getTime())
      return task.emitOpError(
          "has no time; run --layerpipe-estimate-costs first");
  return success();
}

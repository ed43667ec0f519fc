//===- ProgramBuilder.cpp - One scheduled graph to one program ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramBuilder.h"

#include "BufferNames.h"
#include "Sched/IR/ProgramParts.h"
#include "Sched/IR/ProgramView.h"
#include "mlir/IR/IRMapping.h"

#include <algorithm>
#include <map>
#include <tuple>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::sched;

/// The host reads losses, and fills inputs, some periods away from the
/// processors, so that neither waits for every step of the other.
static constexpr int64_t lossSlots = 64;
static constexpr int64_t prefetchFactor = 2;
static constexpr int64_t leastPrefetch = 4;

//===----------------------------------------------------------------------===//
// What the graph holds
//===----------------------------------------------------------------------===//

/// Takes an op of a task if it is a loss, or the total of all.
void ProgramBuilder::addLoss(Operation *op, TaskOp task) {
  auto part = dyn_cast<LossOpInterface>(op);
  if (part && !op->hasAttr(auxiliaryAttribute))
    loss.parts.push_back(part);
  bool haveTotal = isa_and_present<TotalLossOp>(loss.op);
  if (isa<TotalLossOp>(op) || (part && !haveTotal)) {
    loss.task = task;
    loss.op = op;
  }
}

/// Finds inputs, labels and the loss.
LogicalResult ProgramBuilder::findEnds() {
  for (Operation &op : graph.getBody().getOps()) {
    if (isa<InputOp>(op))
      inputs.push_back(cast<SourceOpInterface>(op));
    if (isa<LabelsOp>(op))
      labels.push_back(cast<SourceOpInterface>(op));
    if (auto task = dyn_cast<TaskOp>(op))
      for (Operation &inner : task.getBody().getOps())
        addLoss(&inner, task);
  }
  if (loss.parts.size() > 1 && !isa<TotalLossOp>(loss.op))
    return loss.op->emitOpError("is the graph's second loss; a program "
                                "minimises one");
  llvm::sort(loss.parts, [](LossOpInterface a, LossOpInterface b) {
    return getMicrobatch(a->getParentOp()) < getMicrobatch(b->getParentOp());
  });
  if (inputs.empty() || labels.empty())
    return graph.emitOpError("has no layerpipe.")
           << (inputs.empty() ? "input" : "labels")
           << ", so there is nothing to train on";
  if (!loss.op)
    return graph.emitOpError("has no task with a loss");
  return orderLabels();
}

/// Puts those labels first that evaluations compare the prediction with.
LogicalResult ProgramBuilder::orderLabels() {
  Value target = loss.parts.front().getTarget();
  while (isa_and_present<SliceOp, ViewOpInterface>(target.getDefiningOp()))
    target = target.getDefiningOp()->getOperand(0);
  StreamResolver streams;
  if (auto argument = dyn_cast<BlockArgument>(target)) {
    auto task = cast<TaskOp>(argument.getOwner()->getParentOp());
    FailureOr<Stream> stream =
        streams.resolve(task.getInputs()[argument.getArgNumber()]);
    if (failed(stream))
      return failure();
    target = stream->source;
  }
  auto *found = llvm::find_if(labels, [&](SourceOpInterface source) {
    return source->getResult(0) == target;
  });
  if (found == labels.end())
    return loss.op->emitOpError("compares the output that evaluations score "
                                "with something else than labels");
  std::rotate(labels.begin(), found, found + 1);
  return success();
}

/// Checks that absent operands reach updates only, since only an update knows
/// what to do without one of its operands.
LogicalResult ProgramBuilder::checkInitials() const {
  const scheduling::TaskGraph &tasks = schedule.problem.graph;
  for (auto [index, initial] : llvm::enumerate(schedule.training.initials)) {
    const scheduling::Edge &edge = tasks.edges[index];
    bool ofUpdate = edge.kind == scheduling::EdgeKind::gradient &&
                    tasks.tasks[edge.to].kind == scheduling::TaskKind::update;
    if (initial.kind != InitialValue::Kind::absent || ofUpdate ||
        edge.parameter >= 0)
      continue;
    return schedule.training.operands[index]->getOwner()->emitOpError("reads '")
           << tasks.values[edge.value].name << "' of " << edge.distance
           << " iterations earlier, which is absent in the beginning; only "
              "gradients that an optimizer update reads may be absent";
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

Attribute ProgramBuilder::convertInitial(const InitialValue &initial) const {
  MLIRContext *context = builder.getContext();
  switch (initial.kind) {
  case InitialValue::Kind::none:
    return {};
  case InitialValue::Kind::absent:
    return AbsentAttr::get(context);
  case InitialValue::Kind::constant:
    return ConstantAttr::get(
        context, Builder(context).getF32FloatAttr(initial.constant));
  case InitialValue::Kind::parameter:
    break;
  }
  ParameterOp op = initial.parameter;
  auto position = llvm::find(schedule.training.parameterOps, op);
  bool trained = position != schedule.training.parameterOps.end();
  int64_t late =
      trained ? staleness[position - schedule.training.parameterOps.begin()]
              : 0;
  return ParameterAttr::get(context, op.getNameAttr(), op.getInit(),
                            op.getValue(), late);
}

/// Returns for each value what its readers find before iteration 0.
std::vector<InitialValue> ProgramBuilder::initialsOfValues() const {
  std::vector<InitialValue> initials(schedule.training.values.size());
  for (auto [index, initial] : llvm::enumerate(schedule.training.initials))
    if (initial.kind != InitialValue::Kind::none)
      initials[schedule.problem.graph.edges[index].value] = initial;
  return initials;
}

BufferOp ProgramBuilder::addBuffer(Value value, StringRef name,
                                   Attribute initial) {
  auto buffer =
      BufferOp::create(builder, value.getLoc(), name, value.getType(), initial);
  symbols->insert(buffer, builder.getInsertionPoint());
  bufferOf[value] = buffer;
  return buffer;
}

/// Returns the names of the sources' buffers.
ArrayAttr ProgramBuilder::namesOf(ArrayRef<SourceOpInterface> sources) const {
  SmallVector<Attribute> names;
  for (SourceOpInterface source : sources) {
    BufferOp buffer = bufferOf.lookup(source->getResult(0));
    names.push_back(FlatSymbolRefAttr::get(buffer.getSymNameAttr()));
  }
  return ArrayAttr::get(builder.getContext(), names);
}

void ProgramBuilder::addBuffers() {
  for (ArrayRef<SourceOpInterface> sources : {inputs, labels})
    for (SourceOpInterface source : sources)
      addBuffer(source->getResult(0), source.getStreamName(), {});
  std::vector<InitialValue> initials = initialsOfValues();
  std::vector<std::string> names = bufferNames(schedule.training, initials);
  for (auto [index, value] : llvm::enumerate(schedule.training.values)) {
    if (!bufferOf.count(value)) {
      addBuffer(value, names[index], convertInitial(initials[index]));
    } else if (initials[index].kind != InitialValue::Kind::none) {
      bufferOf[value].setInitialAttr(convertInitial(initials[index]));
    }
  }
  Value lossValue = loss.op->getResult(0);
  for (OpResult result : loss.task->getResults()) {
    Value yielded = loss.task.getBody().front().getTerminator()->getOperand(
        result.getResultNumber());
    if (yielded == lossValue && bufferOf.count(result))
      bufferOf[lossValue] = bufferOf[result];
  }
  if (!bufferOf.count(lossValue))
    addBuffer(lossValue, "loss", {});
  addFrozenParameters();
}

/// Adds the parameters that tasks read and nothing updates.
void ProgramBuilder::addFrozenParameters() {
  for (auto parameter : graph.getBody().getOps<ParameterOp>()) {
    bool read = llvm::any_of(parameter->getUsers(),
                             [](Operation *user) { return isa<TaskOp>(user); });
    if (read)
      addBuffer(parameter.getResult(), parameter.getName(),
                convertInitial({InitialValue::Kind::parameter, 0, parameter}));
  }
}

//===----------------------------------------------------------------------===//
// Processors and slots
//===----------------------------------------------------------------------===//

ReadAttr ProgramBuilder::readOf(OpOperand &operand) const {
  auto edge = edgeOf.find(&operand);
  bool frozen = edge == edgeOf.end();
  const scheduling::TaskGraph &tasks = schedule.problem.graph;
  Value value = frozen
                    ? operand.get()
                    : schedule.training.values[tasks.edges[edge->second].value];
  auto name =
      FlatSymbolRefAttr::get(BufferOp(bufferOf.lookup(value)).getSymNameAttr());
  return ReadAttr::get(builder.getContext(), name,
                       frozen ? 0 : tasks.edges[edge->second].distance);
}

void ProgramBuilder::addSlot(TaskOp task, int64_t index) {
  SmallVector<Attribute> reads, writes;
  for (OpOperand &operand : task->getOpOperands())
    reads.push_back(readOf(operand));
  Block &body = task.getBody().front();
  SmallVector<Value> written;
  auto write = [&](Value outer, Value inner) {
    if (BufferOp buffer = bufferOf.lookup(outer)) {
      writes.push_back(FlatSymbolRefAttr::get(buffer.getSymNameAttr()));
      written.push_back(inner);
    }
  };
  for (auto [result, inner] :
       llvm::zip(task->getResults(), body.getTerminator()->getOperands()))
    write(result, inner);
  // The loss has a buffer of its own only if the task does not yield it.
  Value lossValue = loss.op->getResult(0);
  if (task == loss.task && !llvm::is_contained(written, lossValue))
    write(lossValue, lossValue);

  auto slot =
      SlotOp::create(builder, task.getLoc(), task.getNameAttr(), task.getKind(),
                     task.getLayer(), schedule.solution.start[index],
                     scheduling::durationOf(schedule.problem, index),
                     schedule.solution.lag[index], builder.getArrayAttr(reads),
                     builder.getArrayAttr(writes));
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(&slot.getBody());
  IRMapping mapping;
  for (BlockArgument argument : body.getArguments())
    mapping.map(argument,
                block->addArgument(argument.getType(), argument.getLoc()));
  for (Operation &op : body.without_terminator())
    builder.clone(op, mapping);
  for (Value &value : written)
    value = mapping.lookup(value);
  sched::YieldOp::create(builder, task.getLoc(), written);
}

void ProgramBuilder::addProcessors() {
  for (auto [id, order] : llvm::enumerate(schedule.solution.order)) {
    auto processor = ProcessorOp::create(builder, graph.getLoc(), id);
    OpBuilder::InsertionGuard guard(builder);
    builder.createBlock(&processor.getBody());
    for (int64_t task : order)
      addSlot(schedule.training.taskOp(task), task);
  }
}

/// Adds channels, and makes rings large enough. An in-place update needs an op
/// that permits it; otherwise its ring gets one slot more.
LogicalResult ProgramBuilder::addChannels() {
  FailureOr<ProgramView> view = ProgramView::create(program);
  if (failed(view))
    return failure();
  builder.setInsertionPoint(view->processors.front());
  for (BufferView &buffer : view->buffers) {
    BufferOp op = buffer.op;
    int64_t slots = view->requiredSlots(buffer);
    for (const ReaderView &reader : buffer.readers)
      if (reader.slot == buffer.writer && reader.distance >= slots &&
          !worksInPlace(view->slots[reader.slot].op, reader.index,
                        buffer.writeIndex))
        slots = reader.distance + 1;
    if (buffer.fromHost)
      slots = std::max(slots * prefetchFactor, leastPrefetch);
    if (buffer.toHost)
      slots = std::max(slots, lossSlots);
    op.setSlots(slots);
    for (int64_t receiver : view->receivers(buffer))
      ChannelOp::create(builder, op.getLoc(), op,
                        *view->writerProcessor(buffer), receiver, slots);
  }
  return success();
}

/// Adds the links that carry values, if the machine has any. Those of one link
/// stand in the order of their starts.
void ProgramBuilder::addLinks() {
  if (scheduling::areInstant(schedule.problem.machine.links))
    return;
  std::map<std::pair<int64_t, int64_t>, std::vector<scheduling::Transfer>>
      links;
  for (const scheduling::Transfer &transfer : schedule.solution.transfers)
    links[std::minmax(transfer.fromProcessor, transfer.toProcessor)].push_back(
        transfer);
  for (auto &[ends, transfers] : links) {
    // No value goes one way twice, so that this is one order.
    llvm::sort(transfers, [](const auto &a, const auto &b) {
      return std::tuple(a.start, a.value, a.fromProcessor) <
             std::tuple(b.start, b.value, b.fromProcessor);
    });
    SmallVector<Attribute> carried;
    for (const scheduling::Transfer &transfer : transfers) {
      BufferOp buffer =
          bufferOf.lookup(schedule.training.values[transfer.value]);
      carried.push_back(LinkTransferAttr::get(
          builder.getContext(), FlatSymbolRefAttr::get(buffer.getSymNameAttr()),
          transfer.fromProcessor, transfer.start, transfer.duration,
          transfer.latency, transfer.lag));
    }
    LinkOp::create(builder, graph.getLoc(), ends.first, ends.second,
                   builder.getArrayAttr(carried));
  }
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

/// Says how the tasks that are parts make whole ones.
static void describeParts(GraphOp graph, ProgramOp program) {
  std::optional<Combine> parts;
  for (auto task : graph.getBody().getOps<TaskOp>())
    if (std::optional<PartAttr> part = task.getPart())
      parts = parts == Combine::sum ? Combine::sum : part->getCombine();
  if (parts)
    program->setAttr(partsAttribute, StringAttr::get(graph.getContext(),
                                                     stringifyCombine(*parts)));
}

void ProgramBuilder::createProgram() {
  builder.setInsertionPoint(graph);
  auto symbol = [&](StringRef name) {
    return FlatSymbolRefAttr::get(builder.getContext(), name);
  };
  Type first = inputs.front()->getResult(0).getType();
  int64_t batch = cast<RankedTensorType>(first).getDimSize(0);
  // The names are known once there are buffers.
  ArrayAttr none = builder.getArrayAttr({});
  program = ProgramOp::create(
      builder, graph.getLoc(), graph.getSymNameAttr(),
      builder.getI64IntegerAttr(batch),
      builder.getI64IntegerAttr(schedule.solution.period),
      builder.getI64IntegerAttr(graph.getLowerBound().value_or(0)),
      builder.getStringAttr(graph.getTimeUnit().value_or("cycles")),
      builder.getStringAttr(graph.getStrategy().value_or("given")), none, none,
      symbol("loss"),
      /*arena_bytes=*/IntegerAttr());
  describeParts(graph, program);
  builder.createBlock(&program.getBody());
  symbols.emplace(program);
}

FailureOr<ProgramOp> ProgramBuilder::build() {
  if (failed(findEnds()) || failed(checkInitials()))
    return failure();
  staleness = scheduling::stalenessOf(schedule.problem.graph,
                                      schedule.solution.distance);
  for (auto [index, operand] : llvm::enumerate(schedule.training.operands))
    edgeOf[operand] = index;
  createProgram();
  addBuffers();
  program.setInputsAttr(namesOf(inputs));
  program.setLabelsAttr(namesOf(labels));
  program.setLossAttr(FlatSymbolRefAttr::get(
      BufferOp(bufferOf.lookup(loss.op->getResult(0))).getSymNameAttr()));
  addProcessors();
  if (failed(addChannels()))
    return failure();
  addLinks();
  if (failed(buildEvaluation(program, inputs, loss)))
    return failure();
  return program;
}

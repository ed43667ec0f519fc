//===- WeightClasses.cpp - What must lie in one layout --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values and buffers are joined where a layout would carry over: a slot reads
// or writes a buffer, an elementwise op makes values from others, a kernel
// makes the gradient of its weights, an evaluation reads a parameter. Whatever
// else touches a value needs rows.
//
//===----------------------------------------------------------------------===//

#include "Sched/IR/WeightClasses.h"

#include "Layerpipe/IR/LayerpipeKernels.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::sched;

namespace {

/// A disjoint-set forest of values and buffers.
class Classes {
public:
  explicit Classes(ProgramOp program);
  std::vector<WeightClass> take();

private:
  size_t idOf(const void *member);
  size_t idOf(Value value) { return idOf(value.getAsOpaquePointer()); }
  size_t idOf(BufferOp buffer) {
    return idOf(static_cast<const void *>(buffer.getOperation()));
  }
  size_t rootOf(size_t member);
  void join(size_t first, size_t second) {
    parents[rootOf(second)] = rootOf(first);
  }
  /// Says that `user` needs the value in rows.
  void keepRows(size_t member, Operation *user) {
    if (!users[member])
      users[member] = user;
  }
  /// Says the same of buffers that the table of `user` names.
  void keepRows(Operation *user, ArrayRef<Attribute> names);
  void addBuffers(Block &block);
  void addSlots(Block &block);
  void addSlot(SlotOp slot);
  void addOp(Operation &op);
  void addKernel(KernelOpInterface op);
  BufferOp find(Operation *table, FlatSymbolRefAttr name) {
    return tables.getSymbolTable(table).lookup<BufferOp>(name.getAttr());
  }

  SymbolTableCollection tables;
  DenseMap<const void *, size_t> ids;
  std::vector<size_t> parents;
  std::vector<Operation *> users;
  std::vector<BufferOp> buffers;
  std::vector<std::pair<KernelOpInterface, size_t>> kernels;
  DenseMap<StringAttr, BufferOp> parameters;
};

} // namespace

size_t Classes::idOf(const void *member) {
  auto [entry, isNew] = ids.try_emplace(member, parents.size());
  if (isNew) {
    parents.push_back(parents.size());
    users.push_back(nullptr);
  }
  return entry->second;
}

size_t Classes::rootOf(size_t member) {
  while (parents[member] != member)
    member = parents[member] = parents[parents[member]];
  return member;
}

void Classes::keepRows(Operation *user, ArrayRef<Attribute> names) {
  for (Attribute name : names)
    if (BufferOp buffer = find(user, cast<FlatSymbolRefAttr>(name)))
      keepRows(idOf(buffer), user);
}

void Classes::addBuffers(Block &block) {
  for (auto buffer : block.getOps<BufferOp>()) {
    buffers.push_back(buffer);
    size_t own = idOf(buffer);
    Attribute initial = buffer.getInitialAttr();
    if (auto parameter = dyn_cast_or_null<ParameterAttr>(initial))
      parameters[parameter.getName()] = buffer;
    if (auto latest = dyn_cast_or_null<LatestAttr>(initial))
      if (BufferOp parameter = parameters.lookup(latest.getName()))
        join(idOf(parameter), own);
  }
}

void Classes::addKernel(KernelOpInterface op) {
  SmallVector<Value> weights = weightValuesOf(op);
  for (Value value : weights)
    join(idOf(weights[0]), idOf(value));
  if (!weights.empty())
    kernels.emplace_back(op, idOf(weights[0]));
  // All other operands and results need rows. A value that is the weights and
  // what they are multiplied with needs them, too: it is erased once only.
  SmallVector<Value> others(op->getOperands());
  llvm::append_range(others, op->getResults());
  for (Value weight : weights)
    others.erase(llvm::find(others, weight));
  for (Value value : others)
    keepRows(idOf(value), op);
}

void Classes::addOp(Operation &op) {
  if (auto kernel = dyn_cast<KernelOpInterface>(op))
    return addKernel(kernel);
  SmallVector<Value> values(op.getOperands());
  llvm::append_range(values, op.getResults());
  bool keepsLayouts = isElementwise(&op);
  for (Value value : values)
    if (keepsLayouts)
      join(idOf(values[0]), idOf(value));
    else
      keepRows(idOf(value), &op);
}

void Classes::addSlot(SlotOp slot) {
  Operation *table = slot->getParentOp();
  if (isa<ProcessorOp>(table))
    table = table->getParentOp();
  Block &body = slot.getBody().front();
  for (auto [read, argument] :
       llvm::zip(slot.getReads().getAsRange<ReadAttr>(), body.getArguments()))
    if (BufferOp buffer = find(table, read.getBuffer()))
      join(idOf(buffer), idOf(argument));
  for (auto [name, value] :
       llvm::zip(slot.getWrites().getAsRange<FlatSymbolRefAttr>(),
                 body.getTerminator()->getOperands()))
    if (BufferOp buffer = find(table, name))
      join(idOf(buffer), idOf(value));
  for (Operation &op : body.without_terminator())
    addOp(op);
}

void Classes::addSlots(Block &block) {
  for (auto slot : block.getOps<SlotOp>())
    addSlot(slot);
}

Classes::Classes(ProgramOp program) {
  Block &body = program.getBody().front();
  addBuffers(body);
  for (auto processor : body.getOps<ProcessorOp>())
    addSlots(processor.getBody().front());
  for (auto evaluation : body.getOps<EvaluationOp>()) {
    Block &own = evaluation.getBody().front();
    addBuffers(own);
    addSlots(own);
    keepRows(evaluation, evaluation.getInputs().getValue());
    keepRows(evaluation, evaluation.getPredictionAttr());
  }
  // The host fills and reads these.
  keepRows(program, program.getInputs().getValue());
  keepRows(program, program.getLabels().getValue());
  keepRows(program, program.getLossAttr());
}

std::vector<WeightClass> Classes::take() {
  std::vector<WeightClass> classes;
  DenseMap<size_t, size_t> indices; // By root.
  for (auto [op, member] : kernels) {
    auto [entry, isNew] = indices.try_emplace(rootOf(member), classes.size());
    if (isNew)
      classes.emplace_back();
    classes[entry->second].kernels.push_back(op);
  }
  auto classOf = [&](size_t member) -> WeightClass * {
    auto found = indices.find(rootOf(member));
    return found == indices.end() ? nullptr : &classes[found->second];
  };
  for (BufferOp buffer : buffers)
    if (WeightClass *own = classOf(idOf(buffer)))
      own->buffers.push_back(buffer);
  for (size_t member = 0; member < users.size(); ++member)
    if (WeightClass *own = users[member] ? classOf(member) : nullptr)
      if (!own->needsRows)
        own->needsRows = users[member];
  return classes;
}

std::vector<WeightClass> sched::findWeightClasses(ProgramOp program) {
  return Classes(program).take();
}

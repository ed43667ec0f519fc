//===- Dot.cpp - training graphs as pictures ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Target/Dot.h"
#include "Layerpipe/IR/LayerpipeCycles.h"
#include "layerpipe/Analysis/Streams.h"
#include "layerpipe/Base/Text.h"
#include <map>

using namespace mlir;
using namespace layerpipe;

namespace {

/// Does one export: it numbers nodes in textual order, then writes boxes, then
/// edges.
class DotWriter {
public:
  DotWriter(GraphOp graph, llvm::raw_ostream &output)
      : graph(graph), output(output) {}

  LogicalResult write();

private:
  void writeNode(Operation *op, StringRef indent);
  void writeNodes();
  LogicalResult writeEdges(Operation *op);

  GraphOp graph;
  llvm::raw_ostream &output;
  llvm::DenseMap<Operation *, int64_t> number;
  StreamResolver resolver;
};

} // namespace

static bool isNode(Operation *op) { return !isa<DelayOp, ParameterOp>(op); }

static TaskKind kindOf(Operation *op) {
  if (auto task = dyn_cast<TaskOp>(op))
    return task.getKind();
  return cast<ComputeOpInterface>(op).getTaskKind();
}

/// Returns a light fill that reads well under black text.
static StringRef colourOf(Operation *op) {
  if (isa<SourceOpInterface>(op))
    return "#eeeeee";
  switch (kindOf(op)) {
  case TaskKind::forward:
    return "#a6cee3";
  case TaskKind::loss:
    return "#ffff99";
  case TaskKind::activation_grad:
  case TaskKind::backward:
  case TaskKind::grad_input:
    return "#b2df8a";
  case TaskKind::grad_weight:
    return "#fdbf6f";
  case TaskKind::update:
  case TaskKind::norm:
    return "#cab2d6";
  }
  return "#ffffff";
}

/// Escapes quotes and backslashes, which would end the label early, and
/// replaces what is not UTF-8, which would end Graphviz.
static std::string escape(StringRef text) {
  std::string result;
  for (char character : base::printable(text)) {
    if (character == '"' || character == '\\')
      result += '\\';
    result += character;
  }
  return result;
}

static std::string labelOf(Operation *op) {
  auto task = dyn_cast<TaskOp>(op);
  if (!task)
    return escape(op->getName().stripDialect());
  std::string label = escape(task.getName());
  if (task.getTime())
    label += "\\ntime " + std::to_string(*task.getTime());
  if (task.getStart() && task.getLag())
    label += "\\nstart " + std::to_string(*task.getStart()) + ", lag " +
             std::to_string(static_cast<int64_t>(*task.getLag()));
  return label;
}

void DotWriter::writeNode(Operation *op, StringRef indent) {
  output << indent << "n" << number[op] << " [label=\"" << labelOf(op)
         << "\", fillcolor=\"" << colourOf(op) << "\"];\n";
}

/// Writes nodes without a processor first, then a box for each processor.
void DotWriter::writeNodes() {
  std::map<int64_t, SmallVector<Operation *>> boxes;
  for (Operation &op : graph.getBody().getOps()) {
    if (!isNode(&op))
      continue;
    number.try_emplace(&op, number.size());
    auto task = dyn_cast<TaskOp>(op);
    if (task && task.getProcessor())
      boxes[*task.getProcessor()].push_back(&op);
    else
      writeNode(&op, "  ");
  }
  for (auto &[processor, members] : boxes) {
    output << "  subgraph cluster_" << processor << " {\n    label=\"processor "
           << processor << "\";\n";
    for (Operation *op : members)
      writeNode(op, "    ");
    output << "  }\n";
  }
}

LogicalResult DotWriter::writeEdges(Operation *op) {
  for (Value operand : op->getOperands()) {
    FailureOr<Stream> stream = resolver.resolve(operand);
    if (failed(stream))
      return failure();
    Operation *producer = stream->source.getDefiningOp();
    if (!producer || !isNode(producer))
      continue;
    output << "  n" << number[producer] << " -> n" << number[op];
    if (stream->delays)
      output << " [label=\"" << stream->delays
             << "D\", style=dashed, constraint=false]";
    output << ";\n";
  }
  return success();
}

LogicalResult DotWriter::write() {
  output << "digraph \"" << escape(graph.getSymName()) << "\" {\n"
         << "  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\"];\n";
  writeNodes();
  for (Operation &op : graph.getBody().getOps())
    if (isNode(&op) && failed(writeEdges(&op)))
      return failure();
  output << "}\n";
  return success();
}

LogicalResult layerpipe::exportDot(GraphOp graph, llvm::raw_ostream &output) {
  return DotWriter(graph, output).write();
}

//===- NodeTranslation.cpp - One node while it is translated --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodeTranslation.h"

#include "mlir/IR/TypeUtilities.h"

#include <charconv>
#include <fmt/format.h>

using namespace mlir;

namespace layerpipe::onnx {

NodeTranslation::NodeTranslation(Translation &graph, const Node &node)
    : node(node), graph(graph), builder(graph.ops()),
      loc(NameLoc::get(builder.getStringAttr(placeOf(node)))) {}

void NodeTranslation::fail(const std::string &what) {
  if (!failureText)
    failureText = what;
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

Value NodeTranslation::tensor(size_t index, Role role) {
  if (failed())
    return {};
  if (!has(index)) {
    fail(fmt::format("operand {} is missing", index));
    return {};
  }
  const std::string &name = node.inputs[index];
  if (operand(index).draw) {
    fail(fmt::format("operand {} is of random numbers, which only drop samples "
                     "or elements",
                     index));
    return {};
  }
  Result<Value> value = graph.materialize(graph.find(name), name, role);
  if (!value) {
    fail(value.message());
    return {};
  }
  if (getElementTypeOrSelf((*value).getType()).isF32())
    return *value;
  fail(fmt::format("operand {} holds classes, with which ops don't compute",
                   index));
  return {};
}

Value NodeTranslation::elements(size_t index) {
  Value value = operand(index).value;
  if (!failed() && value && !getElementTypeOrSelf(value.getType()).isF32())
    return value;
  return tensor(index);
}

Value NodeTranslation::parameter(size_t index, Role role) {
  if (has(index))
    graph.takeAsParameter(graph.find(node.inputs[index]), node.inputs[index]);
  return tensor(index, role);
}

Value NodeTranslation::detached(size_t index) {
  if (has(index))
    if (Imported &imported = graph.find(node.inputs[index]); !imported.value)
      imported.parameter.clear();
  Value value = tensor(index);
  return value && value.getDefiningOp<DetachOp>() ? value
                                                  : create<DetachOp>({value});
}

Value NodeTranslation::statistic(size_t index, Role role) {
  if (has(index))
    if (Imported &imported = graph.find(node.inputs[index]);
        imported.isConstant())
      imported.parameter = node.inputs[index];
  Value value = tensor(index, role);
  if (!value)
    return {};
  if (auto frozen = value.getDefiningOp<DetachOp>())
    value = frozen.getX();
  if (!value.getDefiningOp<ParameterOp>())
    fail(fmt::format("operand {} is computed, so training can't keep running "
                     "statistics in it",
                     index));
  if (!llvm::all_of(value.getUsers(), llvm::IsaPred<DetachOp>))
    fail(fmt::format("another operand is '{}', too, in which training keeps "
                     "running statistics of this node",
                     node.inputs[index]));
  return value;
}

Extents NodeTranslation::extents(size_t index) {
  if (has(index))
    return typeOf(operand(index)).extents;
  fail(fmt::format("operand {} is missing", index));
  return {};
}

std::optional<Tensor> NodeTranslation::constant(size_t index) {
  if (!has(index) || failed())
    return std::nullopt;
  if (!operand(index).tensor)
    fail(fmt::format("operand {} must be a constant, but other nodes compute "
                     "it",
                     index));
  return operand(index).tensor;
}

std::optional<Integers> NodeTranslation::integers(size_t index) {
  std::optional<Tensor> tensor = constant(index);
  if (!tensor)
    return std::nullopt;
  if (isFloat(tensor->element()) || tensor->extents().size() > 1 ||
      size_t(tensor->count()) > mostDimensions) {
    fail(fmt::format("operand {} is {}; it must be a list of integers", index,
                     toText(tensor->type())));
    return std::nullopt;
  }
  Result<Integers> values = tensor->toIntegers();
  if (values)
    return *values;
  fail(fmt::format("operand {}: {}", index, values.message()));
  return std::nullopt;
}

/// Returns whether the bytes repeat those of the first element.
static bool areEqual(const Tensor &tensor) {
  std::string_view bytes = tensor.bytes();
  size_t size = bytesOf(tensor.element());
  return bytes.substr(size) == bytes.substr(0, bytes.size() - size);
}

std::optional<double> NodeTranslation::splat(size_t index) {
  const std::optional<Tensor> &tensor = operand(index).tensor;
  if (!tensor || tensor->count() == 0 || !areEqual(*tensor))
    return std::nullopt;
  Tensor element({tensor->element(), {1}}, std::string(tensor->bytes().substr(
                                               0, bytesOf(tensor->element()))));
  if (isFloat(tensor->element())) {
    Result<std::vector<float>> floats = element.toFloats();
    return floats ? std::optional(roundTrip(floats->front())) : std::nullopt;
  }
  Result<Integers> whole = element.toIntegers();
  return whole ? std::optional(double(whole->front())) : std::nullopt;
}

std::optional<double> NodeTranslation::number(size_t index) {
  std::optional<Tensor> tensor = constant(index);
  if (!tensor)
    return std::nullopt;
  std::optional<double> value =
      tensor->count() == 1 ? splat(index) : std::nullopt;
  if (!value)
    fail(fmt::format("operand {} is {}; it must be one number", index,
                     toText(tensor->type())));
  return value;
}

std::optional<std::vector<double>> NodeTranslation::numbers(size_t index) {
  std::optional<Tensor> tensor = constant(index);
  if (!tensor)
    return std::nullopt;
  if (tensor->extents().size() > 1 ||
      size_t(tensor->count()) > mostDimensions || !isFloat(tensor->element())) {
    fail(fmt::format("operand {} is {}; it must be a list of numbers", index,
                     toText(tensor->type())));
    return std::nullopt;
  }
  Result<std::vector<float>> floats = tensor->toFloats();
  if (!floats) {
    fail(fmt::format("operand {}: {}", index, floats.message()));
    return std::nullopt;
  }
  return std::vector<double>(floats->begin(), floats->end());
}

/// Returns the shortest decimal number that is this float: 0.1, not
/// 0.100000001.
double NodeTranslation::roundTrip(float value) {
  char digits[32];
  auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  double result = value;
  std::from_chars(digits, end, result);
  return result;
}

int64_t NodeTranslation::axis(int64_t axis, size_t rank) {
  auto dimensions = int64_t(rank);
  if (axis >= -dimensions && axis < dimensions)
    return axis < 0 ? axis + dimensions : axis;
  fail(fmt::format("there is no axis {} among {} dimensions", axis, rank));
  return 0;
}

Integers NodeTranslation::axes(const Integers &listed, size_t rank) {
  std::set<int64_t> counted;
  for (int64_t each : listed)
    if (!counted.insert(axis(each, rank)).second)
      fail(fmt::format("the axis {} is listed twice", each));
  return {counted.begin(), counted.end()};
}

//===----------------------------------------------------------------------===//
// Ops and outputs
//===----------------------------------------------------------------------===//

/// Runs the action and turns the errors that it emits into a failure.
void NodeTranslation::failWith(llvm::function_ref<LogicalResult()> action) {
  std::string text;
  ScopedDiagnosticHandler handler(
      builder.getContext(), [&](Diagnostic &diagnostic) {
        if (diagnostic.getSeverity() == DiagnosticSeverity::Error &&
            text.empty())
          text = diagnostic.str();
      });
  if (mlir::failed(action()))
    fail(text);
}

Value NodeTranslation::check(Operation *op) {
  failWith([&] { return verify(op); });
  if (!failed())
    return op->getResult(0);
  op->erase();
  return {};
}

Value NodeTranslation::matrix(const std::string &name,
                              const std::vector<float> &numbers,
                              const Extents &extents) {
  if (failed())
    return {};
  Imported made;
  made.tensor.emplace(
      TensorType{ElementType::float32, extents},
      std::string(reinterpret_cast<const char *>(numbers.data()),
                  numbers.size() * sizeof(float)));
  Result<Value> value =
      graph.materialize(made, node.outputs.front() + "." + name, {});
  if (value)
    return *value;
  fail(value.message());
  return {};
}

Value NodeTranslation::reshape(Value value, const Extents &extents) {
  if (value && cast<RankedTensorType>(value.getType()).getShape() ==
                   ArrayRef<int64_t>(extents))
    return value;
  return create<ReshapeOp>({value}, {}, extents);
}

Value NodeTranslation::alongDimension(Value value, int64_t at, size_t rank) {
  if (!value)
    return {};
  auto type = cast<RankedTensorType>(value.getType());
  // The dimensions before it are repeated anyway.
  Extents extents(rank - at, 1);
  extents.front() = type.getNumElements();
  return reshape(value, extents);
}

void NodeTranslation::yield(Value value) {
  if (value)
    yieldSame({.value = value});
}

void NodeTranslation::yieldSame(const Imported &imported) {
  if (!failed() && yielded < node.outputs.size())
    graph.define(node.outputs[yielded++], imported);
}

} // namespace layerpipe::onnx

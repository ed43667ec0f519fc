//===- Parameters.cpp - Initializers as parameters ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Parameters.h"

#include "Layerpipe/IR/LayerpipeOps.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include <cmath>
#include <fmt/format.h>

using namespace mlir;

namespace layerpipe::onnx {

/// The note is one line for each input of the exported program, such as
///   p_fc_weight: PARAMETER target='fc.weight'
constexpr llvm::StringLiteral noteKey =
    "pkg.torch.export.ExportedProgram.graph_signature";

constexpr const char *exportAdvice =
    "; export with torch.onnx.export(model.train(), ..., dynamo=False, "
    "training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False) or "
    "torch.onnx.export(model, ..., dynamo=True, optimize=False)";

void Parameters::readNote(const Model &model) {
  auto note = model.graph.metadata.find(noteKey.str());
  if (note == model.graph.metadata.end())
    return;
  hasNote = true;
  SmallVector<StringRef> lines;
  StringRef(note->second).split(lines, '\n');
  for (StringRef line : lines) {
    auto [before, target] = line.split(": PARAMETER target='");
    if (size_t end = target.find('\''); end != StringRef::npos)
      trained.insert(target.take_front(end).str());
  }
}

/// Refuses a file whose parameters an exporter has computed with: they are not
/// those of the user's model any more.
Result<void> Parameters::checkNames(const Model &model) const {
  std::set<std::string> names;
  for (const Initializer &initializer : model.graph.initializers) {
    names.insert(initializer.name);
    if (isFloat(initializer.tensor.element()) &&
        StringRef(initializer.name).starts_with("onnx::"))
      return Error{fmt::format("the exporter has computed '{}' from parameters "
                               "of the model, which are lost{}",
                               initializer.name, exportAdvice)};
  }
  for (const std::string &name : trained)
    if (!names.count(name))
      return Error{fmt::format("the parameter '{}' of the PyTorch model is "
                               "lost, since the exporter has computed with "
                               "it{}",
                               name, exportAdvice)};
  return {};
}

Result<Parameters> Parameters::create(const Model &model,
                                      const OnnxOptions &options) {
  Parameters parameters;
  parameters.reinitialize = options.reinitialize;
  for (const std::string &text : options.frozen) {
    auto pattern = llvm::GlobPattern::create(text);
    if (!pattern)
      return Error{fmt::format("'{}' is no pattern: {}", text,
                               llvm::toString(pattern.takeError()))};
    parameters.frozen.push_back(std::move(*pattern));
  }
  parameters.readNote(model);
  if (Result<void> known = parameters.checkNames(model); !known)
    return known.error();
  return parameters;
}

bool Parameters::isParameter(const Initializer &initializer) const {
  if (!isFloat(initializer.tensor.element()))
    return false;
  return hasNote ? trained.count(initializer.name) > 0
                 : !initializer.tensor.extents().empty();
}

bool Parameters::isFrozen(const std::string &name) const {
  return llvm::any_of(frozen, [&](const llvm::GlobPattern &pattern) {
    return pattern.match(name);
  });
}

/// Returns the elements as an attribute, which shares the tensor's memory if
/// they are f32.
static Result<ElementsAttr> valuesOf(RankedTensorType type, StringRef name,
                                     const Tensor &tensor) {
  if (tensor.element() == ElementType::float32) {
    std::string_view bytes = tensor.bytes();
    AsmResourceBlob blob(
        {bytes.data(), bytes.size()}, /*dataAlignment=*/1,
        [keep = tensor](void *, size_t, size_t) {},
        /*dataIsMutable=*/false);
    return ElementsAttr(
        DenseResourceElementsAttr::get(type, name, std::move(blob)));
  }
  Result<std::vector<float>> floats = tensor.toFloats();
  if (!floats)
    return floats.error();
  return ElementsAttr(DenseResourceElementsAttr::get(
      type, name,
      HeapAsmResourceBlob::allocateAndCopyInferAlign(
          ArrayRef<float>(*floats))));
}

/// Returns the bound of the uniform numbers from which PyTorch's layers start,
/// or the constant for which a normalisation changes nothing.
static std::pair<Init, float> freshStart(Role role) {
  if (role.kind == Role::weight)
    return {Init::uniform,
            float(1 / std::sqrt(double(std::max<int64_t>(role.terms, 1))))};
  return {Init::constant, role.kind == Role::scale ? 1.0f : 0.0f};
}

/// Creates the parameter with the tensor's elements.
static Result<ParameterOp> createGiven(OpBuilder &builder, Location loc,
                                       const std::string &name,
                                       const Tensor &tensor) {
  auto type = RankedTensorType::get(tensor.extents(), builder.getF32Type());
  if (!tensor.isSplat()) {
    Result<ElementsAttr> values = valuesOf(type, name, tensor);
    if (!values)
      return values.error();
    return ParameterOp::create(builder, loc, name, *values);
  }
  Tensor element({tensor.element(), {1}}, std::string(tensor.bytes()));
  Result<std::vector<float>> number = element.toFloats();
  if (!number)
    return number.error();
  return ParameterOp::create(builder, loc, type, name, Init::constant,
                             llvm::APFloat(number->front()));
}

Result<Value> Parameters::create(OpBuilder &builder, Location loc,
                                 const std::string &name, const Tensor &tensor,
                                 bool isTrained, Role role) const {
  auto fail = [&](const std::string &what) {
    return Error{fmt::format("'{}' can't be a parameter: {}", name, what)};
  };
  if (!isFloat(tensor.element()))
    return fail(fmt::format("it is {}", toText(tensor.type())));
  if (tensor.count() == 0)
    return fail("it has no elements");
  auto type = RankedTensorType::get(tensor.extents(), builder.getF32Type());
  isTrained &= !isFrozen(name);
  Value value;
  if (reinitialize && isTrained && role.kind != Role::other) {
    auto [init, number] = freshStart(role);
    value = ParameterOp::create(builder, loc, type, name, init,
                                llvm::APFloat(number));
  } else {
    Result<ParameterOp> parameter = createGiven(builder, loc, name, tensor);
    if (!parameter)
      return fail(parameter.message());
    value = parameter->getResult();
  }
  if (!isTrained)
    value = DetachOp::create(builder, loc, type, value);
  return value;
}

} // namespace layerpipe::onnx

//===- OpWriters.cpp - Ops as ONNX nodes ----------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Version 17 of the operators has no Gelu, Mish, or SiLU; they are written as
// what they are made of.
//
//===----------------------------------------------------------------------===//

#include "OpWriters.h"

#include "llvm/ADT/StringMap.h"

#include <cmath>

using namespace mlir;

namespace layerpipe::target {

static std::string operand(ModelWriter &model, Operation *op, unsigned index) {
  return model.nameOf(op->getOperand(index));
}

Names operandNames(const ModelWriter &model, Operation *op) {
  Names names;
  for (Value value : op->getOperands())
    names.push_back(model.nameOf(value));
  return names;
}

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

static double number(const llvm::APFloat &value) {
  return value.convertToDouble();
}

/// Writes an op as one node of the same operands.
#define LAYERPIPE_NODE(OP, NAME)                                               \
  {OP::getOperationName(), [](ModelWriter &model, Operation *op) {             \
     return model.add(NAME, operandNames(model, op));                          \
   }}

template <typename OpTy>
static std::string alpha(ModelWriter &model, Operation *op, const char *name) {
  return model.add(name, operandNames(model, op),
                   {{"alpha", number(cast<OpTy>(op).getAlpha())}});
}

/// Writes nothing: the model computes what an evaluation does.
static std::string sameAsOperand(ModelWriter &model, Operation *op) {
  return operand(model, op, 0);
}

static std::string linear(ModelWriter &model, Operation *op) {
  return model.add("Gemm", operandNames(model, op), {{"transB", int64_t(1)}});
}

static std::string matmul(ModelWriter &model, Operation *op) {
  auto product = cast<MatmulOp>(op);
  Names names = operandNames(model, op);
  // The last two dimensions of an operand may be swapped.
  const bool flags[] = {product.getTransposeA(), product.getTransposeB()};
  for (auto [index, isTransposed] : llvm::enumerate(flags)) {
    if (!isTransposed)
      continue;
    std::vector<int64_t> permutation;
    int64_t rank = product.getResult().getType().getRank();
    for (int64_t k = 0; k < rank; ++k)
      permutation.push_back(k < rank - 2 ? k : 2 * rank - 3 - k);
    names[index] =
        model.add("Transpose", {names[index]},
                  {NodeAttribute{"perm", ArrayRef<int64_t>(permutation)}});
  }
  return model.add("MatMul", names);
}

/// Writes a batch normalisation in its form for inference. Its scale and offset
/// are products and sums behind it.
static std::string batchNorm(ModelWriter &model, Operation *op) {
  auto norm = cast<BatchNormOp>(op);
  int64_t channels = shapeOf(norm.getX())[1];
  return model.add("BatchNormalization",
                   {operand(model, op, 0), model.vector(channels, 1),
                    model.vector(channels, 0), operand(model, op, 1),
                    operand(model, op, 2)},
                   {{"epsilon", number(norm.getEpsilon())}});
}

static std::string gelu(ModelWriter &model, Operation *op) {
  std::string x = operand(model, op, 0);
  std::string scaled = model.add("Mul", {x, model.constant(M_SQRT1_2)});
  std::string error = model.add("Erf", {scaled});
  std::string half = model.constant(0.5);
  std::string share = model.add("Add", {model.add("Mul", {error, half}), half});
  return model.add("Mul", {x, share});
}

static std::string geluTanh(ModelWriter &model, Operation *op) {
  std::string x = operand(model, op, 0);
  std::string cube = model.add("Mul", {model.add("Mul", {x, x}), x});
  std::string inner =
      model.add("Add", {x, model.add("Mul", {cube, model.constant(0.044715)})});
  std::string tanh = model.add(
      "Tanh", {model.add("Mul", {inner, model.constant(0.7978845608028654)})});
  std::string half = model.constant(0.5);
  std::string share = model.add("Add", {model.add("Mul", {tanh, half}), half});
  return model.add("Mul", {x, share});
}

static std::string silu(ModelWriter &model, Operation *op) {
  std::string x = operand(model, op, 0);
  return model.add("Mul", {x, model.add("Sigmoid", {x})});
}

static std::string mish(ModelWriter &model, Operation *op) {
  std::string x = operand(model, op, 0);
  return model.add("Mul", {x, model.add("Tanh", {model.add("Softplus", {x})})});
}

static std::string selu(ModelWriter &model, Operation *op) {
  auto selu = cast<SeluOp>(op);
  return model.add(
      "Selu", operandNames(model, op),
      {{"alpha", number(selu.getAlpha())}, {"gamma", number(selu.getGamma())}});
}

static std::string hardSigmoid(ModelWriter &model, Operation *op) {
  auto sigmoid = cast<HardSigmoidOp>(op);
  return model.add("HardSigmoid", operandNames(model, op),
                   {{"alpha", number(sigmoid.getAlpha())},
                    {"beta", number(sigmoid.getBeta())}});
}

static std::string clip(ModelWriter &model, Operation *op) {
  auto clip = cast<ClipOp>(op);
  return model.add("Clip", {operand(model, op, 0),
                            model.constant(number(clip.getLeast())),
                            model.constant(number(clip.getMost()))});
}

static std::string rsqrt(ModelWriter &model, Operation *op) {
  std::string x = model.add(
      "Add", {operand(model, op, 0),
              model.constant(number(cast<RsqrtOp>(op).getEpsilon()))});
  return model.add("Reciprocal", {model.add("Sqrt", {x})});
}

static std::string square(ModelWriter &model, Operation *op) {
  std::string x = operand(model, op, 0);
  return model.add("Mul", {x, x});
}

/// Writes a comparison, which makes truth values in ONNX.
static std::string compare(ModelWriter &model, Operation *op,
                           const char *name) {
  return model.add("Cast", {model.add(name, operandNames(model, op))},
                   {{"to", int64_t(::onnx::TensorProto::FLOAT)}});
}

static std::string reshapeTo(ModelWriter &model, const std::string &value,
                             ArrayRef<int64_t> shape) {
  return model.add("Reshape", {value, model.constant(shape)});
}

static std::string reshape(ModelWriter &model, Operation *op) {
  return reshapeTo(model, operand(model, op, 0), shapeOf(op->getResult(0)));
}

/// Writes a reduction to a shape that broadcasts to the operand's. Dimensions
/// that are missing at its front are reduced, too.
static std::string reduce(ModelWriter &model, Operation *op, const char *name) {
  ArrayRef<int64_t> from = shapeOf(op->getOperand(0)),
                    to = shapeOf(op->getResult(0));
  SmallVector<int64_t> axes;
  const size_t missing = from.size() - to.size();
  for (size_t axis = 0; axis < from.size(); ++axis)
    if (axis < missing || to[axis - missing] != from[axis])
      axes.push_back(int64_t(axis));
  if (axes.empty())
    return reshapeTo(model, operand(model, op, 0), to);
  NodeAttribute keeps{"keepdims", int64_t(1)};
  // The axes of sums are an operand since version 13, others since 18.
  std::string reduced =
      StringRef(name) == "ReduceSum"
          ? model.add(name, {operand(model, op, 0), model.constant(axes)},
                      {keeps})
          : model.add(name, {operand(model, op, 0)},
                      {NodeAttribute{"axes", ArrayRef<int64_t>(axes)}, keeps});
  return missing == 0 ? reduced : reshapeTo(model, reduced, to);
}

static std::string pad(ModelWriter &model, Operation *op) {
  auto pad = cast<PadOp>(op);
  SmallVector<int64_t> pads(pad.getLow());
  llvm::append_range(pads, pad.getHigh());
  return model.add("Pad", {operand(model, op, 0),
                           model.constant(ArrayRef<int64_t>(pads)),
                           model.constant(number(pad.getValue()))});
}

static std::string slice(ModelWriter &model, Operation *op) {
  auto slice = cast<SliceOp>(op);
  return model.add(
      "Slice",
      {operand(model, op, 0),
       model.constant(ArrayRef<int64_t>{int64_t(slice.getBegin())}),
       model.constant(ArrayRef<int64_t>{int64_t(slice.getEnd())}),
       model.constant(ArrayRef<int64_t>{int64_t(slice.getDimension())})});
}

static std::string transpose(ModelWriter &model, Operation *op) {
  return model.add(
      "Transpose", operandNames(model, op),
      {NodeAttribute{"perm", cast<TransposeOp>(op).getPermutation()}});
}

/// Writes shares along one dimension.
template <typename OpTy>
static std::string shares(ModelWriter &model, Operation *op, const char *name) {
  return model.add(name, operandNames(model, op),
                   {{"axis", cast<OpTy>(op).getDimensions().front()}});
}

namespace {

struct OpWriter {
  StringRef name;
  WriteOp write;
};

} // namespace

static const llvm::StringMap<WriteOp> &writers() {
  static const llvm::StringMap<WriteOp> table = [] {
    const OpWriter entries[] = {
        LAYERPIPE_NODE(AbsOp, "Abs"),
        LAYERPIPE_NODE(AddOp, "Add"),
        LAYERPIPE_NODE(DivOp, "Div"),
        LAYERPIPE_NODE(ErfOp, "Erf"),
        LAYERPIPE_NODE(ExpOp, "Exp"),
        LAYERPIPE_NODE(HardSwishOp, "HardSwish"),
        LAYERPIPE_NODE(LogOp, "Log"),
        LAYERPIPE_NODE(MaxOp, "Max"),
        LAYERPIPE_NODE(MinOp, "Min"),
        LAYERPIPE_NODE(MulOp, "Mul"),
        LAYERPIPE_NODE(NegOp, "Neg"),
        LAYERPIPE_NODE(PowOp, "Pow"),
        LAYERPIPE_NODE(ReciprocalOp, "Reciprocal"),
        LAYERPIPE_NODE(ReluOp, "Relu"),
        LAYERPIPE_NODE(SigmoidOp, "Sigmoid"),
        LAYERPIPE_NODE(SoftplusOp, "Softplus"),
        LAYERPIPE_NODE(SoftsignOp, "Softsign"),
        LAYERPIPE_NODE(SqrtOp, "Sqrt"),
        LAYERPIPE_NODE(SubOp, "Sub"),
        LAYERPIPE_NODE(TanhOp, "Tanh"),
        {BatchNormOp::getOperationName(), batchNorm},
        {ClipOp::getOperationName(), clip},
        {ConcatOp::getOperationName(),
         [](ModelWriter &model, Operation *op) {
           return model.add(
               "Concat", operandNames(model, op),
               {{"axis", int64_t(cast<ConcatOp>(op).getDimension())}});
         }},
        {DetachOp::getOperationName(), sameAsOperand},
        {DropoutOp::getOperationName(), sameAsOperand},
        {EluOp::getOperationName(),
         [](ModelWriter &model, Operation *op) {
           return alpha<EluOp>(model, op, "Elu");
         }},
        {EqualOp::getOperationName(),
         [](ModelWriter &model, Operation *op) {
           return compare(model, op, "Equal");
         }},
        {ExpandOp::getOperationName(),
         [](ModelWriter &model, Operation *op) {
           return model.add("Expand",
                            {operand(model, op, 0),
                             model.constant(shapeOf(op->getResult(0)))});
         }},
        {FlattenOp::getOperationName(), reshape},
        {GeluOp::getOperationName(), gelu},
        {GeluTanhOp::getOperationName(), geluTanh},
        {HardSigmoidOp::getOperationName(), hardSigmoid},
        {LeakyReluOp::getOperationName(),
         [](ModelWriter &model, Operation *op) {
           return alpha<LeakyReluOp>(model, op, "LeakyRelu");
         }},
        {LessOp::getOperationName(),
         [](ModelWriter &model, Operation *op) {
           return compare(model, op, "Less");
         }},
        {LinearOp::getOperationName(), linear},
        {LogSoftmaxOp::getOperationName(),
         [](ModelWriter &model, Operation *op) {
           return shares<LogSoftmaxOp>(model, op, "LogSoftmax");
         }},
        {MatmulOp::getOperationName(), matmul},
        {MishOp::getOperationName(), mish},
        {PadOp::getOperationName(), pad},
        {PowerOp::getOperationName(),
         [](ModelWriter &model, Operation *op) {
           double exponent = number(cast<PowerOp>(op).getExponent());
           return model.add("Pow",
                            {operand(model, op, 0), model.constant(exponent)});
         }},
        {ReduceMaxOp::getOperationName(),
         [](ModelWriter &model, Operation *op) {
           return reduce(model, op, "ReduceMax");
         }},
        {ReduceMeanOp::getOperationName(),
         [](ModelWriter &model, Operation *op) {
           return reduce(model, op, "ReduceMean");
         }},
        {ReduceSumOp::getOperationName(),
         [](ModelWriter &model, Operation *op) {
           return reduce(model, op, "ReduceSum");
         }},
        {ReshapeOp::getOperationName(), reshape},
        {RsqrtOp::getOperationName(), rsqrt},
        {ScaleOp::getOperationName(),
         [](ModelWriter &model, Operation *op) {
           double factor = number(cast<ScaleOp>(op).getFactor());
           return model.add("Mul",
                            {operand(model, op, 0), model.constant(factor)});
         }},
        {SeluOp::getOperationName(), selu},
        {ShiftOp::getOperationName(),
         [](ModelWriter &model, Operation *op) {
           double amount = number(cast<ShiftOp>(op).getAmount());
           return model.add("Add",
                            {operand(model, op, 0), model.constant(amount)});
         }},
        {SiluOp::getOperationName(), silu},
        {SliceOp::getOperationName(), slice},
        {SoftmaxOp::getOperationName(),
         [](ModelWriter &model, Operation *op) {
           return shares<SoftmaxOp>(model, op, "Softmax");
         }},
        {SquareOp::getOperationName(), square},
        {ThresholdedReluOp::getOperationName(),
         [](ModelWriter &model, Operation *op) {
           return alpha<ThresholdedReluOp>(model, op, "ThresholdedRelu");
         }},
        {TrainOrEvalOp::getOperationName(),
         [](ModelWriter &model, Operation *op) {
           return operand(model, op, 1);
         }},
        {TransposeOp::getOperationName(), transpose},
    };
    llvm::StringMap<WriteOp> map;
    for (const OpWriter &entry : entries)
      map[entry.name] = entry.write;
    return map;
  }();
  return table;
}

WriteOp findOpWriter(Operation *op) {
  // Shares along several dimensions are written as what they are made of.
  if (auto softmax = dyn_cast<SoftmaxOp>(op);
      softmax && softmax.getDimensions().size() != 1)
    return nullptr;
  if (auto softmax = dyn_cast<LogSoftmaxOp>(op);
      softmax && softmax.getDimensions().size() != 1)
    return nullptr;
  if (WriteOp write = findWindowWriter(op))
    return write;
  return writers().lookup(op->getName().getStringRef());
}

} // namespace layerpipe::target

//===- LayerpipePointwiseOps.td - ops that are scalar formulas -*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A definition below is all there is of an op: the formula of an element and
// that of its gradient, in the terms of LayerpipeScalar.h. The interpreter,
// native code, traffic, splitting and the tests of gradients follow from it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_POINTWISE_OPS
#define LAYERPIPE_POINTWISE_OPS

include "Layerpipe/IR/LayerpipeAttrs.td"
include "Layerpipe/IR/LayerpipeInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// The code of these ops is in their definitions; the classes below put it into
// the methods of the interfaces.
class Layerpipe_Method<string signature, string body> {
  string text = signature # " {\n" # body # "\n}\n";
}

class Layerpipe_BuildScalars<string prelude, string formula> : Layerpipe_Method<
    "::llvm::SmallVector<::mlir::Value> $cppClass::buildScalars("
    "::mlir::OpBuilder &builder, ::mlir::ValueRange operands, "
    "[[maybe_unused]] const ::layerpipe::LoopScalars &scalars)",
    "auto operand = [&](unsigned k) {"
    " return ::layerpipe::Scalar(builder, getLoc(), operands[k]); };\n"
    # prelude # "return {" # formula # "};">;

class Layerpipe_BuildBackward<string body> : Layerpipe_Method<
    "void $cppClass::buildBackward(::mlir::OpBuilder &builder, ::mlir::Value dy, "
    "::llvm::ArrayRef<bool> needed, ::llvm::MutableArrayRef<::mlir::Value> gradients)",
    "(void)needed;\n[[maybe_unused]] ::mlir::Location loc = getLoc();\n" # body>;

class Layerpipe_InferTypes<string body> : Layerpipe_Method<
    "::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *context, "
    "std::optional<::mlir::Location> loc, Adaptor op, "
    "::llvm::SmallVectorImpl<::mlir::Type> &types)",
    "(void)context; (void)loc;\n" # body>;

// These are the attributes of formulas: numbers that the formula names.
def Layerpipe_Number : ConfinedAttr<F64Attr, [
    AttrConstraint<CPred<"::llvm::cast<::mlir::FloatAttr>($_self).getValue().isFinite()">,
                   "that is finite">]>;
class Layerpipe_NumberOr<string value> : DefaultValuedAttr<Layerpipe_Number, value>;

// `kind` is the role of an op that has no attribute `layerpipe.role`.
class Layerpipe_LoopOp<string mnemonic, list<Trait> traits = [], string kind = "forward">
    : Layerpipe_Op<mnemonic,
    !listconcat([Pure, ComputeOpInterface, SplittableOpInterface], traits)> {
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let extraClassDeclaration = [{
    ::layerpipe::TaskKind getTaskKind() {
      return ::layerpipe::roleOf(getOperation(), ::layerpipe::TaskKind::}] # kind # [{);
    }
    ::llvm::SmallVector<::layerpipe::OpSplitRule> getSplitRules() {
      return ::layerpipe::loopSplitRules(getOperation());
    }
  }];
}

//===----------------------------------------------------------------------===//
// Functions of one value
//===----------------------------------------------------------------------===//

class Layerpipe_UnaryBase<string mnemonic, string formula, string prelude, dag attributes,
                          string backward, list<Trait> traits = []>
    : Layerpipe_LoopOp<mnemonic, !listconcat(traits, [
        DeclareOpInterfaceMethods<LoopOpInterface>, Layerpipe_ShapeRules, InferTypeOpAdaptor,
        DeclareOpInterfaceMethods<DifferentiableOpInterface>])> {
  let arguments = !con((ins Layerpipe_Tensor:$x), attributes);
  let results = (outs Layerpipe_Tensor:$result);
  let extraClassDefinition =
      Layerpipe_BuildScalars<"auto x = operand(0);\n" # prelude, formula>.text
      # Layerpipe_BuildBackward<backward>.text
      # Layerpipe_InferTypes<"types.push_back(op.getX().getType()); return ::mlir::success();">.text;
}

class Layerpipe_UnaryGradOp<string mnemonic, string words, string saved, string slope,
                            string prelude, dag attributes, string example>
    : Layerpipe_LoopOp<mnemonic # "_grad", [
        SameOperandsAndResultType, DeclareOpInterfaceMethods<LoopOpInterface>],
        "activation_grad"> {
  let summary = "gradient of `layerpipe." # mnemonic # "` from its "
                # !if(!eq(saved, "y"), "result", "operand") # ": " # words;
  let description = "Example: `%dx = layerpipe." # mnemonic # "_grad %dy, %" # saved # example
                    # " : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>`\n";
  let arguments = !con((ins Layerpipe_Tensor:$dy),
                       !dag(ins, [Layerpipe_Tensor], [saved]), attributes);
  let results = (outs Layerpipe_Tensor:$dx);
  let extraClassDefinition = Layerpipe_BuildScalars<
      "auto dy = operand(0), " # saved # " = operand(1);\n" # prelude, slope>.text;
}

// Defines NAME#Op and NAME#GradOp. `saved` is what the gradient reads beside
// dy: x, the operand, or y, the result, which needs less memory where x is not
// kept for others. `prelude` is code before both formulas, and `example` the
// attributes in the example of the documentation.
multiclass Layerpipe_Unary<string mnemonic, string words, string formula, string saved,
                           string slopeWords, string slope, dag attributes = (ins),
                           string prelude = "", string example = ""> {
  let opDocGroup = Layerpipe_LayerGroup in
  def Op : Layerpipe_UnaryBase<mnemonic, formula, prelude, attributes,
      "gradients[0] = " # NAME # "GradOp::create(builder, loc, ::mlir::TypeRange{::mlir::Type(getX().getType())}, "
      "::mlir::ValueRange{dy, " # !if(!eq(saved, "y"), "getResult()", "getX()") # "}, "
      "::layerpipe::ownAttributes(*this));"> {
    let summary = words # ", elementwise";
    let description = "Example: `%y = layerpipe." # mnemonic
                      # " %x" # example # " : (tensor<4x2xf32>) -> tensor<4x2xf32>`\n";
  }
  let opDocGroup = Layerpipe_GradientGroup in
  def GradOp : Layerpipe_UnaryGradOp<mnemonic, slopeWords, saved, slope, prelude, attributes,
                                     example>;
}

// A function whose gradient is the function itself, of dy.
class Layerpipe_LinearUnaryOp<string name, string mnemonic, string words, string formula,
                              dag attributes = (ins), string prelude = "">
    : Layerpipe_UnaryBase<mnemonic, formula, prelude, attributes,
        "gradients[0] = " # name # "::create(builder, loc, ::mlir::TypeRange{::mlir::Type(getX().getType())}, "
        "::mlir::ValueRange{dy}, ::layerpipe::ownAttributes(*this));"> {
  let summary = words # ", elementwise";
  let opDocGroup = Layerpipe_LayerGroup;
}

defm Relu : Layerpipe_Unary<"relu", "rectified linear unit: max(x, 0)",
    // This is not max(x, 0), so that NaN passes through.
    "select(x < 0.0, 0.0, x)",
    "y", "dy where y > 0, else 0", "select(y > 0.0, dy, 0.0)">;

defm Tanh : Layerpipe_Unary<"tanh", "hyperbolic tangent", "tanh(x)",
    "y", "dy·(1 − y²)", "dy * (1.0 - y * y)">;

defm Sigmoid : Layerpipe_Unary<"sigmoid", "logistic function: 1/(1 + e⁻ˣ)",
    "1.0 / (1.0 + exp(-x))",
    "y", "dy·y·(1 − y)", "dy * (y * (1.0 - y))">;

defm Silu : Layerpipe_Unary<"silu", "sigmoid linear unit: x/(1 + e⁻ˣ)",
    "x / (1.0 + exp(-x))",
    "x", "dy·s·(1 + x·(1 − s)), s = 1/(1 + e⁻ˣ)",
    "dy * (s * (1.0 + x * (1.0 - s)))", (ins),
    "[[maybe_unused]] auto s = 1.0 / (1.0 + exp(-x));\n">;

defm Gelu : Layerpipe_Unary<"gelu", "Gaussian error linear unit: x·Φ(x)",
    "x * (0.5 + 0.5 * erf(x * M_SQRT1_2))",
    "x", "dy·(Φ(x) + x·φ(x))",
    "dy * (0.5 + 0.5 * erf(x * M_SQRT1_2) + x * (exp(x * x * -0.5) * 0.3989422804014327))">;

defm GeluTanh : Layerpipe_Unary<"gelu_tanh",
    "Gaussian error linear unit by tanh: x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³)))",
    "0.5 * x * (1.0 + t)",
    "x", "its derivative, times dy",
    "dy * (0.5 * (1.0 + t) + x * ((1.0 - t * t) * (0.3989422804014327 + x * x * 0.0535161122)))",
    (ins),
    "auto t = tanh((x + 0.044715 * (x * x * x)) * 0.7978845608028654);\n">;

defm Elu : Layerpipe_Unary<"elu", "exponential linear unit: x where x > 0, else α·(eˣ − 1)",
    "select(x <= 0.0, (exp(x) - 1.0) * alpha, x)",
    "y", "dy where y > 0, else dy·(y + α)",
    "select(y > 0.0, dy, dy * (y + alpha))",
    (ins Layerpipe_NumberOr<"1.0">:$alpha),
    "double alpha = getAlpha().convertToDouble();\n">;

defm Selu : Layerpipe_Unary<"selu",
    "scaled exponential linear unit: γ·x where x > 0, else γ·α·(eˣ − 1)",
    "select(x <= 0.0, (exp(x) - 1.0) * (alpha * gamma), x * gamma)",
    "y", "dy·γ where y > 0, else dy·(y + γ·α)",
    "select(y > 0.0, dy * gamma, dy * (y + alpha * gamma))",
    (ins Layerpipe_NumberOr<"1.6732632423543772">:$alpha,
         Layerpipe_NumberOr<"1.0507009873554805">:$gamma),
    "double alpha = getAlpha().convertToDouble(), gamma = getGamma().convertToDouble();\n">;

defm LeakyRelu : Layerpipe_Unary<"leaky_relu", "leaky rectifier: x where x ≥ 0, else α·x",
    "select(x < 0.0, x * alpha, x)",
    "x", "dy where x > 0, else α·dy", "select(x > 0.0, dy, dy * alpha)",
    (ins Layerpipe_NumberOr<"0.01">:$alpha),
    "double alpha = getAlpha().convertToDouble();\n">;

defm ThresholdedRelu : Layerpipe_Unary<"thresholded_relu", "thresholded rectifier: x where x > α, else 0",
    "select(x <= alpha, 0.0, x)",
    "x", "dy where x > α, else 0", "select(x > alpha, dy, 0.0)",
    (ins Layerpipe_NumberOr<"1.0">:$alpha),
    "double alpha = getAlpha().convertToDouble();\n">;

defm HardSigmoid : Layerpipe_Unary<"hard_sigmoid", "sigmoid of straight lines: α·x + β, kept between 0 and 1",
    "min(max(x * alpha + beta, 0.0), 1.0)",
    "y", "α·dy where 0 < y < 1, else 0",
    "select(y > 0.0, select(y < 1.0, dy * alpha, 0.0), 0.0)",
    (ins Layerpipe_NumberOr<"0.2">:$alpha, Layerpipe_NumberOr<"0.5">:$beta),
    "[[maybe_unused]] double alpha = getAlpha().convertToDouble(), beta = getBeta().convertToDouble();\n">;

defm HardSwish : Layerpipe_Unary<"hard_swish", "swish of straight lines: x·min(max(x/6 + 1/2, 0), 1)",
    "x * min(max(x * (1.0 / 6.0) + 0.5, 0.0), 1.0)",
    "x", "0 where x < −3, dy where x > 3, else dy·(x/3 + 1/2)",
    "select(x < -3.0, 0.0, select(x > 3.0, dy, dy * (x * (1.0 / 3.0) + 0.5)))">;

defm Clip : Layerpipe_Unary<"clip", "clipping: x, kept between two numbers",
    "min(max(x, least), most)",
    "x", "dy where x lies between them, else 0",
    "select(x < least, 0.0, select(x > most, 0.0, dy))",
    (ins Layerpipe_NumberOr<"-3.4028234663852886e+38">:$least,
         Layerpipe_NumberOr<"3.4028234663852886e+38">:$most),
    "double least = getLeast().convertToDouble(), most = getMost().convertToDouble();\n">;

defm Softplus : Layerpipe_Unary<"softplus", "soft rectifier: log(1 + eˣ)",
    // Neither exponential overflows.
    "max(x, 0.0) + log1p(exp(-abs(x)))",
    "x", "dy/(1 + e⁻ˣ)", "dy / (1.0 + exp(-x))">;

defm Softsign : Layerpipe_Unary<"softsign", "soft sign: x/(1 + abs x)", "x / (1.0 + abs(x))",
    "x", "dy/(1 + abs x)²", "dy / ((1.0 + abs(x)) * (1.0 + abs(x)))">;

defm Mish : Layerpipe_Unary<"mish", "mish: x·tanh(log(1 + eˣ))", "x * t",
    "x", "dy·(t + x·(1 − t²)/(1 + e⁻ˣ)), t = tanh(log(1 + eˣ))",
    "dy * (t + x * ((1.0 - t * t) / (1.0 + exp(-x))))", (ins),
    "auto t = tanh(max(x, 0.0) + log1p(exp(-abs(x))));\n">;

defm Exp : Layerpipe_Unary<"exp", "exponential function", "exp(x)", "y", "dy·y", "dy * y">;
defm Log : Layerpipe_Unary<"log", "natural logarithm", "log(x)", "x", "dy/x", "dy / x">;
defm Erf : Layerpipe_Unary<"erf", "error function", "erf(x)",
    "x", "dy·2/√π·e^(−x²)", "dy * (exp(-(x * x)) * 1.1283791670955126)">;
defm Sqrt : Layerpipe_Unary<"sqrt", "square root", "sqrt(x)", "y", "dy/(2·y)", "dy / (2.0 * y)">;
defm Rsqrt : Layerpipe_Unary<"rsqrt", "reciprocal square root: 1/√(x + ε)",
    "1.0 / sqrt(x + epsilon)",
    "y", "−dy·y³/2", "dy * (y * y * y * -0.5)",
    (ins Layerpipe_NumberOr<"0.0">:$epsilon),
    "[[maybe_unused]] double epsilon = getEpsilon().convertToDouble();\n">;
defm Reciprocal : Layerpipe_Unary<"reciprocal", "reciprocal: 1/x", "1.0 / x",
    "y", "−dy·y²", "-(dy * (y * y))">;
defm Square : Layerpipe_Unary<"square", "square: x²", "x * x", "x", "2·dy·x", "2.0 * (dy * x)">;
defm Abs : Layerpipe_Unary<"abs", "absolute value", "abs(x)",
    "x", "dy with x's sign, 0 where x is 0",
    "select(x > 0.0, dy, select(x < 0.0, -dy, dy * 0.0))">;
defm Power : Layerpipe_Unary<"power", "power with a fixed exponent: xᵖ", "pow(x, x.number(exponent))",
    "x", "dy·p·x^(p − 1)", "dy * (pow(x, x.number(exponent - 1.0)) * exponent)",
    (ins Layerpipe_Number:$exponent),
    "double exponent = getExponent().convertToDouble();\n", " {exponent = 3.0}">;

def NegOp : Layerpipe_LinearUnaryOp<"NegOp", "neg", "negation: −x", "-x"> {
  let description = [{
    Example: `%y = layerpipe.neg %x : (tensor<4x2xf32>) -> tensor<4x2xf32>`
  }];
}
def ScaleOp : Layerpipe_LinearUnaryOp<"ScaleOp", "scale", "a number times x", "x * factor",
    (ins Layerpipe_Number:$factor), "double factor = getFactor().convertToDouble();\n"> {
  let description = [{
    Example: `%y = layerpipe.scale %x {factor = 5.0e-1} : (tensor<4x2xf32>) -> tensor<4x2xf32>`
  }];
}

def ShiftOp : Layerpipe_UnaryBase<"shift", "x + amount",
    "double amount = getAmount().convertToDouble();\n", (ins Layerpipe_Number:$amount),
    "gradients[0] = dy;"> {
  let summary = "x and a number, added, elementwise";
  let opDocGroup = Layerpipe_LayerGroup;
  let description = [{
    Example: `%y = layerpipe.shift %x {amount = 5.0e-1} : (tensor<4x2xf32>) -> tensor<4x2xf32>`
  }];
}

//===----------------------------------------------------------------------===//
// Functions of two values
//===----------------------------------------------------------------------===//

// `gradientOfA` and `gradientOfB` are ops that make the gradients from dy, with
// the result's shape; they are summed where an operand was repeated.
class Layerpipe_BinaryOp<string mnemonic, string words, string formula, string gradientOfA,
                         string gradientOfB> : Layerpipe_LoopOp<mnemonic, [
        DeclareOpInterfaceMethods<LoopOpInterface>, Layerpipe_ShapeRules, InferTypeOpAdaptor,
        DeclareOpInterfaceMethods<DifferentiableOpInterface>]> {
  let summary = words # ", elementwise";
  let opDocGroup = Layerpipe_LayerGroup;
  let description = [{
    Shapes broadcast as NumPy's do: they are aligned at their last dimensions, and
    a dimension of size 1, or one that is missing, is repeated.

    Constraint:
    * A1: the shapes broadcast.

    Example: `%y = layerpipe.}] # mnemonic
      # [{ %a, %b : (tensor<4x2xf32>, tensor<2xf32>) -> tensor<4x2xf32>`
  }];
  let arguments = (ins Layerpipe_Tensor:$a, Layerpipe_Tensor:$b);
  let results = (outs Layerpipe_Tensor:$result);
  let extraClassDefinition =
      Layerpipe_BuildScalars<"auto a = operand(0), b = operand(1);\n", formula>.text
      # Layerpipe_BuildBackward<
          "::mlir::Value a = getA(), b = getB(), y = getResult();\n(void)a; (void)b; (void)y;\n"
          "if (needed[0]) gradients[0] = ::layerpipe::sumTo(builder, a.getType(), "
          # gradientOfA # ");\n"
          "if (needed[1]) gradients[1] = ::layerpipe::sumTo(builder, b.getType(), "
          # gradientOfB # ");">.text
      # Layerpipe_InferTypes<
          "return ::layerpipe::inferBroadcast(context, loc, op.getOperands(), types);">.text;
}

def AddOp : Layerpipe_BinaryOp<"add", "sum of two tensors", "a + b", "dy", "dy">;
def SubOp : Layerpipe_BinaryOp<"sub", "difference of two tensors", "a - b", "dy",
    "NegOp::create(builder, loc, dy)">;
def MulOp : Layerpipe_BinaryOp<"mul", "product of two tensors", "a * b",
    "MulOp::create(builder, loc, dy, b)", "MulOp::create(builder, loc, dy, a)">;
def DivOp : Layerpipe_BinaryOp<"div", "quotient of two tensors", "a / b",
    "DivOp::create(builder, loc, dy, b)", "DivGradOp::create(builder, loc, y.getType(), dy, y, b)">;
def MaxOp : Layerpipe_BinaryOp<"max", "larger of two tensors", "max(a, b)",
    "LargerGradOp::create(builder, loc, y.getType(), dy, a, b)",
    "LargerGradOp::create(builder, loc, y.getType(), dy, b, a)">;
def MinOp : Layerpipe_BinaryOp<"min", "smaller of two tensors", "min(a, b)",
    "LargerGradOp::create(builder, loc, y.getType(), dy, b, a)",
    "LargerGradOp::create(builder, loc, y.getType(), dy, a, b)">;
def PowOp : Layerpipe_BinaryOp<"pow", "a to the power b", "pow(a, b)",
    "PowBaseGradOp::create(builder, loc, y.getType(), dy, a, b)",
    "PowExponentGradOp::create(builder, loc, y.getType(), dy, a, y)">;

// Comparisons are 1 where they hold and 0 elsewhere; no gradient passes them.
class Layerpipe_ComparisonOp<string mnemonic, string words, string formula>
    : Layerpipe_LoopOp<mnemonic, [
        DeclareOpInterfaceMethods<LoopOpInterface>, Layerpipe_ShapeRules, InferTypeOpAdaptor]> {
  let summary = "1 where " # words # ", else 0, elementwise";
  let opDocGroup = Layerpipe_LayerGroup;
  let description = [{
    Shapes and constraint A1 are as for `layerpipe.add`. No gradient passes this
    op.

    Example: `%y = layerpipe.}] # mnemonic
      # [{ %a, %b : (tensor<4x2xf32>, tensor<2xf32>) -> tensor<4x2xf32>`
  }];
  let arguments = (ins Layerpipe_Tensor:$a, Layerpipe_Tensor:$b);
  let results = (outs Layerpipe_Tensor:$result);
  let extraClassDefinition =
      Layerpipe_BuildScalars<"auto a = operand(0), b = operand(1);\n",
                             "select(" # formula # ", a.number(1.0), a.number(0.0))">.text
      # Layerpipe_InferTypes<
          "return ::layerpipe::inferBroadcast(context, loc, op.getOperands(), types);">.text;
}
def EqualOp : Layerpipe_ComparisonOp<"equal", "a equals b", "a == b">;
def LessOp : Layerpipe_ComparisonOp<"less", "a is less than b", "a < b">;

// Gradients with respect to an operand of these functions have the result's
// shape.
class Layerpipe_TernaryGradOp<string mnemonic, string words, string first, string second,
                              string formula> : Layerpipe_LoopOp<mnemonic, [
    DeclareOpInterfaceMethods<LoopOpInterface>], "activation_grad"> {
  let summary = words;
  let opDocGroup = Layerpipe_GradientGroup;
  let description = [{
    The result has the shape of dy; operands of other shapes are broadcast to it.

    Constraint:
    * BB1: the result has dy's type, to which the operands broadcast.

    Example: `%d = layerpipe.}] # mnemonic # " %dy, %" # first # ", %" # second
      # [{ : (tensor<4x2xf32>, tensor<4x2xf32>, tensor<2xf32>) -> tensor<4x2xf32>`
  }];
  let arguments = !con((ins Layerpipe_Tensor:$dy),
                       !dag(ins, [Layerpipe_Tensor, Layerpipe_Tensor], [first, second]));
  let results = (outs Layerpipe_Tensor:$gradient);
  let hasVerifier = 1;
  let extraClassDefinition = Layerpipe_BuildScalars<
      "auto dy = operand(0), " # first # " = operand(1), " # second # " = operand(2);\n",
      formula>.text
      # Layerpipe_Method<"::llvm::LogicalResult $cppClass::verify()",
                         "return ::layerpipe::verifyBroadcasts(*this, getDy());">.text;
}

def DivGradOp : Layerpipe_TernaryGradOp<"div_grad",
    "gradient of a/b with respect to b: −dy·y/b", "y", "b", "-(dy * y / b)">;
def LargerGradOp : Layerpipe_TernaryGradOp<"larger_grad",
    "gradient of the larger of two with respect to one: dy where a > b, half where they are equal",
    "a", "b", "select(a > b, dy, select(a == b, 0.5 * dy, dy * 0.0))">;
def PowBaseGradOp : Layerpipe_TernaryGradOp<"pow_base_grad",
    "gradient of a power with respect to its base: dy·b·a^(b − 1)", "a", "b",
    "dy * (b * pow(a, b - 1.0))">;
def PowExponentGradOp : Layerpipe_TernaryGradOp<"pow_exponent_grad",
    "gradient of a power with respect to its exponent: dy·y·log a, 0 where a is 0", "a", "y",
    "select(a == 0.0, dy * 0.0, dy * (y * log(a)))">;

#endif // LAYERPIPE_POINTWISE_OPS

//===- LayerpipeUpdateOps.td - optimizers as state ops ---------*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An optimizer is one definition here, with its formula in
// LayerpipeUpdateOps.cpp. Users' options, states, their splits, and native code
// follow. The formulas and defaults are PyTorch's.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_UPDATE_OPS
#define LAYERPIPE_UPDATE_OPS

include "Layerpipe/IR/LayerpipeAttrs.td"
include "Layerpipe/IR/LayerpipePointwiseOps.td"
include "mlir/Interfaces/InferTypeOpInterface.td"

class Layerpipe_Coefficient<string default> : DefaultValuedAttr<F64Attr, default>;

let opDocGroup = Layerpipe_UpdateGroup in {

// Updates are not Pure: nothing else in the graph may read a parameter's last
// value, but the run saves it. Users say `name`; without a step size of theirs
// it is `learningRate`. The update reads and makes the weight and, besides, states
// with the names `states`.
class Layerpipe_UpdateOp<string mnemonic, string name, string learningRate,
                         list<string> states>
    : Layerpipe_Op<mnemonic, [
    SameOperandsAndResultType, ComputeOpInterface,
    DeclareOpInterfaceMethods<LoopOpInterface>, StateOpInterface, OptimizerOpInterface]> {
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let extraClassDeclaration = [{
    ::layerpipe::TaskKind getTaskKind() { return ::layerpipe::TaskKind::update; }
    static ::llvm::StringRef getOptimizerName() { return "}] # name # [{"; }
    static ::llvm::SmallVector<::llvm::StringRef> getExtraStateNames() {
      return {}] # !interleave(!foreach(state, states, "\"" # state # "\""), ", ") # [{};
    }
    static double getDefaultLearningRate() { return }] # learningRate # [{; }
  }];
}

def SgdOp : Layerpipe_UpdateOp<"sgd", "sgd", "0.1", []> {
  let summary = "gradient descent: w' = w − η·(g + λ·w)";
  let description = [{
    w is the state and g the data; η is `learning_rate` (a run may replace it),
    and λ is `weight_decay`, 0 unless it is given. An absent g leaves w as it is.

    Constraints:
    * U1: η and all coefficients, such as λ, are finite and not negative.
    * U2: Coefficients that say how much of a state is kept, which are μ, β1, β2 and
      α, are less than 1.

    Example: `%w1 = layerpipe.sgd %w, %g {learning_rate = 1.0e-1 : f32} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>`
  }];
  let arguments = (ins Layerpipe_AnyTensor:$weight, Layerpipe_AnyTensor:$gradient,
                       F32Attr:$learning_rate, Layerpipe_Coefficient<"0.0">:$weight_decay);
  let results = (outs Layerpipe_AnyTensor:$result);
}

def SgdMomentumOp : Layerpipe_UpdateOp<"sgd_momentum", "momentum", "0.1", ["velocity"]> {
  let summary = "gradient descent with momentum: v' = μ·v + (g + λ·w), w' = w − η·v'";
  let description = [{
    w and v are the states and g the data; μ is `momentum`, 0.9 unless it is
    given. The rest, with its constraints, is as for `layerpipe.sgd`. An absent g
    leaves both states as they are.

    Example: `%w1, %v1 = layerpipe.sgd_momentum %w, %v, %g {learning_rate = 1.0e-1 : f32, momentum = 5.0e-1} : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)`
  }];
  let arguments = (ins Layerpipe_AnyTensor:$weight, Layerpipe_AnyTensor:$velocity,
                       Layerpipe_AnyTensor:$gradient, F32Attr:$learning_rate,
                       Layerpipe_Coefficient<"0.9">:$momentum,
                       Layerpipe_Coefficient<"0.0">:$weight_decay);
  let results = (outs Layerpipe_AnyTensor:$result, Layerpipe_AnyTensor:$new_velocity);
}

def SgdNesterovOp : Layerpipe_UpdateOp<"sgd_nesterov", "nesterov", "0.1", ["velocity"]> {
  let summary = "gradient descent with Nesterov's momentum: d = g + λ·w, v' = μ·v + d, w' = w − η·(d + μ·v')";
  let description = [{
    The weight moves as far as it will with the velocity of the next update.
    Everything else is as for `layerpipe.sgd_momentum`.

    Example: `%w1, %v1 = layerpipe.sgd_nesterov %w, %v, %g {learning_rate = 1.0e-1 : f32} : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)`
  }];
  let arguments = (ins Layerpipe_AnyTensor:$weight, Layerpipe_AnyTensor:$velocity,
                       Layerpipe_AnyTensor:$gradient, F32Attr:$learning_rate,
                       Layerpipe_Coefficient<"0.9">:$momentum,
                       Layerpipe_Coefficient<"0.0">:$weight_decay);
  let results = (outs Layerpipe_AnyTensor:$result, Layerpipe_AnyTensor:$new_velocity);
}

def AdagradOp : Layerpipe_UpdateOp<"adagrad", "adagrad", "0.01", ["squares"]> {
  let summary = "Adagrad: d = g + λ·w, s' = s + d², w' = w − η·d / (√s' + ε)";
  let description = [{
    w and s, the sum of squares, are the states and g the data; ε is `epsilon`,
    1e-10 unless it is given. The rest, with its constraints, is as for
    `layerpipe.sgd`. An absent g leaves both states as they are.

    Example: `%w1, %s1 = layerpipe.adagrad %w, %s, %g {learning_rate = 1.0e-2 : f32} : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)`
  }];
  let arguments = (ins Layerpipe_AnyTensor:$weight, Layerpipe_AnyTensor:$squares,
                       Layerpipe_AnyTensor:$gradient, F32Attr:$learning_rate,
                       Layerpipe_Coefficient<"1.0e-10">:$epsilon,
                       Layerpipe_Coefficient<"0.0">:$weight_decay);
  let results = (outs Layerpipe_AnyTensor:$result, Layerpipe_AnyTensor:$new_squares);
}

def RmspropOp : Layerpipe_UpdateOp<"rmsprop", "rmsprop", "0.01", ["squares"]> {
  let summary = "RMSprop: d = g + λ·w, s' = α·s + (1 − α)·d², w' = w − η·d / (√s' + ε)";
  let description = [{
    w and s, the mean of squares, are the states and g the data; α is `alpha`,
    0.99 unless it is given, and ε is `epsilon`, 1e-8. The rest, with its
    constraints, is as for `layerpipe.sgd`. An absent g leaves both states as they
    are.

    Example: `%w1, %s1 = layerpipe.rmsprop %w, %s, %g {learning_rate = 1.0e-2 : f32} : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)`
  }];
  let arguments = (ins Layerpipe_AnyTensor:$weight, Layerpipe_AnyTensor:$squares,
                       Layerpipe_AnyTensor:$gradient, F32Attr:$learning_rate,
                       Layerpipe_Coefficient<"0.99">:$alpha,
                       Layerpipe_Coefficient<"1.0e-8">:$epsilon,
                       Layerpipe_Coefficient<"0.0">:$weight_decay);
  let results = (outs Layerpipe_AnyTensor:$result, Layerpipe_AnyTensor:$new_squares);
}

def LionOp : Layerpipe_UpdateOp<"lion", "lion", "1.0e-4", ["mean"]> {
  let summary = "Lion: w' = w − η·(sign(β1·m + (1 − β1)·g) + λ·w), m' = β2·m + (1 − β2)·g";
  let description = [{
    w and m, the mean of gradients, are the states and g the data; β1 is `beta1`,
    0.9 unless it is given, and β2 is `beta2`, 0.99. The sign of 0 is 0. The rest,
    with its constraints, is as for `layerpipe.sgd`. An absent g leaves both
    states as they are.

    Example: `%w1, %m1 = layerpipe.lion %w, %m, %g {learning_rate = 1.0e-4 : f32} : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)`
  }];
  let arguments = (ins Layerpipe_AnyTensor:$weight, Layerpipe_AnyTensor:$mean,
                       Layerpipe_AnyTensor:$gradient, F32Attr:$learning_rate,
                       Layerpipe_Coefficient<"0.9">:$beta1,
                       Layerpipe_Coefficient<"0.99">:$beta2,
                       Layerpipe_Coefficient<"0.0">:$weight_decay);
  let results = (outs Layerpipe_AnyTensor:$result, Layerpipe_AnyTensor:$new_mean);
}

// Adam keeps two means; what `decay` says becomes of the weight's decay.
class Layerpipe_AdamOp<string mnemonic, string decay>
    : Layerpipe_UpdateOp<mnemonic, mnemonic, "1.0e-3", ["mean", "squares"]> {
  let arguments = (ins Layerpipe_AnyTensor:$weight, Layerpipe_AnyTensor:$mean,
                       Layerpipe_AnyTensor:$squares, Layerpipe_AnyTensor:$gradient,
                       F32Attr:$learning_rate,
                       Layerpipe_Coefficient<"0.9">:$beta1,
                       Layerpipe_Coefficient<"0.999">:$beta2,
                       Layerpipe_Coefficient<"1.0e-8">:$epsilon,
                       Layerpipe_Coefficient<decay>:$weight_decay);
  let results = (outs Layerpipe_AnyTensor:$result, Layerpipe_AnyTensor:$new_mean,
                      Layerpipe_AnyTensor:$new_squares);
}

def AdamOp : Layerpipe_AdamOp<"adam", "0.0"> {
  let summary = "Adam: d = g + λ·w, m' = β1·m + (1 − β1)·d, s' = β2·s + (1 − β2)·d², w' = w − η·m̂ / (√ŝ + ε)";
  let description = [{
    w, m, the mean of gradients, and s, that of squares, are the states and g the
    data; β1 is `beta1`, 0.9 unless it is given, β2 is `beta2`, 0.999, and ε is
    `epsilon`, 1e-8. m̂ = m' / (1 − β1ᵗ) and
    ŝ = s' / (1 − β2ᵗ) correct what the zeros take from the means that they begin
    with; t is the number of updates that have been made, this one included. The
    rest, with its constraints, is as for `layerpipe.sgd`. An absent g leaves all
    states as they are, and is not counted.

    Example: `%w1, %m1, %s1 = layerpipe.adam %w, %m, %s, %g {learning_rate = 1.0e-3 : f32} : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)`
  }];
}

def AdamwOp : Layerpipe_AdamOp<"adamw", "0.01"> {
  let summary = "Adam with decoupled weight decay: as adam with d = g, but w' = (1 − η·λ)·w − η·m̂ / (√ŝ + ε)";
  let description = [{
    The decay is not divided by the root, so that all weights decay alike. λ is
    0.01 unless it is given.
    Everything else is as for `layerpipe.adam`.

    Example: `%w1, %m1, %s1 = layerpipe.adamw %w, %m, %s, %g {learning_rate = 1.0e-3 : f32} : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)`
  }];
}

//===----------------------------------------------------------------------===//
// Clipping
//===----------------------------------------------------------------------===//

def SumSquaresOp : Layerpipe_Op<"sum_squares", [
    Pure, ComputeOpInterface, DeclareOpInterfaceMethods<LoopOpInterface, ["getLoops"]>]> {
  let summary = "the sum of the squares of all elements";
  let description = [{
    The square of a gradient's norm, as `layerpipe.clip_factor` wants it. The sum
    runs over the elements in their order; the interpreter keeps it in f64 and
    rounds it to f32 once, and native code keeps f32 sums of parts. An absent
    operand makes an absent result.

    Example: `%s = layerpipe.sum_squares %dw : (tensor<2x3xf32>) -> tensor<f32>`
  }];
  let arguments = (ins Layerpipe_Tensor:$x);
  let results = (outs Layerpipe_Scalar:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let extraClassDeclaration = [{
    ::layerpipe::TaskKind getTaskKind() { return ::layerpipe::TaskKind::norm; }
  }];
  let extraClassDefinition =
      Layerpipe_BuildScalars<"auto x = operand(0);\n", "x * x">.text;
}

def ClipFactorOp : Layerpipe_Op<"clip_factor", [
    Pure, ComputeOpInterface, DeclareOpInterfaceMethods<LoopOpInterface>]> {
  let summary = "what gradients are multiplied by so that their common norm has a limit";
  let description = [{
    The factor is min(1, X / (√(Σ squares) + 10⁻⁶)), where X is `max_norm`. The
    operands, sums of squares, are added in their order. This is PyTorch's
    `clip_grad_norm_` with the norm of order 2. A NaN stays NaN, and an infinite
    norm makes the factor 0.

    Constraints:
    * CN1: there is one sum of squares at least.
    * CN2: X is positive and finite.

    Example: `%f = layerpipe.clip_factor %a, %b {max_norm = 1.0 : f64} : (tensor<f32>, tensor<f32>) -> tensor<f32>`
  }];
  let arguments = (ins Variadic<Layerpipe_Scalar>:$squares, F64Attr:$max_norm);
  let results = (outs Layerpipe_Scalar:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::layerpipe::TaskKind getTaskKind() { return ::layerpipe::TaskKind::norm; }
  }];
  let extraClassDefinition = Layerpipe_BuildScalars<
      "auto sum = operand(0);\n"
      "for (unsigned k = 1; k < operands.size(); ++k) sum = sum + operand(k);\n"
      "auto ratio = getMaxNorm().convertToDouble() / (sqrt(sum) + 1.0e-6);\n",
      "min(ratio, 1.0)">.text;
}

} // opDocGroup

#endif // LAYERPIPE_UPDATE_OPS

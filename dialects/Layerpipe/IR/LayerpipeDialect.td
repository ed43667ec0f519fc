//===- LayerpipeDialect.td - the dialect and its base classes --*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_DIALECT
#define LAYERPIPE_DIALECT

include "mlir/IR/OpBase.td"

def Layerpipe_Dialect : Dialect {
  let name = "layerpipe";
  let cppNamespace = "::layerpipe";
  let summary = "What a training run computes: a cyclic graph of tensors";
  let description = [{
    A `layerpipe.graph` holds the computation of one training iteration as a
    cyclic SSA graph. Every value is a stream indexed by the iteration (one
    iteration is one minibatch); a `layerpipe.delay` of k yields the value its
    operand had k iterations earlier. Values are `tensor` types with static
    shapes; those of layers that were measured have an encoding instead, which
    tells their bytes ([`#layerpipe.bytes`](#bytesattr)).

    A graph passes through named phases: `forward` (what the user writes),
    `training` (differentiated, cyclic), `pipelined` (gradient delays placed,
    retimed) and `scheduled` (every task has a processor, a start and a lag).
    [Phases](../phases.md) says what each of them holds, and the
    [rationale](../rationale-layerpipe-dialect.md) why the dialect is made so.

    The page of an op gives the order of its sums. They are kept in f64 and
    rounded to f32 once, so that the number of terms costs no digits. The
    interpreter and the kernel library `reference` compute every op so, bit for
    bit. Other kernels compute losses so, and other sums in an order of their own
    ([runtime](../runtime.md#kernels)): their results agree to rounding.

    Constraints have labels (G1, L2, …), and the message of a broken one begins
    with its label. These hold for all ops:
    * E1: the only attributes that ops may have of this dialect are
      `layerpipe.layer`, an i64 between 1 and 2^20, `layerpipe.microbatch`,
      `layerpipe.role`, `layerpipe.candidate`, `layerpipe.weights` and
      `layerpipe.auxiliary`.
    * E2: where operands and attributes determine the types of the results, the
      results have these.
    * E3: `layerpipe.candidate` is a text that is not empty, on an op that a
      kernel library executes. It names the
      [candidate](../runtime.md#kernels) that computes the op in a program.
    * E4: `layerpipe.weights` is a [layout](../runtime.md#layouts-of-weights) of the
      op's weights.
    * E5: `layerpipe.role` is activation_grad, grad_weight, loss or update, on a
      forward op that is part of a gradient, of an activation's or of a
      parameter's, of a loss, or of what an update does to its gradient.
    * E6: `layerpipe.microbatch` is an i64 of at least 0. The ops and tasks of one
      microbatch have its number.
    * E7: `layerpipe.auxiliary` is a unit attribute, on losses only: those whose
      outputs are not what the network predicts.
  }];
  // Formulas of ops are made of these.
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
  let hasOperationAttrVerify = 1;
  let useDefaultAttributePrinterParser = 1;
}

// These are the sections of the generated reference.
def Layerpipe_StructureGroup : OpDocGroup {
  let summary = "Structure";
  let description = [{
    The graph, the streams that enter it, the delays that close its cycles, and
    the tasks that group its ops.
  }];
}
def Layerpipe_LayerGroup : OpDocGroup {
  let summary = "Layers and losses";
  let description = [{
    A `forward` graph computes with these ops. Result types are inferred from the
    operands and must agree with those that you write.
  }];
}
def Layerpipe_GradientGroup : OpDocGroup {
  let summary = "Gradients";
  let description = [{
    `--layerpipe-differentiate` adds these ops. dy is the gradient of the loss
    with respect to the layer's result, dx that with respect to its input. The
    backward of a layer with weights has two forms: one coupled op
    (`…_backward`), and the decoupled pair `…_grad_input`, `…_grad_weight`,
    which `--layerpipe-decouple-gradients` makes of it.
  }];
}
def Layerpipe_UpdateGroup : OpDocGroup {
  let summary = "Updates";
  let description = [{
    These are state ops: each makes the next state from the present one and a
    gradient. If the gradient is absent, the state stays as it is.
  }];
}
def Layerpipe_SliceGroup : OpDocGroup {
  let summary = "Slices";
  let description = [{
    `--layerpipe-split-gradients` puts these ops between the parts of a task and
    the tasks that read their results. They move values and compute nothing.
  }];
}

def Layerpipe_OpaqueGroup : OpDocGroup {
  let summary = "Opaque layers";
  let description = [{
    These are layers of which only the cost is known: those of imported profiles,
    and those that layerpipe has no op for yet. You can schedule them, but not run
    them.
  }];
}

class Layerpipe_Op<string mnemonic, list<Trait> traits = []>
    : Op<Layerpipe_Dialect, mnemonic, traits>;

// Every size is bounded, so that no product of two sizes overflows unseen.
class Layerpipe_BoundedTensorOf<Type element, string name>
    : ConfinedType<StaticShapeTensorOf<[element]>,
        [CPred<"::layerpipe::shapes::isBounded($_self)">,
         CPred<"!::llvm::cast<::mlir::RankedTensorType>($_self).getEncoding()">],
        "statically shaped tensor of " # name # " values with at most 2^48 elements">;

// These are streams of 32-bit floats, the only element type that is computed
// with.
def Layerpipe_Tensor : Layerpipe_BoundedTensorOf<F32, "32-bit float">;
def Layerpipe_Integers : Layerpipe_BoundedTensorOf<I32, "32-bit signless integer">;
def Layerpipe_Tensor1 : ConfinedType<Layerpipe_Tensor, [HasAnyRankOfPred<[1]>], "vector of f32">;
def Layerpipe_Tensor2 : ConfinedType<Layerpipe_Tensor, [HasAnyRankOfPred<[2]>], "matrix of f32">;
def Layerpipe_Tensor4 : ConfinedType<Layerpipe_Tensor, [HasAnyRankOfPred<[4]>], "4-D tensor of f32">;
def Layerpipe_Scalar : ConfinedType<Layerpipe_Tensor, [HasAnyRankOfPred<[0]>], "f32 scalar as tensor<f32>">;
// Values whose elements are known, numbers or classes.
def Layerpipe_Elements : AnyTypeOf<[Layerpipe_Tensor, Layerpipe_Integers]>;
// Ops that compute nothing of their own, or know only their cost, take values
// of opaque layers, too, whose bytes were measured.
def Layerpipe_AnyTensor : ConfinedType<StaticShapeTensorOf<[F32]>,
    [CPred<"::layerpipe::shapes::isBounded($_self)">,
     CPred<"::layerpipe::isPlainOrMeasured($_self)">],
    "statically shaped tensor of 32-bit float values with at most 2^48 elements">;
def Layerpipe_Any : AnyTypeOf<[Layerpipe_AnyTensor, Layerpipe_Integers]>;

// This checks an op's labelled shape rules, which its type inference holds,
// before MLIR asks the inference again, whose own error would only repeat ours.
def Layerpipe_ShapeRules : NativeOpTrait<"ShapeRules"> {
  let cppNamespace = "::layerpipe";
}

#endif // LAYERPIPE_DIALECT

//===- LayerpipeAttrs.td - phases, task kinds, initialisers, parts -*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_ATTRS
#define LAYERPIPE_ATTRS

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/TensorEncoding.td"
include "Layerpipe/IR/LayerpipeDialect.td"
include "Layerpipe/IR/LayerpipeInterfaces.td"

def Layerpipe_Phase : I32EnumAttr<"Phase", "how far a graph has come", [
    I32EnumAttrCase<"forward", 0>, I32EnumAttrCase<"training", 1>,
    I32EnumAttrCase<"pipelined", 2>, I32EnumAttrCase<"scheduled", 3>]> {
  let cppNamespace = "::layerpipe";
}

// This is the role of an op, and of the task that groups such ops. Ops of the
// role `activation_grad` join the backward of their layer unless they are kept
// apart.
def Layerpipe_TaskKind : I32EnumAttr<"TaskKind", "role in the training graph", [
    I32EnumAttrCase<"forward", 0>, I32EnumAttrCase<"loss", 1>,
    I32EnumAttrCase<"activation_grad", 2>, I32EnumAttrCase<"backward", 3>,
    I32EnumAttrCase<"grad_input", 4>, I32EnumAttrCase<"grad_weight", 5>,
    I32EnumAttrCase<"update", 6>,
    I32EnumAttrCase<"norm", 7>]> {
  let cppNamespace = "::layerpipe";
}

// This says how a parameter's elements start: all equal to a constant, drawn
// from [-bound, bound), or each with a value of its own.
def Layerpipe_Init : I32EnumAttr<"Init", "a parameter's initialiser", [
    I32EnumAttrCase<"constant", 0>, I32EnumAttrCase<"uniform", 1>,
    I32EnumAttrCase<"values", 2>]> {
  let cppNamespace = "::layerpipe";
}

// This says along what an op is cut into parts: the samples of the batch, or
// the channels (features) of its layer's result or input.
def Layerpipe_SplitAxis : I32EnumAttr<"SplitAxis", "what an op is cut along", [
    I32EnumAttrCase<"batch", 0>, I32EnumAttrCase<"output_channels", 1>,
    I32EnumAttrCase<"input_channels", 2>]> {
  let cppNamespace = "::layerpipe";
}

// This says how the results of the parts make that of the whole.
def Layerpipe_Combine : I32EnumAttr<"Combine", "how parts make the whole", [
    I32EnumAttrCase<"concatenate", 0>, I32EnumAttrCase<"sum", 1>]> {
  let cppNamespace = "::layerpipe";
}

def Layerpipe_PartAttr : AttrDef<Layerpipe_Dialect, "Part"> {
  let mnemonic = "part";
  let summary = "which part of a task that was split another one is";
  let description = [{
    The part computes positions `begin` to `end` − 1 of the `length` that the
    whole task has along `axis`. `combine` is sum where results of the parts are
    added up, and concatenate where all of them only stand side by side.

    Example: `#layerpipe.part<"fc2.grad_input", input_channels, 0 to 256 of 784, concatenate>`
  }];
  let parameters = (ins "::mlir::StringAttr":$whole, EnumParameter<Layerpipe_SplitAxis>:$axis,
                        "int64_t":$begin, "int64_t":$end, "int64_t":$length,
                        EnumParameter<Layerpipe_Combine>:$combine);
  let assemblyFormat = "`<` $whole `,` $axis `,` $begin `to` $end `of` $length `,` $combine `>`";
}

def Layerpipe_MachineAttr : AttrDef<Layerpipe_Dialect, "Machine"> {
  let mnemonic = "machine";
  let summary = "what a graph runs on";
  let description = [{
    Processors have relative `speeds` and a `memory` in bytes, one number for
    each; a time t on a processor of speed s is ⌈t / s⌉. Two processors exchange
    values over a link of that `bandwidth`, in bytes per time unit, which
    carries one value at a time; `latency` is the time from the end of a
    transfer to its arrival. What you leave out has this meaning: equal speeds,
    unlimited memory, one memory that all processors share, no latency. Speeds
    and bandwidths may be fractions.

    Links may differ. In each of the `levels`, so many processors that follow
    each other, beginning with processor 0, have the level's link: `shared`
    memory or a bandwidth, and maybe a latency. The smallest level that has both
    processors counts. Each of the `pairs` has a link of its own, whatever the
    levels say; all other processors have the machine's bandwidth and latency.

    Constraints:
    * MC1: a speed is a positive fraction of numbers up to 2^20.
    * MC2: a memory has at least one byte.
    * MC3: a bandwidth is positive, and a latency lies between 0 and 2^50.
    * MC4: the first level has at least 2 processors, and each other one a
      greater multiple of the level before it.
    * MC5: a pair has two different processors, the lower one first; pairs
      ascend, and each stands there once.

    Example: `#layerpipe.machine<speeds [1, 1/2], memory [4096, 2048], bandwidth 5/2, latency 100>`

    Example: `#layerpipe.machine<bandwidth 1, latency 500, levels [4 shared, 16 bandwidth 10 latency 50], pairs [0 and 5 bandwidth 20]>`
  }];
  let parameters = (ins ArrayRefParameter<"::layerpipe::Ratio">:$speeds,
                        ArrayRefParameter<"int64_t">:$memory,
                        "::layerpipe::Ratio":$bandwidth, "int64_t":$latency,
                        ArrayRefParameter<"::layerpipe::MachineLevel">:$levels,
                        ArrayRefParameter<"::layerpipe::MachinePair">:$pairs);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Layerpipe_TransferAttr : AttrDef<Layerpipe_Dialect, "Transfer"> {
  let mnemonic = "transfer";
  let summary = "when a task's result travels to another processor";
  let description = [{
    Result number `result` of iteration i leaves for `processor` at
    (i + lag) * period + start. How long it takes follows from its size and the
    graph's machine.

    Example: `#layerpipe.transfer<0 to 1 start 20 lag 2>`
  }];
  let parameters = (ins "int64_t":$result, "int64_t":$processor, "int64_t":$start,
                        "int64_t":$lag);
  let assemblyFormat = "`<` $result `to` $processor `start` $start `lag` $lag `>`";
}
def Layerpipe_TransferArray : TypedArrayAttrBase<Layerpipe_TransferAttr, "list of transfers">;

def Layerpipe_BytesAttr : AttrDef<Layerpipe_Dialect, "Bytes",
                                  [DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let mnemonic = "bytes";
  let summary = "the size of a tensor that was measured, not described";
  let description = [{
    Opaque layers make values of which only the bytes are known. The encoding of
    such a value's type says how many they are; its sizes say nothing. A slice
    is positions `begin` to `end` − 1 of the `length` that its whole has along
    `dimension`, and has ⌊whole · end / length⌋ − ⌊whole · begin / length⌋ bytes,
    so that all slices together have exactly those of the whole.

    Constraints:
    * BY1: the whole has between 0 and 2^50 bytes.
    * BY2: a slice lies within its whole and is less than it, 0 ≤ begin < end ≤
      length ≤ 2^48.
    * BY3: the tensor's sizes are all 1, and it has the slice's dimension.

    Example: `tensor<1x1xf32, #layerpipe.bytes<802816>>`, and a slice of it
    `tensor<1x1xf32, #layerpipe.bytes<802816, dimension 0, 3 to 64 of 128>>`
  }];
  let parameters = (ins "int64_t":$whole, "int64_t":$dimension, "int64_t":$begin,
                        "int64_t":$end, "int64_t":$length);
  let builders = [
    // Builds the encoding of a whole value.
    AttrBuilder<(ins "int64_t":$whole), [{
      return $_get($_ctxt, whole, int64_t(0), int64_t(0), int64_t(1), int64_t(1));
    }]>
  ];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Returns whether this is the encoding of a slice.
    bool isSlice() const { return getEnd() - getBegin() != getLength(); }
    /// Returns the bytes of the value.
    int64_t getBytes() const;
    /// Returns the encoding of positions `begin` to `end` − 1 of the `length`
    /// that this value has along `dimension`.
    BytesAttr slice(int64_t dimension, int64_t begin, int64_t end,
                    int64_t length) const;
  }];
}

def Layerpipe_WeightStashingAttr : AttrDef<Layerpipe_Dialect, "WeightStashing",
    [DeclareAttrInterfaceMethods<WeightVersionPolicyInterface>]> {
  let mnemonic = "weight_stashing";
  let summary = "gradients use the weights that their forward used";
  let description = [{
    The gradients of an iteration are computed with the version of the weights
    that its forward read, however many updates came in between; that version is
    kept until then (PipeDream, section 3.3). So each gradient is an exact
    gradient, if a late one. A graph that says nothing about its weight versions
    trains in this way, too.

    Constraints:
    * WS1: in a graph of phase training, all ops but updates read one version of
      a parameter.

    Example: `weight_versions = #layerpipe.weight_stashing`
  }];
}

#endif // LAYERPIPE_ATTRS

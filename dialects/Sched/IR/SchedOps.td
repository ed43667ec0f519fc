//===- SchedOps.td - programs, processors, slots, buffers, channels -*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCHED_OPS
#define SCHED_OPS

include "Sched/IR/SchedAttrs.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def ProgramOp : Sched_Op<"program", [
    Symbol, SymbolTable, IsolatedFromAbove, SingleBlock, NoTerminator, NoRegionArguments]> {
  let summary = "a static program for P processors";
  let description = [{
    The host fills `inputs` and `labels` and reads `loss`. Evaluations score the
    output that is compared with the first labels.
    `arena_bytes` is the size of the memory in which `--sched-place-buffers` has
    placed all buffers.

    Constraints:
    * S1: the body holds buffers, channels, links, the processors 0 … P − 1 in
      order, and at most one evaluation; batch and period are positive, and slot names
      differ.
    * S2: a processor's slots stand in the order of their starts, 0 ≤ start <
      period, 0 ≤ duration ≤ period, and don't overlap modulo the period.
    * S3: every buffer that is named exists.
    * S4: a buffer has one writer at most; inputs and labels have none, the loss
      has one, and any other buffer without one has a parameter or a constant as
      initial value.
    * S5: block arguments have the types of the buffers that are read, yielded
      values those of the buffers that are written.
    * S6: distances are not negative; a buffer that is read at a positive
      distance has an initial value.
    * S7: a value is read no earlier than its writer ends (rule 1 of the
      schedule format).
    * S8: a value that is absent in the first iterations reaches data operands
      of state ops, and nothing else.
    * S9: there is one channel for each buffer and processor that reads it but
      doesn't write it, and no other. The host is processor −1.
    * S10: a channel's capacity is at most the buffer's slots, and at least what
      keeps the period (rule 4); the latter is skipped for `unchecked` channels.
    * S11: a buffer has as many slots as its values live, channels that are
      `unchecked` excepted; a slot writes in place only what one elementwise op
      reads and makes.
    * S12: the processors' orders and the values handed over within a period
      form no cycle (rule 3).
    * S13: placed buffers lie at multiples of 64 within the arena, and overlap
      only where they are never alive at once.
    * S14: every parameter has one buffer, and its own name; rules P2 and P4 of
      `layerpipe.parameter` hold for what it starts from.
    * S15: an evaluation's buffers have one slot and are written before they are
      read; `#sched.latest` stands only there and names a parameter.
    * S16: a link joins two processors of the program, the smaller one first,
      and no two links join the same; its transfers begin at one of them, 0 ≤
      start < period, 0 ≤ duration ≤ period, 0 ≤ latency ≤ 2^50, −2^31 ≤ lag ≤
      2^31, and don't overlap modulo the period.
    * S17: in a program with links, each value has one transfer from its
      writer's processor to each other processor that reads it, and no other; it
      leaves no earlier than its writer ends, and no reader starts before it
      arrives (rule 1).

    Example: what `--convert-layerpipe-to-sched` prints, in the
    [reference of the passes](passes.md#--convert-layerpipe-to-sched).
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, I64Attr:$batch, I64Attr:$period,
                       I64Attr:$lower_bound, StrAttr:$time_unit, StrAttr:$strategy,
                       FlatSymbolRefArrayAttr:$inputs, FlatSymbolRefArrayAttr:$labels,
                       FlatSymbolRefAttr:$loss, OptionalAttr<I64Attr>:$arena_bytes);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name `batch` $batch `period` $period `bound` $lower_bound $time_unit
    `strategy` $strategy `inputs` $inputs `labels` $labels `loss` $loss
    attr-dict-with-keyword $body
  }];
  let hasRegionVerifier = 1;
}

def BufferOp : Sched_Op<"buffer", [Symbol]> {
  let summary = "a ring of `slots` values of one stream";
  let description = [{
    Iteration i lies in slot i mod `slots`. `initial` is what all slots hold
    before iteration 0. `offset` is the place in the arena. Constraints S3 to
    S6, S11, S13 and S14 of `sched.program` speak of buffers.

    Example:
    ```mlir
    sched.buffer @fc1.weight slots 1 initial(#sched.parameter<"fc1.weight" uniform(3.5e-2 : f32) staleness 2>) : tensor<512x784xf32>
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, ConfinedAttr<I64Attr, [IntPositive]>:$slots,
                       OptionalAttr<Sched_Initial>:$initial, OptionalAttr<I64Attr>:$offset,
                       TypeAttrOf<Layerpipe_Any>:$type);
  let builders = [
    // Builds a buffer of one slot that is not placed yet; `initial` may be
    // null.
    OpBuilder<(ins "::llvm::StringRef":$name, "::mlir::Type":$type,
                   "::mlir::Attribute":$initial), [{
      build($_builder, $_state, name, /*slots=*/1, initial, /*offset=*/nullptr,
            type);
    }]>
  ];
  let assemblyFormat = [{
    $sym_name `slots` $slots (`initial` `(` $initial^ `)`)? (`at` $offset^)? attr-dict `:` $type
  }];
  let extraClassDeclaration = [{
    ::mlir::RankedTensorType getTensorType() {
      return ::mlir::cast<::mlir::RankedTensorType>(getType());
    }
    /// Returns the bytes of one value.
    int64_t getBytes();
    /// Returns the bytes from one slot to the next, a multiple of 64.
    int64_t getStride();
  }];
}

def ChannelOp : Sched_Op<"channel"> {
  let summary = "hands a buffer's values from one processor to another";
  let description = [{
    The writer may be at most `capacity` values ahead of the slowest reader on
    processor `to`. Processor −1 is the host. An `unchecked` channel doesn't
    make its writer wait, and is exempt from the rules about capacities: it
    exists to show what the waiting is for. Constraints S9 and S10 of
    `sched.program` say which channels there are.

    Example: `sched.channel @fc1.forward from 0 to 1 capacity 2`
  }];
  let arguments = (ins FlatSymbolRefAttr:$buffer, I64Attr:$from, I64Attr:$to,
                       ConfinedAttr<I64Attr, [IntPositive]>:$capacity, UnitAttr:$unchecked);
  let builders = [
    // Builds a channel that makes its writer wait.
    OpBuilder<(ins "::layerpipe::sched::BufferOp":$buffer, "int64_t":$from,
                   "int64_t":$to, "int64_t":$capacity), [{
      build($_builder, $_state, buffer.getSymName(), from, to, capacity,
            /*unchecked=*/false);
    }]>
  ];
  let assemblyFormat = [{
    $buffer `from` $from `to` $to `capacity` $capacity (`unchecked` $unchecked^)? attr-dict
  }];
}

def LinkOp : Sched_Op<"link"> {
  let summary = "what connects two processors, and what it carries";
  let description = [{
    A link carries one transfer at a time, in either direction. A program has
    links if its graph's machine has a bandwidth or a latency. They say when a
    runtime with a memory for each processor copies values; a native program,
    whose threads share their memory, copies nothing and ignores them.
    Constraints S16 and S17 of `sched.program` speak of links.

    Example: `sched.link 0 and 1 carries [#sched.transfer<@fc1.forward from 0 start 20 duration 4 latency 2 lag 0>]`
  }];
  let arguments = (ins I64Attr:$first, I64Attr:$second, Sched_TransferArray:$transfers);
  let assemblyFormat = "$first `and` $second `carries` $transfers attr-dict";
}

def ProcessorOp : Sched_Op<"processor", [
    SingleBlock, NoTerminator, NoRegionArguments, HasParent<"ProgramOp">]> {
  let summary = "one processor and its slots in execution order of one period";
  let description = [{
    Holds nothing but slots. S1 says how processors are numbered, S2 and S12
    what their order must be.

    Example:
    ```mlir
    sched.processor 1 {
      sched.slot "fc1.update" update layer 1 start 0 duration 0 lag 1
          reads [#sched.read<@fc1.weight by 1>, #sched.read<@fc1.grad_weight by 1>] writes [@fc1.weight] {
      ^bb0(%w: tensor<2x3xf32>, %g: tensor<2x3xf32>):
        %next = layerpipe.sgd %w, %g {learning_rate = 1.0e-1 : f32} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
        sched.yield %next : tensor<2x3xf32>
      }
    }
    ```
  }];
  let arguments = (ins I64Attr:$id);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$id attr-dict-with-keyword $body";
}

def SlotOp : Sched_Op<"slot", [
    IsolatedFromAbove, SingleBlock, ParentOneOf<["ProcessorOp", "EvaluationOp"]>]> {
  let summary = "one task in one period";
  let description = [{
    The body computes in value semantics: its block arguments are the values
    that are read, it ends with a `sched.yield` of the values that are written.
    A block argument that is read at distance d from a buffer whose initial
    value is absent is absent in iterations before d. Constraints S2 and S5 to
    S8 of `sched.program` speak of slots.

    Example:
    ```mlir
    sched.slot "fc1.forward" forward layer 1 start 0 duration 20 lag 0
        reads [#sched.read<@input by 0>, #sched.read<@fc1.weight by 1>] writes [@fc1.forward] {
    ^bb0(%x: tensor<4x3xf32>, %w: tensor<2x3xf32>):
      %y = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32>
      sched.yield %y : tensor<4x2xf32>
    }
    ```
  }];
  let arguments = (ins StrAttr:$name, Layerpipe_TaskKind:$kind, I64Attr:$layer,
                       I64Attr:$start, I64Attr:$duration, I64Attr:$lag,
                       Sched_ReadArray:$reads, FlatSymbolRefArrayAttr:$writes);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $name $kind `layer` $layer `start` $start `duration` $duration `lag` $lag
    `reads` $reads `writes` $writes attr-dict-with-keyword $body
  }];
}

def YieldOp : Sched_Op<"yield", [Pure, Terminator, HasParent<"SlotOp">]> {
  let summary = "the values that a slot writes";
  let description = [{
    Ends a slot's body; S5 says which types the values have.

    Example: `sched.yield %y : tensor<4x2xf32>`
  }];
  let arguments = (ins Variadic<Layerpipe_Any>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

def EvaluationOp : Sched_Op<"evaluation", [
    SymbolTable, IsolatedFromAbove, SingleBlock, NoTerminator, NoRegionArguments,
    HasParent<"ProgramOp">]> {
  let summary = "the forward-only program that scores a data set";
  let description = [{
    One thread of the host executes the slots in order, on the parameters'
    latest values, in buffers of their own. The host fills `inputs`, which are
    those of the program in their order, and reads `prediction`.

    Example:
    ```mlir
    sched.evaluation inputs [@input] prediction @fc1.forward {
      sched.buffer @input slots 1 : tensor<4x3xf32>
      sched.buffer @fc1.weight slots 1 initial(#sched.latest<"fc1.weight">) : tensor<2x3xf32>
      sched.buffer @fc1.forward slots 1 : tensor<4x2xf32>
      sched.slot "fc1.forward" forward layer 1 start 0 duration 0 lag 0
          reads [#sched.read<@input by 0>, #sched.read<@fc1.weight by 0>] writes [@fc1.forward] {
      ^bb0(%x: tensor<4x3xf32>, %w: tensor<2x3xf32>):
        %y = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32>
        sched.yield %y : tensor<4x2xf32>
      }
    }
    ```
  }];
  let arguments = (ins FlatSymbolRefArrayAttr:$inputs, FlatSymbolRefAttr:$prediction,
                       OptionalAttr<I64Attr>:$arena_bytes);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `inputs` $inputs `prediction` $prediction attr-dict-with-keyword $body
  }];
}

#endif // SCHED_OPS

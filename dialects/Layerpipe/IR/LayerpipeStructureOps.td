//===- LayerpipeStructureOps.td - graph, streams, tasks --------*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_STRUCTURE_OPS
#define LAYERPIPE_STRUCTURE_OPS

include "Layerpipe/IR/LayerpipeAttrs.td"
include "Layerpipe/IR/LayerpipeInterfaces.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

let opDocGroup = Layerpipe_StructureGroup in {

def GraphOp : Layerpipe_Op<"graph", [
    Symbol, IsolatedFromAbove, SingleBlock, NoTerminator, NoRegionArguments,
    RegionKindInterface, HasOnlyGraphRegion]> {
  let summary = "the training graph, or the forward graph it is made from";
  let description = [{
    Its body is a graph region: values may be used before they are defined, so
    that the cycles of training are ordinary SSA.

    `gradient_delays` records what changed training: for each parameter whose
    gradient arrives late, by how many iterations (its staleness).
    `period`, `lower_bound`, `time_unit`, `strategy` and `processors` are set by
    the scheduling passes. Where tasks were split, `lower_bound` is that of whole
    tasks, which splits can't flatter, and `lower_bound_split` that of the parts.
    `limited_by` says what keeps the period from being shorter, where the
    planner knows more than the tasks show. `machine` is what the graph runs on;
    without it all processors are equal and share one memory. `pins` names
    layers that are placed, with their processors: all tasks of such a layer run
    there, whole. A layer has the name of its first forward task without
    `.forward`. `free_period` is the shortest period that the planner knows
    without the pins.
    `weight_versions` says which version of its weights a gradient is computed
    with.

    Constraints:
    * G1: every cycle carries a delay; the error names a cycle op by op.
    * G2: a `forward` graph holds only inputs, labels, parameters, forward ops
      and losses.
    * G3: a `scheduled` graph holds only inputs, labels, parameters, delays and
      tasks, and every task has `time`, `processor`, `start`, `slot` and `lag`.
    * G4: parameters and tasks have unique names.
    * G5: `layerpipe.input` and `layerpipe.labels` have unique names, where one
      that is not named has the name `input` or `labels`; all have one batch.
    * G6: no delays form a cycle of their own.
    * G7: processors lie between 1 and 2^20, the period between 1 and 2^51.
    * G8: the parts of one task have one axis, length and way to combine, and
      cover 0 … length without a gap or an overlap.
    * G9: the machine has a speed and a memory for each processor, or for none.
    * G10: `weight_versions` is a policy, and a `forward` graph has none, since
      it has no gradients.
    * G11: each pin is an i64 from 0, below the number of processors where that
      is known; there is a `free_period` only with pins, and it lies between 1
      and the period.
    * G12: in a `forward` graph states are parameters, each of one op.

    Example:
    ```mlir
    layerpipe.graph forward @net {
      %x = layerpipe.input : tensor<4x3xf32>
      %t = layerpipe.labels : tensor<4x2xf32>
      %w = layerpipe.parameter "fc.weight" uniform(0.5) : tensor<2x3xf32>
      %y = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32>
      %l = layerpipe.mean_squared_error %y, %t : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, Layerpipe_Phase:$phase,
                       OptionalAttr<DictionaryAttr>:$gradient_delays,
                       OptionalAttr<StrAttr>:$strategy, OptionalAttr<I64Attr>:$processors,
                       OptionalAttr<StrAttr>:$time_unit, OptionalAttr<I64Attr>:$period,
                       OptionalAttr<I64Attr>:$lower_bound,
                       OptionalAttr<I64Attr>:$lower_bound_split,
                       OptionalAttr<StrAttr>:$limited_by,
                       OptionalAttr<Layerpipe_MachineAttr>:$machine,
                       OptionalAttr<AnyAttr>:$weight_versions,
                       OptionalAttr<DictionaryAttr>:$pins,
                       OptionalAttr<I64Attr>:$free_period);
  let builders = [
    // Builds a graph about which passes have recorded nothing yet.
    OpBuilder<(ins "::llvm::StringRef":$name, "::layerpipe::Phase":$phase), [{
      build($_builder, $_state, name, phase, /*gradient_delays=*/nullptr,
            /*strategy=*/nullptr, /*processors=*/nullptr, /*time_unit=*/nullptr,
            /*period=*/nullptr, /*lower_bound=*/nullptr,
            /*lower_bound_split=*/nullptr, /*limited_by=*/nullptr,
            /*machine=*/nullptr, /*weight_versions=*/nullptr, /*pins=*/nullptr,
            /*free_period=*/nullptr);
    }]>
  ];
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$phase $sym_name attr-dict-with-keyword $body";
  let hasRegionVerifier = 1;
}

def InputOp : Layerpipe_Op<"input", [SourceOpInterface]> {
  let summary = "the stream of input batches";
  let description = [{
    Iteration i yields the i-th minibatch; iterations before 0 are absent. The
    leading dimension is the batch. `lag` r shifts the stream by whole periods:
    in period n it yields iteration n - r. A network of several inputs names
    them, and so do its data.

    Constraints:
    * I1: the type has a batch dimension and at least one element.
    * I2: the lag lies between 0 and 2^31.
    * I4: a name is not empty.

    Example: `%x = layerpipe.input : tensor<64x784xf32>`

    Example: `%x = layerpipe.input "left" : tensor<64x784xf32>`
  }];
  let arguments = (ins OptionalAttr<StrAttr>:$name, DefaultValuedAttr<I64Attr, "0">:$lag);
  let builders = [
    // Builds the stream of a network's only input.
    OpBuilder<(ins "::mlir::Type":$result), [{
      build($_builder, $_state, result, /*name=*/nullptr);
    }]>
  ];
  let results = (outs Layerpipe_AnyTensor:$result);
  let assemblyFormat = "($name^)? attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def LabelsOp : Layerpipe_Op<"labels", [SourceOpInterface]> {
  let summary = "the stream of labels that belong to the inputs";
  let description = [{
    The labels are class indices, one for each sample (`tensor<Bxi32>`) or for
    each position of it (`tensor<Bx…xi32>`), or dense targets
    (`tensor<BxCxf32>`; a data set with classes is read as one-hot rows). `lag`
    and names are as for `layerpipe.input`.

    Constraints:
    * I1: the type has a batch dimension and at least one element.
    * I2: the lag lies between 0 and 2^31.
    * I3: dense targets have two dimensions.
    * I4: a name is not empty.

    Example: `%t = layerpipe.labels : tensor<64xi32>`

    Example: `%t = layerpipe.labels "mask" : tensor<8x256x256xi32>`
  }];
  let arguments = (ins OptionalAttr<StrAttr>:$name, DefaultValuedAttr<I64Attr, "0">:$lag);
  let builders = [
    // Builds the stream of a network's only labels.
    OpBuilder<(ins "::mlir::Type":$result), [{
      build($_builder, $_state, result, /*name=*/nullptr);
    }]>
  ];
  let results = (outs Layerpipe_Any:$result);
  let assemblyFormat = "($name^)? attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def ParameterOp : Layerpipe_Op<"parameter", [Pure]> {
  let summary = "a parameter, or in a training graph its initial value";
  let description = [{
    In a `forward` graph the op stands for the parameter itself. In a training
    graph it is the initial value of the `layerpipe.delay` that carries the
    parameter from one iteration to the next.

    It starts with a `constant`, with numbers drawn uniformly from [−bound,
    bound), or with the `values` of an attribute, of which a resource of the file
    takes the least room.

    Constraints:
    * P1: the name is not empty.
    * P2: a uniform initialiser's bound is finite and not negative.
    * P3: it has at least one element.
    * P4: values are dense, have the parameter's type, and lie in the file.

    Example: `%w = layerpipe.parameter "fc1.weight" uniform(3.5e-2) : tensor<512x784xf32>`

    Example: `%b = layerpipe.parameter "fc1.bias" values(dense<[0.5, -1.0]> : tensor<2xf32>) : tensor<2xf32>`
  }];
  let arguments = (ins StrAttr:$name, Layerpipe_Init:$init,
                       AnyAttrOf<[F32Attr, ElementsAttr]>:$value);
  let builders = [
    // Builds a parameter that starts with a constant or with uniform numbers.
    OpBuilder<(ins "::mlir::Type":$result, "::llvm::StringRef":$name,
                   "::layerpipe::Init":$init, "const ::llvm::APFloat &":$number), [{
      build($_builder, $_state, result, name, init,
            ::mlir::FloatAttr::get($_builder.getF32Type(), number));
    }]>,
    // Builds a parameter that starts with these values.
    OpBuilder<(ins "::llvm::StringRef":$name, "::mlir::ElementsAttr":$values), [{
      build($_builder, $_state, values.getType(), name, ::layerpipe::Init::values,
            values);
    }]>
  ];
  let results = (outs Layerpipe_AnyTensor:$result);
  let assemblyFormat = "$name custom<Initializer>($init, $value) attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def DelayOp : Layerpipe_Op<"delay", [Pure, AllTypesMatch<["input", "result"]>]> {
  let summary = "the value that a stream had k iterations earlier";
  let description = [{
    For iterations i >= k the result is the input's value of iteration i - k;
    before that it is the initial value: a parameter's initial value, a
    constant, or `absent`. There is no default.

    Constraints:
    * D1: the distance lies between 1 and 2^30.
    * D2: exactly one initial value is given.
    * D3: an initial parameter is the result of a `layerpipe.parameter`.
    * D4: a constant is the initial value of a stream of f32.

    Example:
    ```mlir
    %w = layerpipe.delay %next by 1 initial(%w0) : tensor<512x784xf32>
    %v = layerpipe.delay %vnext by 1 initial(0.0) : tensor<512x784xf32>
    %g = layerpipe.delay %dw by 2 initial(absent) : tensor<512x784xf32>
    ```
  }];
  let arguments = (ins Layerpipe_Any:$input, I64Attr:$distance,
                       Optional<Layerpipe_Any>:$initial_parameter,
                       OptionalAttr<F32Attr>:$initial_constant, UnitAttr:$initial_absent);
  let builders = [
    // Builds a delay that is absent before iteration `distance`.
    OpBuilder<(ins "::mlir::Value":$input, "int64_t":$distance), [{
      build($_builder, $_state, input.getType(), input, distance,
            /*initial_parameter=*/::mlir::Value(),
            /*initial_constant=*/::mlir::FloatAttr(), /*initial_absent=*/true);
    }]>,
    // Builds a delay that begins with a constant.
    OpBuilder<(ins "::mlir::Value":$input, "int64_t":$distance,
                   "::mlir::FloatAttr":$initial), [{
      build($_builder, $_state, input.getType(), input, distance,
            /*initial_parameter=*/::mlir::Value(), initial,
            /*initial_absent=*/false);
    }]>,
    // Builds a delay that begins with a parameter.
    OpBuilder<(ins "::mlir::Value":$input, "int64_t":$distance,
                   "::layerpipe::ParameterOp":$initial), [{
      build($_builder, $_state, input.getType(), input, distance,
            initial->getResult(0), /*initial_constant=*/::mlir::FloatAttr(),
            /*initial_absent=*/false);
    }]>
  ];
  let results = (outs Layerpipe_Any:$result);
  let assemblyFormat = [{
    $input `by` $distance attr-dict custom<DelayInitial>($initial_parameter,
      type($initial_parameter), $initial_constant, $initial_absent, type($result))
  }];
  let hasVerifier = 1;
}

def TaskOp : Layerpipe_Op<"task", [IsolatedFromAbove, SingleBlock]> {
  let summary = "ops that are scheduled as one unit";
  let description = [{
    The body computes in its block arguments, which stand for the operands, and
    ends with `layerpipe.yield`. Absence is decided op by op inside, so that
    grouping never changes a value.

    `time` is the task's cost in the graph's time unit; `processor`, `start`,
    `slot` and `lag` are its place in the schedule: iteration i runs at
    (i + lag) * period + start, as number `slot` of its processor's order in one
    period. `lag` counts from the graph before retiming; `retimed` is the part
    of it that `--layerpipe-retime` has already turned into delays. `part` says
    what a task was before `--layerpipe-split-gradients` cut it.

    `transfers` says when results travel to other processors. A result that is
    not listed leaves for its readers when the task ends.

    Constraints:
    * T1: block arguments and operands agree, yielded values and results agree.
    * T2: the body holds only compute ops.
    * T3: time, processor, start and slot lie between 0 and 2^51, lag and
      retimed between −2^31 and 2^31.
    * T4: the layer lies between 0 (none) and 2^20.
    * T5: a part names its task and lies within its length, 0 ≤ begin < end ≤
      length ≤ 2^48.
    * T6: transfers name a result of the task and another processor, each pair
      once, a start from 0 to 2^51 and a lag between −2^31 and 2^31.

    Example:
    ```mlir
    %y = layerpipe.task "fc.forward" forward layer 1 (%x, %w) {
    ^bb0(%a: tensor<4x3xf32>, %b: tensor<2x3xf32>):
      %z = layerpipe.linear %a, %b : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32>
      layerpipe.yield %z : tensor<4x2xf32>
    } : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, Layerpipe_TaskKind:$kind, I64Attr:$layer,
                       Variadic<Layerpipe_Any>:$inputs, OptionalAttr<I64Attr>:$time,
                       OptionalAttr<I64Attr>:$processor, OptionalAttr<I64Attr>:$start,
                       OptionalAttr<I64Attr>:$slot, OptionalAttr<I64Attr>:$lag,
                       OptionalAttr<I64Attr>:$retimed, OptionalAttr<Layerpipe_PartAttr>:$part,
                       OptionalAttr<Layerpipe_TransferArray>:$transfers);
  let builders = [
    // Builds a task without cost and without a place in a schedule.
    OpBuilder<(ins "::mlir::TypeRange":$results, "::llvm::StringRef":$name,
                   "::layerpipe::TaskKind":$kind, "int64_t":$layer,
                   "::mlir::ValueRange":$inputs), [{
      build($_builder, $_state, results, name, kind, layer, inputs,
            /*time=*/nullptr, /*processor=*/nullptr, /*start=*/nullptr,
            /*slot=*/nullptr, /*lag=*/nullptr, /*retimed=*/nullptr,
            /*part=*/nullptr, /*transfers=*/nullptr);
    }]>,
    // Builds a task that takes the place of `like`, reads what that reads, and
    // has its discardable attributes, but not its cost.
    OpBuilder<(ins "::mlir::TypeRange":$results, "::llvm::StringRef":$name,
                   "::layerpipe::TaskOp":$like, "::layerpipe::PartAttr":$part)>
  ];
  let results = (outs Variadic<Layerpipe_Any>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $name $kind `layer` $layer `(` $inputs `)` attr-dict-with-keyword
      custom<TaskBody>($body) `:` functional-type($inputs, $results)
  }];
  let hasRegionVerifier = 1;
}

def YieldOp : Layerpipe_Op<"yield", [Pure, Terminator, HasParent<"TaskOp">]> {
  let summary = "a task's results";
  let description = [{
    Ends a task's body. T1 says that the values' types are those of the task's
    results.

    Example: `layerpipe.yield %z : tensor<4x2xf32>`
  }];
  let arguments = (ins Variadic<Layerpipe_Any>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

} // opDocGroup

#endif // LAYERPIPE_STRUCTURE_OPS

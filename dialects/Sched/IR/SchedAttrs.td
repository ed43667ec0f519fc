//===- SchedAttrs.td - reads and initial values ----------------*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCHED_ATTRS
#define SCHED_ATTRS

include "Layerpipe/IR/LayerpipeAttrs.td"
include "Sched/IR/SchedDialect.td"
include "mlir/IR/AttrTypeBase.td"

class Sched_Attr<string name, string keyword> : AttrDef<Sched_Dialect, name> {
  let mnemonic = keyword;
}

def Sched_ReadAttr : Sched_Attr<"Read", "read"> {
  let summary = "what a slot reads: a buffer's value of some iterations earlier";
  let description = "Example: `#sched.read<@fc1.weight by 1>`";
  let parameters = (ins "::mlir::FlatSymbolRefAttr":$buffer, "int64_t":$distance);
  let assemblyFormat = "`<` $buffer `by` $distance `>`";
}
def Sched_ReadArray : TypedArrayAttrBase<Sched_ReadAttr, "list of reads">;

def Sched_LinkTransferAttr : Sched_Attr<"LinkTransfer", "transfer"> {
  let summary = "a value's way over a link, once per iteration";
  let description = [{
    Iteration i's value of the buffer leaves processor `from` at
    (i + lag) * period + start, occupies the link for `duration`, and arrives
    `latency` after it has left the link.

    Example: `#sched.transfer<@fc1.forward from 0 start 20 duration 4 latency 2 lag 0>`
  }];
  let parameters = (ins "::mlir::FlatSymbolRefAttr":$buffer, "int64_t":$from,
                        "int64_t":$start, "int64_t":$duration, "int64_t":$latency,
                        "int64_t":$lag);
  let assemblyFormat = [{
    `<` $buffer `from` $from `start` $start `duration` $duration `latency` $latency
    `lag` $lag `>`
  }];
}
def Sched_TransferArray : TypedArrayAttrBase<Sched_LinkTransferAttr, "list of transfers">;

def Sched_AbsentAttr : Sched_Attr<"Absent", "absent"> {
  let summary = "nothing is there before iteration 0";
}

def Sched_ConstantAttr : Sched_Attr<"Constant", "constant"> {
  let summary = "every element has this value before iteration 0";
  let description = "Example: `#sched.constant<0.000000e+00 : f32>`";
  let parameters = (ins "::mlir::FloatAttr":$value);
  let assemblyFormat = "`<` $value `>`";
}

def Sched_ParameterAttr : Sched_Attr<"Parameter", "parameter"> {
  let summary = "a parameter's initial value; the buffer is the parameter's";
  let description = [{
    The run initialises, loads and saves the parameter by its name. `staleness`
    is the number of iterations by which its gradients arrive late.

    `values` are all elements of the parameter, as in `layerpipe.parameter`.

    Example: `#sched.parameter<"fc1.weight" uniform(3.5e-2 : f32) staleness 2>`
  }];
  let parameters = (ins "::mlir::StringAttr":$name, EnumParameter<Layerpipe_Init>:$init,
                        "::mlir::Attribute":$value, "int64_t":$staleness);
  let assemblyFormat = "`<` $name $init `(` $value `)` `staleness` $staleness `>`";
}

def Sched_LatestAttr : Sched_Attr<"Latest", "latest"> {
  let summary = "the latest value of a parameter, in an evaluation";
  let description = "Example: `#sched.latest<\"fc1.weight\">`";
  let parameters = (ins "::mlir::StringAttr":$name);
  let assemblyFormat = "`<` $name `>`";
}

def Sched_Initial : AnyAttrOf<[Sched_AbsentAttr, Sched_ConstantAttr, Sched_ParameterAttr,
                               Sched_LatestAttr], "initial value">;

#endif // SCHED_ATTRS

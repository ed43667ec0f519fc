// Input that does not parse or has the wrong form: one error each, with a
// place, and no crash.

// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics --layerpipe-pipeline

// expected-error @+1 {{expected string or keyword containing one of the following enum values for attribute 'phase' [forward, training, pipelined, scheduled]}}
layerpipe.graph backward @no_such_phase {
}

// -----

layerpipe.graph forward @undefined_operand {
  // expected-error @+1 {{use of undeclared SSA value name}}
  %y = layerpipe.relu %x : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph forward @no_such_op {
  // expected-error @+2 {{custom op 'layerpipe.softpluss' is unknown}}
  // expected-note @+1 {{did you mean}}
  %x = layerpipe.softpluss : tensor<4x3xf32>
}

// -----

// expected-error @+1 {{region with 1 blocks}}
"layerpipe.graph"() <{phase = 0 : i32, sym_name = "no_block"}> ({
}) : () -> ()

// -----

layerpipe.graph training @task_without_block {
  // expected-error @+1 {{region with 1 blocks}}
  "layerpipe.task"() <{kind = 0 : i32, layer = 1 : i64, name = "a"}> ({
  }) : () -> ()
}

// -----

layerpipe.graph training @task_in_itself {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-note @+2 {{task 'a.forward' is read by task 'a.forward'}}
  // expected-error @+1 {{G1: lies on a cycle without a delay}}
  %y = layerpipe.task "a.forward" forward layer 1 (%y) {
  ^bb0(%a: tensor<4x3xf32>):
    layerpipe.yield %a : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @graph_in_a_task {
  %x = layerpipe.input : tensor<4x3xf32>
  %y = layerpipe.task "a.forward" forward layer 1 (%x) {
  ^bb0(%a: tensor<4x3xf32>):
    // expected-error @+1 {{symbol's parent must have the SymbolTable trait}}
    layerpipe.graph forward @inner {
    }
    layerpipe.yield %a : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// expected-error @+1 {{'only_inputs' has no loss to differentiate}}
layerpipe.graph forward @only_inputs {
  %x = layerpipe.input : tensor<4x3xf32>
}

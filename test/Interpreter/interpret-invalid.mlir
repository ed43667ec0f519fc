// RUN: not layerpipe-opt --allow-unregistered-dialect --layerpipe-interpret="iterations=0" %s 2>&1 | FileCheck %s --check-prefix=ITERATIONS
// RUN: not layerpipe-opt --allow-unregistered-dialect --layerpipe-interpret="values=gradients" %s 2>&1 | FileCheck %s --check-prefix=VALUES
// RUN: not layerpipe-opt --allow-unregistered-dialect --layerpipe-interpret %s 2>&1 | FileCheck %s --check-prefix=OP

// ITERATIONS: error: layerpipe-interpret: iterations must be at least 1, got 0
// VALUES: error: layerpipe-interpret: values must be loss, parameters or all, got 'gradients'
layerpipe.graph training @net {
  %x = layerpipe.input : tensor<2xf32>
  // OP: interpret-invalid.mlir:[[@LINE+1]]:8: error: 'other.op' op has no meaning to the interpreter
  %y = "other.op"(%x) : (tensor<2xf32>) -> tensor<2xf32>
}

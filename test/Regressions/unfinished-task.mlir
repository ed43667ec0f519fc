// A task that ends before its type, in a graph where a name is used before it is
// defined and the task's body defines one of that name. The body was freed and
// the use was left behind.

// RUN: not layerpipe-opt %s 2>&1 | FileCheck %s
// RUN: %python -c "print(('// ' + 5 * '-' + '\n').join([open(r'%s').read()] * 60))" > %t
// RUN: env MALLOC_PERTURB_=165 not layerpipe-opt --split-input-file %t 2>&1 | FileCheck %s --check-prefix=MANY

// CHECK: unfinished-task.mlir:[[@LINE+9]]:4: error: expected ':'
// MANY-COUNT-60: error: expected ':'
// MANY-NOT: error
layerpipe.graph training @g {
  %a = layerpipe.relu %z : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %b = layerpipe.task "u" forward layer 1 (%a) {
  ^bb0(%x: tensor<2x2xf32>):
    %z = layerpipe.relu %x : (tensor<2x2xf32>) -> tensor<2x2xf32>
    layerpipe.yield %z : tensor<2x2xf32>
  }
}

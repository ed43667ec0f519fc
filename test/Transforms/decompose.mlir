// A composite op becomes its composition.

// RUN: layerpipe-opt %s --layerpipe-decompose | FileCheck %s
// RUN: layerpipe-opt %s --layerpipe-differentiate | FileCheck %s --check-prefix=TRAINING
// RUN: layerpipe-opt %s --layerpipe-set-batch=batch=7 | FileCheck %s --check-prefix=BATCH

// CHECK-LABEL: layerpipe.graph forward @net
// TRAINING-LABEL: layerpipe.graph training @net
// BATCH-LABEL: layerpipe.graph forward @net
layerpipe.graph forward @net {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<3x3xf32>
  // CHECK: [[X:%.*]] = layerpipe.linear
  %y = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  // CHECK: [[MEAN:%.*]] = layerpipe.reduce_mean [[X]] : (tensor<4x3xf32>) -> tensor<4x1xf32>
  // CHECK: [[C:%.*]] = layerpipe.sub [[X]], [[MEAN]]
  // CHECK: [[S:%.*]] = layerpipe.square [[C]]
  // CHECK: [[V:%.*]] = layerpipe.reduce_mean [[S]] : (tensor<4x3xf32>) -> tensor<4x1xf32>
  // CHECK: [[R:%.*]] = layerpipe.rsqrt [[V]] {epsilon = 1.000000e-05 : f64}
  // CHECK: [[N:%.*]] = layerpipe.mul [[C]], [[R]]
  // BATCH: layerpipe.normalize {{.*}} -> tensor<7x3xf32>
  %n = layerpipe.normalize %y {dimensions = array<i64: 1>} : (tensor<4x3xf32>) -> tensor<4x3xf32>
  // CHECK: [[M:%.*]] = layerpipe.reduce_max [[N]]
  // CHECK: [[D:%.*]] = layerpipe.detach [[M]]
  // CHECK: [[Z:%.*]] = layerpipe.sub [[N]], [[D]]
  // CHECK: [[E:%.*]] = layerpipe.exp [[Z]]
  // CHECK: [[SUM:%.*]] = layerpipe.reduce_sum [[E]]
  // CHECK: layerpipe.div [[E]], [[SUM]]
  %p = layerpipe.softmax %n {dimensions = array<i64: 1>} : (tensor<4x3xf32>) -> tensor<4x3xf32>
  // No gradient goes to the largest.
  // TRAINING-NOT: layerpipe.equal
  // TRAINING-NOT: layerpipe.softmax
  %l = layerpipe.mean_squared_error %p, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
}

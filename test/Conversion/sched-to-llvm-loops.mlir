// Ops of loops become nests over as few dimensions as their maps allow, and fuse
// where they run over the same positions. Sums are kept in the result, which is
// filled before and, for a mean, divided behind the nest.

// RUN: layerpipe-opt %s --layerpipe-pipeline="processors=1 strategy=sequential" | layerpipe-opt --pass-pipeline='builtin.module(convert-layerpipe-to-sched,sched.program(sched-place-buffers),convert-sched-to-llvm{kernels=reference})' | FileCheck %s

layerpipe.graph forward @normalised {
  %x = layerpipe.input : tensor<2x3x4x5xf32>
  %t = layerpipe.labels : tensor<2x60xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<60x60xf32>
  %s = layerpipe.parameter "s" constant(1.0) : tensor<3x1x1xf32>

  // The mean over all but the channels: rows of 20 elements, for each of which
  // the sum of one channel grows.
  // CHECK-LABEL: llvm.func internal @loop0.layerpipe_task.w.forward(
  // CHECK: scf.for {{.*}} to %c3_i64
  // CHECK: llvm.store
  // CHECK: scf.for {{.*}} to %c2_i64
  // CHECK: scf.for {{.*}} to %c3_i64
  // CHECK: scf.for {{.*}} to %c20_i64
  // CHECK: arith.addf {{.*}} fastmath<reassoc>
  // CHECK: scf.for {{.*}} to %c3_i64
  // CHECK: arith.divf
  %m = layerpipe.reduce_mean %x : (tensor<2x3x4x5xf32>) -> tensor<1x3x1x1xf32>

  // The difference and the product are one nest over samples, channels and
  // images of 20 elements.
  // CHECK-LABEL: llvm.func internal @loop1.layerpipe_task.w.forward(
  // CHECK: scf.for {{.*}} to %c2_i64
  // CHECK: scf.for {{.*}} to %c3_i64
  // CHECK: scf.for {{.*}} to %c20_i64
  // CHECK-NOT: scf.for
  // CHECK: [[D:%.*]] = arith.subf
  // CHECK: arith.mulf [[D]],
  // CHECK: llvm.return

  // The parameter's gradient sums products that are not stored.
  // CHECK-LABEL: llvm.func internal @loop0.layerpipe_task.w.grad_weight(
  // CHECK: scf.for {{.*}} to %c3_i64
  // CHECK: llvm.store
  // CHECK: scf.for {{.*}} to %c2_i64
  // CHECK: scf.for {{.*}} to %c3_i64
  // CHECK: scf.for {{.*}} to %c20_i64
  // CHECK: [[P:%.*]] = arith.mulf
  // CHECK: arith.addf {{.*}}, [[P]] fastmath<reassoc>
  // CHECK-NEXT: llvm.store
  // CHECK-NOT: llvm.store
  // CHECK: llvm.return
  %d = layerpipe.sub %x, %m : (tensor<2x3x4x5xf32>, tensor<1x3x1x1xf32>) -> tensor<2x3x4x5xf32>
  %p = layerpipe.mul %d, %s : (tensor<2x3x4x5xf32>, tensor<3x1x1xf32>) -> tensor<2x3x4x5xf32>
  %f = layerpipe.reshape %p : (tensor<2x3x4x5xf32>) -> tensor<2x60xf32>
  %y = layerpipe.linear %f, %w : (tensor<2x60xf32>, tensor<60x60xf32>) -> tensor<2x60xf32>
  %l = layerpipe.mean_squared_error %y, %t : (tensor<2x60xf32>, tensor<2x60xf32>) -> tensor<f32>
}

// An unbiased running variance moves towards n/(n − 1) times the batch's variance,
// where n counts the elements of a channel. The batch is normalised by the latter.

// RUN: layerpipe-opt %s --layerpipe-decompose | FileCheck %s
// RUN: layerpipe-opt %s --layerpipe-set-batch=batch=1 --layerpipe-decompose | FileCheck %s --check-prefix=ONE

layerpipe.graph forward @net {
  %x = layerpipe.input : tensor<5x2xf32>
  %m = layerpipe.parameter "mean" constant(0.0) : tensor<2xf32>
  %v = layerpipe.parameter "variance" constant(1.0) : tensor<2xf32>
  // CHECK: [[BV:%.*]] = layerpipe.reshape [[MEAN:%.*]] :
  // CHECK: layerpipe.running_average %{{.*}}, [[BV]]
  // CHECK: [[B:%.*]] = layerpipe.reduce_mean
  // CHECK: [[R:%.*]] = layerpipe.reshape [[B]]
  // CHECK: [[U:%.*]] = layerpipe.scale [[R]] {factor = 1.250000e+00 : f64}
  // CHECK: layerpipe.running_average %{{.*}}, [[U]]
  // CHECK: layerpipe.train_or_eval [[B]],
  // One element has no such variance.
  // ONE-NOT: layerpipe.scale
  %n = layerpipe.batch_norm %x, %m, %v {unbiased_running_variance} : (tensor<5x2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<5x2xf32>
}

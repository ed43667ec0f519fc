// Graphs that have no training graph, and options without a meaning.

// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics --layerpipe-differentiate
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate=optimizer=adamax 2>&1 | FileCheck %s --check-prefix=OPTIMIZER
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate=lr=0 2>&1 | FileCheck %s --check-prefix=RATE
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate=lr=nan 2>&1 | FileCheck %s --check-prefix=NAN
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate=lr=1e-50 2>&1 | FileCheck %s --check-prefix=SMALL
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate=lr=1e39 2>&1 | FileCheck %s --check-prefix=LARGE
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate=coefficients=weight-decay=-1 2>&1 | FileCheck %s --check-prefix=DECAY
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate="optimizer=momentum coefficients=momentum=1" 2>&1 | FileCheck %s --check-prefix=MOMENTUM
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate="optimizer=rmsprop coefficients=beta1=0.5" 2>&1 | FileCheck %s --check-prefix=OTHERS
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate=coefficients=epsilom=0.5 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate="optimizer=adam coefficients=epsilon" 2>&1 | FileCheck %s --check-prefix=NUMBER
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate="optimizer=adam coefficients=beta1=0.5,beta2=0.5,beta1=0.25" 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate="optimizer=adamw no-decay=*.gain" 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate="optimizer=adam no-decay=*" 2>&1 | FileCheck %s --check-prefix=NO-DECAY
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate="optimizer=adamw no-decay=a[" 2>&1 | FileCheck %s --check-prefix=GLOB
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate=clip-norm=0 2>&1 | FileCheck %s --check-prefix=CLIP

// OPTIMIZER: chain3.mlir:2:1: error: unknown optimizer 'adamax'; there are sgd, adagrad, {{.*}} and adamw{{$}}
// RATE: error: lr: '0' is too small; it must be a number from 1e-37 to 1e38{{$}}
// NAN: error: lr: 'nan' is not a finite number; it must be
// SMALL: error: lr: '1e-50' is too small; it must be
// LARGE: error: lr: '1e39' is too large; it must be
// DECAY: error: weight-decay: '-1' is too small; it must be a number from 1e-37 to 1e38, or 0
// MOMENTUM: error: momentum: '1' is too large; it must be a number from 1e-37 to 0.999999, or 0
// OTHERS: error: the optimizer rmsprop has no coefficient 'beta1', but alpha, epsilon and weight-decay
// UNKNOWN: error: the optimizer sgd has no coefficient 'epsilom', but weight-decay
// NUMBER: error: epsilon: '' is not a number
// TWICE: error: the coefficient 'beta1' is given twice
// NONE: chain3.mlir:2:1: error: no-decay: no parameter's name matches '*.gain'
// NO-DECAY: error: no-decay has no effect with a weight-decay of 0, as the optimizer adam has it unless it is told another
// GLOB: error: no-decay: 'a[' is no glob: {{.}}
// CLIP: error: clip-norm:

// expected-error @+1 {{'lossless' has no loss to differentiate, such as layerpipe.softmax_cross_entropy}}
layerpipe.graph forward @lossless {
  %x = layerpipe.input : tensor<4x3xf32>
}

// -----

// expected-error @+1 {{'empty' has no loss to differentiate}}
layerpipe.graph forward @empty {
}

// -----

layerpipe.graph forward @two_losses {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  // expected-note @+1 {{the first is here}}
  %l = layerpipe.mean_squared_error %x, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  // expected-error @+1 {{a second loss; a network trains on one, so keep one of them, or add them by a layerpipe.total_loss}}
  %m = layerpipe.mean_squared_error %t, %x : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
}

// -----

layerpipe.graph forward @two_heads {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  %w = layerpipe.parameter "fc.weight" uniform(0.5) : tensor<3x3xf32>
  %y = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %z = layerpipe.relu %y : (tensor<4x3xf32>) -> tensor<4x3xf32>
  // expected-note @+1 {{the first is here}}
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  // expected-error @+1 {{a second loss; a network trains on one, so keep one of them, or add them by a layerpipe.total_loss}}
  %m = layerpipe.mean_squared_error %z, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  %s = layerpipe.add %l, %m : (tensor<f32>, tensor<f32>) -> tensor<f32>
}

// -----

layerpipe.graph forward @twice_the_loss {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  %w = layerpipe.parameter "fc.weight" uniform(0.5) : tensor<3x3xf32>
  %y = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  // expected-note @+1 {{the loss is here}}
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  // expected-error @+1 {{reads the loss, but a network trains on the loss itself; nothing may be computed from it}}
  %s = layerpipe.add %l, %l : (tensor<f32>, tensor<f32>) -> tensor<f32>
}

// -----

layerpipe.graph forward @total_of_one_loss {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  %w = layerpipe.parameter "fc.weight" uniform(0.5) : tensor<3x3xf32>
  %y = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  // expected-error @+1 {{is not part of the total loss; add it there or remove it}}
  %m = layerpipe.mean_squared_error %y, %x : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  // expected-note @+1 {{the total is here}}
  %s = layerpipe.total_loss %l {weights = array<f64: 1.0>} : (tensor<f32>) -> tensor<f32>
}

// -----

layerpipe.graph forward @total_of_something_else {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  %w = layerpipe.parameter "fc.weight" uniform(0.5) : tensor<3x3xf32>
  %y = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  %n = layerpipe.neg %l : (tensor<f32>) -> tensor<f32>
  // expected-error @+1 {{adds something else than losses, each of them once}}
  %s = layerpipe.total_loss %l, %n {weights = array<f64: 1.0, 1.0>} : (tensor<f32>, tensor<f32>) -> tensor<f32>
}

// -----

layerpipe.graph forward @two_totals {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  %w = layerpipe.parameter "fc.weight" uniform(0.5) : tensor<3x3xf32>
  %y = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  // expected-note @+1 {{the first is here}}
  %r = layerpipe.total_loss %l {weights = array<f64: 1.0>} : (tensor<f32>) -> tensor<f32>
  // expected-error @+1 {{a second total of losses; a network trains on one}}
  %s = layerpipe.total_loss %l {weights = array<f64: 2.0>} : (tensor<f32>) -> tensor<f32>
}

// -----

layerpipe.graph forward @moving_target {
  %x = layerpipe.input : tensor<4x3xf32>
  %w = layerpipe.parameter "fc.weight" uniform(0.5) : tensor<3x3xf32>
  %y = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %z = layerpipe.relu %y : (tensor<4x3xf32>) -> tensor<4x3xf32>
  // expected-error @+1 {{a parameter influences the target of this loss; the gradient goes to what is predicted, so the target must depend on data only}}
  %l = layerpipe.mean_squared_error %y, %z : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
}

// -----

layerpipe.graph forward @no_parameter {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  // expected-error @+1 {{no parameter influences what this loss compares}}
  %l = layerpipe.mean_squared_error %x, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
}

// -----

layerpipe.graph forward @idle_parameter {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  %w = layerpipe.parameter "fc.weight" uniform(0.5) : tensor<3x3xf32>
  // expected-error @+1 {{parameter 'idle' does not influence the loss; remove it}}
  %v = layerpipe.parameter "idle" uniform(0.5) : tensor<3x3xf32>
  %y = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
}

// -----

layerpipe.graph forward @idle_detached_parameter {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  %w = layerpipe.parameter "fc.weight" uniform(0.5) : tensor<3x3xf32>
  // expected-error @+1 {{parameter 'idle' does not influence the loss; remove it}}
  %v = layerpipe.parameter "idle" uniform(0.5) : tensor<3x3xf32>
  %d = layerpipe.detach %v : (tensor<3x3xf32>) -> tensor<3x3xf32>
  %y = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
}

// -----

layerpipe.graph forward @trained_statistic {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  // expected-error @+1 {{parameter 'm' is a statistic, which can't be trained; detach it where the network computes with it}}
  %m = layerpipe.parameter "m" constant(0.0) : tensor<4x3xf32>
  // expected-note @+1 {{this op keeps the statistic}}
  %a = layerpipe.running_average %m, %x : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  %y = layerpipe.mul %x, %m : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
}

// -----

// expected-error @+1 {{this pass works on a graph of phase forward, but 'twice' is training: it is differentiated already}}
layerpipe.graph training @twice {
}

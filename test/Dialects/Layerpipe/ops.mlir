// Every op round-trips, in its own syntax and in the generic one.
// RUN: layerpipe-opt %s | layerpipe-opt | FileCheck %s
// RUN: layerpipe-opt --mlir-print-op-generic %s | layerpipe-opt | FileCheck %s
// RUN: layerpipe-opt --emit-bytecode %s | layerpipe-opt | FileCheck %s

// CHECK-LABEL: layerpipe.graph forward @layers {
layerpipe.graph forward @layers {
  // CHECK: layerpipe.input : tensor<4x2x8x8xf32>
  %x = layerpipe.input : tensor<4x2x8x8xf32>
  // CHECK: layerpipe.labels : tensor<4xi32>
  %t = layerpipe.labels : tensor<4xi32>
  // CHECK: layerpipe.parameter "k" uniform(2.500000e-01) : tensor<3x2x3x3xf32>
  %k = layerpipe.parameter "k" uniform(0.25) : tensor<3x2x3x3xf32>
  // CHECK: layerpipe.parameter "b" constant(0.000000e+00) : tensor<3xf32>
  %b = layerpipe.parameter "b" constant(0.0) : tensor<3xf32>
  // CHECK: layerpipe.conv2d %{{.*}}, %{{.*}}, %{{.*}} {padding = 1 : i64, stride = 2 : i64} : (tensor<4x2x8x8xf32>, tensor<3x2x3x3xf32>, tensor<3xf32>) -> tensor<4x3x4x4xf32>
  %c = layerpipe.conv2d %x, %k, %b {stride = 2, padding = 1} : (tensor<4x2x8x8xf32>, tensor<3x2x3x3xf32>, tensor<3xf32>) -> tensor<4x3x4x4xf32>
  // CHECK: layerpipe.conv2d %{{.*}}, %{{.*}} : (tensor<4x2x8x8xf32>, tensor<3x2x3x3xf32>) -> tensor<4x3x6x6xf32>
  %c2 = layerpipe.conv2d %x, %k : (tensor<4x2x8x8xf32>, tensor<3x2x3x3xf32>) -> tensor<4x3x6x6xf32>
  %k1 = layerpipe.parameter "k1" uniform(0.25) : tensor<4x1x3x1xf32>
  // CHECK: layerpipe.conv2d %{{.*}}, %{{.*}} {dilation = array<i64: 2, 1>, groups = 2 : i64, padding = array<i64: 1, 0, 0, 2>, stride = array<i64: 2, 1>} : (tensor<4x2x8x8xf32>, tensor<4x1x3x1xf32>) -> tensor<4x4x3x10xf32>
  %c3 = layerpipe.conv2d %x, %k1 {stride = array<i64: 2, 1>, padding = array<i64: 1, 0, 0, 2>, dilation = array<i64: 2, 1>, groups = 2} : (tensor<4x2x8x8xf32>, tensor<4x1x3x1xf32>) -> tensor<4x4x3x10xf32>
  // CHECK: layerpipe.conv2d %{{.*}}, %{{.*}} {padding = 5 : i64} : (tensor<4x2x8x8xf32>, tensor<3x2x3x3xf32>) -> tensor<4x3x16x16xf32>
  %c4 = layerpipe.conv2d %x, %k {padding = 5} : (tensor<4x2x8x8xf32>, tensor<3x2x3x3xf32>) -> tensor<4x3x16x16xf32>
  %k2 = layerpipe.parameter "k2" uniform(0.25) : tensor<2x3x3x3xf32>
  // CHECK: layerpipe.conv_transpose2d %{{.*}}, %{{.*}}, %{{.*}} {output_padding = array<i64: 1, 0>, padding = 1 : i64, stride = 2 : i64} : (tensor<4x2x8x8xf32>, tensor<2x3x3x3xf32>, tensor<3xf32>) -> tensor<4x3x16x15xf32>
  %c5 = layerpipe.conv_transpose2d %x, %k2, %b {stride = 2, padding = 1, output_padding = array<i64: 1, 0>} : (tensor<4x2x8x8xf32>, tensor<2x3x3x3xf32>, tensor<3xf32>) -> tensor<4x3x16x15xf32>
  // CHECK: layerpipe.conv_transpose2d %{{.*}}, %{{.*}} {groups = 2 : i64} : (tensor<4x2x8x8xf32>, tensor<2x3x3x3xf32>) -> tensor<4x6x10x10xf32>
  %c6 = layerpipe.conv_transpose2d %x, %k2 {groups = 2} : (tensor<4x2x8x8xf32>, tensor<2x3x3x3xf32>) -> tensor<4x6x10x10xf32>
  // CHECK: layerpipe.relu %{{.*}} : (tensor<4x3x4x4xf32>) -> tensor<4x3x4x4xf32>
  %r = layerpipe.relu %c : (tensor<4x3x4x4xf32>) -> tensor<4x3x4x4xf32>
  // CHECK: layerpipe.tanh %{{.*}} : (tensor<4x3x4x4xf32>) -> tensor<4x3x4x4xf32>
  %h = layerpipe.tanh %c : (tensor<4x3x4x4xf32>) -> tensor<4x3x4x4xf32>
  // CHECK: layerpipe.add %{{.*}}, %{{.*}} : (tensor<4x3x4x4xf32>, tensor<4x3x4x4xf32>) -> tensor<4x3x4x4xf32>
  %a = layerpipe.add %r, %h : (tensor<4x3x4x4xf32>, tensor<4x3x4x4xf32>) -> tensor<4x3x4x4xf32>
  // CHECK: layerpipe.max_pool2d %{{.*}} {kernel = 2 : i64, stride = 2 : i64} : (tensor<4x3x4x4xf32>) -> tensor<4x3x2x2xf32>
  %m = layerpipe.max_pool2d %a {kernel = 2, stride = 2} : (tensor<4x3x4x4xf32>) -> tensor<4x3x2x2xf32>
  // CHECK: layerpipe.avg_pool2d %{{.*}} {kernel = 2 : i64, stride = 2 : i64} : (tensor<4x3x4x4xf32>) -> tensor<4x3x2x2xf32>
  %v = layerpipe.avg_pool2d %a {kernel = 2, stride = 2} : (tensor<4x3x4x4xf32>) -> tensor<4x3x2x2xf32>
  // CHECK: layerpipe.max_pool2d %{{.*}} {ceil, dilation = array<i64: 1, 2>, kernel = array<i64: 3, 2>, padding = array<i64: 0, 1, 0, 1>, stride = 2 : i64} : (tensor<4x3x4x4xf32>) -> tensor<4x3x2x3xf32>
  %m2 = layerpipe.max_pool2d %a {kernel = array<i64: 3, 2>, stride = 2, padding = array<i64: 0, 1, 0, 1>, dilation = array<i64: 1, 2>, ceil} : (tensor<4x3x4x4xf32>) -> tensor<4x3x2x3xf32>
  // CHECK: layerpipe.avg_pool2d %{{.*}} {count_padding, kernel = 3 : i64, padding = 1 : i64, stride = 1 : i64} : (tensor<4x3x4x4xf32>) -> tensor<4x3x4x4xf32>
  %v2 = layerpipe.avg_pool2d %a {kernel = 3, stride = 1, padding = 1, count_padding} : (tensor<4x3x4x4xf32>) -> tensor<4x3x4x4xf32>
  // CHECK: layerpipe.flatten %{{.*}} : (tensor<4x3x2x2xf32>) -> tensor<4x12xf32>
  %f = layerpipe.flatten %m : (tensor<4x3x2x2xf32>) -> tensor<4x12xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<5x12xf32>
  %d = layerpipe.parameter "d" uniform(0.5) : tensor<5xf32>
  // CHECK: layerpipe.parameter "given" values(dense<[1.000000e+00, -2.000000e+00]> : tensor<2xf32>) : tensor<2xf32>
  %given = layerpipe.parameter "given" values(dense<[1.0, -2.0]> : tensor<2xf32>) : tensor<2xf32>
  // CHECK: layerpipe.parameter "stored" values(dense_resource<stored> : tensor<2xf32>) : tensor<2xf32>
  %stored = layerpipe.parameter "stored" values(dense_resource<stored> : tensor<2xf32>) : tensor<2xf32>
  // CHECK: layerpipe.linear %{{.*}}, %{{.*}}, %{{.*}} : (tensor<4x12xf32>, tensor<5x12xf32>, tensor<5xf32>) -> tensor<4x5xf32>
  %y = layerpipe.linear %f, %w, %d : (tensor<4x12xf32>, tensor<5x12xf32>, tensor<5xf32>) -> tensor<4x5xf32>
  // CHECK: layerpipe.linear %{{.*}}, %{{.*}} : (tensor<4x12xf32>, tensor<5x12xf32>) -> tensor<4x5xf32>
  %z = layerpipe.linear %f, %w : (tensor<4x12xf32>, tensor<5x12xf32>) -> tensor<4x5xf32>
  // CHECK: layerpipe.softmax_cross_entropy %{{.*}}, %{{.*}} : (tensor<4x5xf32>, tensor<4xi32>) -> tensor<f32>
  %l = layerpipe.softmax_cross_entropy %y, %t : (tensor<4x5xf32>, tensor<4xi32>) -> tensor<f32>
  // CHECK: layerpipe.mean_squared_error %{{.*}}, %{{.*}} : (tensor<4x5xf32>, tensor<4x5xf32>) -> tensor<f32>
  %e = layerpipe.mean_squared_error %y, %z : (tensor<4x5xf32>, tensor<4x5xf32>) -> tensor<f32>
}

// CHECK-LABEL: layerpipe.graph training @gradients {
layerpipe.graph training @gradients {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4xi32>
  %y = layerpipe.parameter "y" constant(1.0) : tensor<4x2xf32>
  %w = layerpipe.parameter "w" constant(1.0) : tensor<2x3xf32>
  %i = layerpipe.parameter "i" constant(1.0) : tensor<8x2x9x9xf32>
  %j = layerpipe.parameter "j" constant(1.0) : tensor<8x6x9x9xf32>
  %k = layerpipe.parameter "k" constant(1.0) : tensor<6x2x3x3xf32>
  %p = layerpipe.parameter "p" constant(1.0) : tensor<8x6x4x4xf32>
  // CHECK: layerpipe.softmax_cross_entropy_grad %{{.*}}, %{{.*}} : (tensor<4x2xf32>, tensor<4xi32>) -> tensor<4x2xf32>
  %dy = layerpipe.softmax_cross_entropy_grad %y, %t : (tensor<4x2xf32>, tensor<4xi32>) -> tensor<4x2xf32>
  // CHECK: layerpipe.mean_squared_error_grad %{{.*}}, %{{.*}} : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  %dm = layerpipe.mean_squared_error_grad %y, %dy : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  // CHECK: %{{.*}}, %{{.*}}, %{{.*}} = layerpipe.linear_backward %{{.*}}, %{{.*}}, %{{.*}} : (tensor<4x2xf32>, tensor<4x3xf32>, tensor<2x3xf32>) -> (tensor<4x3xf32>, tensor<2x3xf32>, tensor<2xf32>)
  %a0, %a1, %a2 = layerpipe.linear_backward %dy, %x, %w : (tensor<4x2xf32>, tensor<4x3xf32>, tensor<2x3xf32>) -> (tensor<4x3xf32>, tensor<2x3xf32>, tensor<2xf32>)
  // CHECK: layerpipe.linear_grad_input %{{.*}}, %{{.*}} : (tensor<4x2xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>
  %b0 = layerpipe.linear_grad_input %dy, %w : (tensor<4x2xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>
  // CHECK: layerpipe.linear_grad_weight %{{.*}}, %{{.*}} : (tensor<4x2xf32>, tensor<4x3xf32>) -> (tensor<2x3xf32>, tensor<2xf32>)
  %c0, %c1 = layerpipe.linear_grad_weight %dy, %x : (tensor<4x2xf32>, tensor<4x3xf32>) -> (tensor<2x3xf32>, tensor<2xf32>)
  // CHECK: layerpipe.linear_grad_weight %{{.*}}, %{{.*}} : (tensor<4x2xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  %d0 = layerpipe.linear_grad_weight %dy, %x : (tensor<4x2xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  // CHECK: layerpipe.conv2d_backward %{{.*}} {padding = 1 : i64} : (tensor<8x6x9x9xf32>, tensor<8x2x9x9xf32>, tensor<6x2x3x3xf32>) -> (tensor<8x2x9x9xf32>, tensor<6x2x3x3xf32>)
  %e0, %e1 = layerpipe.conv2d_backward %j, %i, %k {padding = 1} : (tensor<8x6x9x9xf32>, tensor<8x2x9x9xf32>, tensor<6x2x3x3xf32>) -> (tensor<8x2x9x9xf32>, tensor<6x2x3x3xf32>)
  // CHECK: layerpipe.conv2d_grad_input %{{.*}} {padding = 1 : i64} : (tensor<8x6x9x9xf32>, tensor<6x2x3x3xf32>) -> tensor<8x2x9x9xf32>
  %f0 = layerpipe.conv2d_grad_input %j, %k {padding = 1} : (tensor<8x6x9x9xf32>, tensor<6x2x3x3xf32>) -> tensor<8x2x9x9xf32>
  // CHECK: layerpipe.conv2d_grad_weight %{{.*}} {padding = 1 : i64} : (tensor<8x6x9x9xf32>, tensor<8x2x9x9xf32>) -> (tensor<6x2x3x3xf32>, tensor<6xf32>)
  %g0, %g1 = layerpipe.conv2d_grad_weight %j, %i {padding = 1} : (tensor<8x6x9x9xf32>, tensor<8x2x9x9xf32>) -> (tensor<6x2x3x3xf32>, tensor<6xf32>)
  // CHECK: layerpipe.relu_grad %{{.*}}, %{{.*}} : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  %h0 = layerpipe.relu_grad %dy, %y : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  // CHECK: layerpipe.tanh_grad %{{.*}}, %{{.*}} : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  %i0 = layerpipe.tanh_grad %dy, %y : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  // CHECK: layerpipe.accumulate %{{.*}}, %{{.*}} {of_weights} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %j0 = layerpipe.accumulate %a1, %d0 {of_weights} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  // CHECK: layerpipe.max_pool2d_grad %{{.*}}, %{{.*}} {kernel = 3 : i64, stride = 2 : i64} : (tensor<8x6x4x4xf32>, tensor<8x6x9x9xf32>) -> tensor<8x6x9x9xf32>
  %k0 = layerpipe.max_pool2d_grad %p, %j {kernel = 3, stride = 2} : (tensor<8x6x4x4xf32>, tensor<8x6x9x9xf32>) -> tensor<8x6x9x9xf32>
  // CHECK: layerpipe.avg_pool2d_grad %{{.*}} {kernel = 3 : i64, stride = 2 : i64} : (tensor<8x6x4x4xf32>) -> tensor<8x6x9x9xf32>
  %l0 = layerpipe.avg_pool2d_grad %p {kernel = 3, stride = 2} : (tensor<8x6x4x4xf32>) -> tensor<8x6x9x9xf32>
  %q = layerpipe.parameter "q" constant(1.0) : tensor<6x2x2x2xf32>
  %r = layerpipe.parameter "r" constant(1.0) : tensor<8x2x18x18xf32>
  // CHECK: layerpipe.conv_transpose2d_backward %{{.*}} {stride = 2 : i64} : (tensor<8x2x18x18xf32>, tensor<8x6x9x9xf32>, tensor<6x2x2x2xf32>) -> (tensor<8x6x9x9xf32>, tensor<6x2x2x2xf32>, tensor<2xf32>)
  %n0, %n1, %n2 = layerpipe.conv_transpose2d_backward %r, %j, %q {stride = 2} : (tensor<8x2x18x18xf32>, tensor<8x6x9x9xf32>, tensor<6x2x2x2xf32>) -> (tensor<8x6x9x9xf32>, tensor<6x2x2x2xf32>, tensor<2xf32>)
  // CHECK: layerpipe.conv_transpose2d_grad_input %{{.*}} {stride = 2 : i64} : (tensor<8x2x18x18xf32>, tensor<6x2x2x2xf32>) -> tensor<8x6x9x9xf32>
  %o0 = layerpipe.conv_transpose2d_grad_input %r, %q {stride = 2} : (tensor<8x2x18x18xf32>, tensor<6x2x2x2xf32>) -> tensor<8x6x9x9xf32>
  // CHECK: layerpipe.conv_transpose2d_grad_weight %{{.*}} {stride = 2 : i64} : (tensor<8x2x18x18xf32>, tensor<8x6x9x9xf32>) -> tensor<6x2x2x2xf32>
  %p0 = layerpipe.conv_transpose2d_grad_weight %r, %j {stride = 2} : (tensor<8x2x18x18xf32>, tensor<8x6x9x9xf32>) -> tensor<6x2x2x2xf32>
  // CHECK: layerpipe.flatten_grad %{{.*}} : (tensor<4x2xf32>) -> tensor<4x2x1xf32>
  %m0 = layerpipe.flatten_grad %dm : (tensor<4x2xf32>) -> tensor<4x2x1xf32>
}

// CHECK-LABEL: layerpipe.graph pipelined @streams attributes {gradient_delays = {fc = 2 : i64}} {
layerpipe.graph pipelined @streams attributes {gradient_delays = {fc = 2 : i64}} {
  // CHECK: layerpipe.input {lag = 3 : i64} : tensor<4x3xf32>
  %x = layerpipe.input {lag = 3} : tensor<4x3xf32>
  // CHECK: layerpipe.labels {lag = 3 : i64} : tensor<4x2xf32>
  %t = layerpipe.labels {lag = 3} : tensor<4x2xf32>
  // CHECK: %[[W0:.*]] = layerpipe.parameter "w"
  %w0 = layerpipe.parameter "w" uniform(0.5) : tensor<2x3xf32>
  // A value may be used before its definition.
  // CHECK: %[[W:.*]] = layerpipe.delay %[[NEXT:.*]] by 1 initial(%[[W0]]) : tensor<2x3xf32>
  %w = layerpipe.delay %next by 1 initial(%w0) : tensor<2x3xf32>
  // CHECK: layerpipe.delay %{{.*}} by 1 initial(0.000000e+00) : tensor<2x3xf32>
  %v = layerpipe.delay %vnext by 1 initial(0.0) : tensor<2x3xf32>
  // CHECK: layerpipe.delay %{{.*}} by 2 initial(absent) : tensor<2x3xf32>
  %g = layerpipe.delay %dw by 2 initial(absent) : tensor<2x3xf32>
  // CHECK: %[[DW:.*]] = layerpipe.task "fc.backward" backward layer 1(%{{.*}}, %{{.*}}, %[[W]]) attributes {lag = 4 : i64, processor = 1 : i64, retimed = 3 : i64, slot = 0 : i64, start = 5 : i64, time = 12 : i64} {
  %dw = layerpipe.task "fc.backward" backward layer 1 (%x, %t, %w) attributes {time = 12, processor = 1, start = 5, slot = 0, lag = 4, retimed = 3} {
  // CHECK-NEXT: ^bb0(%{{.*}}: tensor<4x3xf32>, %{{.*}}: tensor<4x2xf32>, %{{.*}}: tensor<2x3xf32>):
  ^bb0(%a: tensor<4x3xf32>, %b: tensor<4x2xf32>, %c: tensor<2x3xf32>):
    %y = layerpipe.linear %a, %c : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32>
    %dy = layerpipe.mean_squared_error_grad %y, %b : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
    %d = layerpipe.linear_grad_weight %dy, %a {layerpipe.layer = 1 : i64} : (tensor<4x2xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
    // CHECK: layerpipe.yield %{{.*}} : tensor<2x3xf32>
    layerpipe.yield %d : tensor<2x3xf32>
  // CHECK-NEXT: } : (tensor<4x3xf32>, tensor<4x2xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  } : (tensor<4x3xf32>, tensor<4x2xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  // CHECK: %[[NEXT]], %{{.*}} = layerpipe.sgd_momentum %[[W]], %{{.*}} {learning_rate = 1.000000e-01 : f32, momentum = 5.000000e-01 : f64, weight_decay = 2.500000e-01 : f64}
  %next, %vnext = layerpipe.sgd_momentum %w, %v, %g {learning_rate = 1.0e-1 : f32, momentum = 5.0e-1, weight_decay = 2.5e-1} : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>)
  // CHECK: layerpipe.sgd %{{.*}}, %{{.*}} {learning_rate = 1.000000e-01 : f32} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %s = layerpipe.sgd %w0, %g {learning_rate = 1.0e-1 : f32} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
}

// A task without operands or results.
// CHECK-LABEL: layerpipe.graph training @empty_task
layerpipe.graph training @empty_task {
  // CHECK: layerpipe.task "nothing" forward layer 1() {
  // CHECK-NEXT: layerpipe.yield
  // CHECK-NEXT: } : () -> ()
  layerpipe.task "nothing" forward layer 1 () {
    layerpipe.yield
  } : () -> ()
}

// CHECK-LABEL: layerpipe.graph training @slices {
layerpipe.graph training @slices {
  %x = layerpipe.input : tensor<4x3xf32>
  // CHECK: layerpipe.task "a.0" forward layer 1(%{{.*}}) attributes {part = #layerpipe.part<"a", output_channels, 0 to 2 of 3, concatenate>} {
  %a = layerpipe.task "a.0" forward layer 1 (%x) attributes {part = #layerpipe.part<"a", output_channels, 0 to 2 of 3, concatenate>} {
  ^bb0(%b: tensor<4x3xf32>):
    // CHECK: layerpipe.slice %{{.*}} {begin = 0 : i64, dimension = 1 : i64, end = 2 : i64} : (tensor<4x3xf32>) -> tensor<4x2xf32>
    %s = layerpipe.slice %b {dimension = 1, begin = 0, end = 2} : (tensor<4x3xf32>) -> tensor<4x2xf32>
    layerpipe.yield %s : tensor<4x2xf32>
  } : (tensor<4x3xf32>) -> tensor<4x2xf32>
  // CHECK: #layerpipe.part<"a", output_channels, 2 to 3 of 3, concatenate>
  %d = layerpipe.task "a.1" forward layer 1 (%x) attributes {part = #layerpipe.part<"a", output_channels, 2 to 3 of 3, concatenate>} {
  ^bb0(%b: tensor<4x3xf32>):
    %s = layerpipe.slice %b {dimension = 1, begin = 2, end = 3} : (tensor<4x3xf32>) -> tensor<4x1xf32>
    layerpipe.yield %s : tensor<4x1xf32>
  } : (tensor<4x3xf32>) -> tensor<4x1xf32>
  // CHECK: layerpipe.concat %{{.*}}, %{{.*}} {dimension = 1 : i64} : (tensor<4x2xf32>, tensor<4x1xf32>) -> tensor<4x3xf32>
  %c = layerpipe.concat %a, %d {dimension = 1} : (tensor<4x2xf32>, tensor<4x1xf32>) -> tensor<4x3xf32>
}

// CHECK-LABEL: layerpipe.graph training @machine attributes
// CHECK-SAME: machine = #layerpipe.machine<speeds [1, 1/2], memory [4096, 2048], bandwidth 5/2, latency 100>
layerpipe.graph training @machine attributes {machine = #layerpipe.machine<latency 100, bandwidth 5/2, memory [4096, 2048], speeds [1, 1/2]>, processors = 2 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  // CHECK: transfers = [#layerpipe.transfer<0 to 1 start 20 lag -2>]
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {processor = 0, transfers = [#layerpipe.transfer<0 to 1 start 20 lag -2>]} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// CHECK: machine = #layerpipe.machine<bandwidth 3>
layerpipe.graph training @links attributes {machine = #layerpipe.machine<bandwidth 3>} {
}

// CHECK: machine = #layerpipe.machine<bandwidth 1, latency 500, levels [4 shared, 16 bandwidth 10 latency 50], pairs [0 and 5 bandwidth 5/2, 1 and 2 shared latency 3]>
layerpipe.graph training @levels attributes {machine = #layerpipe.machine<pairs [0 and 5 bandwidth 5/2, 1 and 2 shared latency 3], levels [4 shared, 16 bandwidth 10 latency 50], bandwidth 1, latency 500>} {
}

// CHECK: machine = #layerpipe.machine<>
layerpipe.graph training @plain attributes {machine = #layerpipe.machine<>} {
}

// CHECK-LABEL: layerpipe.graph forward @statistics
layerpipe.graph forward @statistics {
  %x = layerpipe.input : tensor<4x3xf32>
  %m = layerpipe.parameter "m" constant(0.0) : tensor<3xf32>
  %v = layerpipe.parameter "v" constant(1.0) : tensor<3xf32>
  %r = layerpipe.parameter "r" constant(1.0) : tensor<4x3xf32>
  // CHECK: layerpipe.batch_norm %{{.*}}, %{{.*}}, %{{.*}} : (tensor<4x3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<4x3xf32>
  %y = layerpipe.batch_norm %x, %m, %v {epsilon = 1.0e-5, momentum = 0.9} : (tensor<4x3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<4x3xf32>
  // CHECK: layerpipe.running_average %{{.*}}, %{{.*}} {momentum = 0.{{0*}}e+00 : f64} : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  %a = layerpipe.running_average %r, %y {momentum = 0.0} : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  // CHECK: layerpipe.train_or_eval %{{.*}}, %{{.*}} : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  %z = layerpipe.train_or_eval %y, %x : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
}

// CHECK-LABEL: layerpipe.graph forward @draws
layerpipe.graph forward @draws {
  %x = layerpipe.input : tensor<4x3xf32>
  // CHECK: layerpipe.dropout %{{.*}} {key = 3 : i64, per_sample, rate = 2.5{{0*}}e-01 : f64} : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %y = layerpipe.dropout %x {key = 3, rate = 0.25, per_sample} : (tensor<4x3xf32>) -> tensor<4x3xf32>
  // CHECK: layerpipe.drop %{{.*}} {offset = 6 : i64, strides = array<i64: 3, 1>} : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %z = layerpipe.drop %y {offset = 6, strides = array<i64: 3, 1>} : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

{-#
  dialect_resources: {
    builtin: {
      // CHECK: stored: "0x040000000000803F000000C0"
      stored: "0x040000000000803F000000C0"
    }
  }
#-}

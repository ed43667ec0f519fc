// One layer on two processors: processor 0 runs its forward and its update,
// processor 1 loss and gradient. The gradient arrives one iteration late.
layerpipe.graph scheduled @net attributes {gradient_delays = {layer_1 = 1 : i64}, lower_bound = 8 : i64, period = 10 : i64, processors = 2 : i64, strategy = "by hand", time_unit = "cycles"} {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4xi32>
  %w0 = layerpipe.parameter "w" uniform(0.5) : tensor<5x3xf32>
  %w = layerpipe.delay %w1 by 1 initial(%w0) : tensor<5x3xf32>
  %y = layerpipe.task "forward" forward layer 1 (%x, %w) attributes {time = 4 : i64, processor = 0 : i64, start = 0 : i64, slot = 0 : i64, lag = 0 : i64} {
  ^bb0(%a: tensor<4x3xf32>, %b: tensor<5x3xf32>):
    %z = layerpipe.linear %a, %b : (tensor<4x3xf32>, tensor<5x3xf32>) -> tensor<4x5xf32>
    %h = layerpipe.tanh %z : (tensor<4x5xf32>) -> tensor<4x5xf32>
    layerpipe.yield %h : tensor<4x5xf32>
  } : (tensor<4x3xf32>, tensor<5x3xf32>) -> tensor<4x5xf32>
  %dy = layerpipe.task "loss" loss layer 0 (%y, %t) attributes {time = 1 : i64, processor = 1 : i64, start = 4 : i64, slot = 0 : i64, lag = 0 : i64} {
  ^bb0(%a: tensor<4x5xf32>, %b: tensor<4xi32>):
    %l = layerpipe.softmax_cross_entropy %a, %b : (tensor<4x5xf32>, tensor<4xi32>) -> tensor<f32>
    %d = layerpipe.softmax_cross_entropy_grad %a, %b : (tensor<4x5xf32>, tensor<4xi32>) -> tensor<4x5xf32>
    %e = layerpipe.tanh_grad %d, %a : (tensor<4x5xf32>, tensor<4x5xf32>) -> tensor<4x5xf32>
    layerpipe.yield %e : tensor<4x5xf32>
  } : (tensor<4x5xf32>, tensor<4xi32>) -> tensor<4x5xf32>
  %g = layerpipe.task "grad" grad_weight layer 1 (%dy, %x) attributes {time = 4 : i64, processor = 1 : i64, start = 5 : i64, slot = 1 : i64, lag = 0 : i64} {
  ^bb0(%a: tensor<4x5xf32>, %b: tensor<4x3xf32>):
    %d = layerpipe.linear_grad_weight %a, %b : (tensor<4x5xf32>, tensor<4x3xf32>) -> tensor<5x3xf32>
    layerpipe.yield %d : tensor<5x3xf32>
  } : (tensor<4x5xf32>, tensor<4x3xf32>) -> tensor<5x3xf32>
  %g1 = layerpipe.delay %g by 1 initial(absent) : tensor<5x3xf32>
  %w1 = layerpipe.task "update" update layer 1 (%w, %g1) attributes {time = 0 : i64, processor = 0 : i64, start = 4 : i64, slot = 1 : i64, lag = 0 : i64} {
  ^bb0(%a: tensor<5x3xf32>, %b: tensor<5x3xf32>):
    %n = layerpipe.sgd %a, %b {learning_rate = 1.0e-1 : f32} : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    layerpipe.yield %n : tensor<5x3xf32>
  } : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
}

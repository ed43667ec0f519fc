// The product is cut at input channel 4. Each part slices the weights, which travel
// whole, and yields its slice of the gradient; the reader puts the slices together.
// layerpipe-opt %s --layerpipe-split-gradients=cuts=b.grad_input:input_channels:4

layerpipe.graph training @two_layers {
  %dy = layerpipe.input : tensor<4x2xf32>
  %y = layerpipe.labels : tensor<4x6xf32>
  %w = layerpipe.parameter "b.weight" uniform(3.500000e-01) : tensor<2x6xf32>
  %dx = layerpipe.task "b.grad_input" grad_input layer 2(%dy, %w) {
  ^bb0(%a: tensor<4x2xf32>, %b: tensor<2x6xf32>):
    %c = layerpipe.linear_grad_input %a, %b : (tensor<4x2xf32>, tensor<2x6xf32>) -> tensor<4x6xf32>
    layerpipe.yield %c : tensor<4x6xf32>
  } : (tensor<4x2xf32>, tensor<2x6xf32>) -> tensor<4x6xf32>
  %dz = layerpipe.task "a.activation_grad" activation_grad layer 1(%dx, %y) {
  ^bb0(%a: tensor<4x6xf32>, %b: tensor<4x6xf32>):
    %c = layerpipe.relu_grad %a, %b : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
    layerpipe.yield %c : tensor<4x6xf32>
  } : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
}

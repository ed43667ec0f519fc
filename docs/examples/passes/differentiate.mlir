// A network of one layer. Its input is the data, of which nobody needs the gradient, so
// its backward is `linear_grad_weight` alone. Afterwards `%2` is only the initial
// weight; each iteration reads `%3`, which after iteration 0 is what the update of the
// iteration before has made.
// layerpipe-opt %s --layerpipe-differentiate=lr=0.05

layerpipe.graph forward @one {
  %x = layerpipe.input : tensor<4x8xf32>
  %t = layerpipe.labels : tensor<4x2xf32>
  %w = layerpipe.parameter "fc.weight" uniform(0.35) : tensor<2x8xf32>
  %y = layerpipe.linear %x, %w : (tensor<4x8xf32>, tensor<2x8xf32>) -> tensor<4x2xf32>
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
}

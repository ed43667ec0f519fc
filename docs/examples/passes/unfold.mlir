// A batch of four samples as two microbatches: each has its own slice of the input, its
// own forward pass, loss and gradients; the update gets the sum of both gradients.
// layerpipe-opt %s --layerpipe-set-batch=microbatches=2 --layerpipe-differentiate --layerpipe-unfold=microbatches=2

layerpipe.graph forward @one {
  %x = layerpipe.input : tensor<4x8xf32>
  %t = layerpipe.labels : tensor<4x2xf32>
  %w = layerpipe.parameter "fc.weight" uniform(0.35) : tensor<2x8xf32>
  %y = layerpipe.linear %x, %w : (tensor<4x8xf32>, tensor<2x8xf32>) -> tensor<4x2xf32>
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
}

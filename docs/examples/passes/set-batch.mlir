// Batches of 16 instead of 4: the types of input and labels change, and with them all
// that are inferred from them. Weights stay as they are.
// layerpipe-opt %s --layerpipe-set-batch=batch=16

layerpipe.graph forward @one {
  %x = layerpipe.input : tensor<4x8xf32>
  %t = layerpipe.labels : tensor<4x2xf32>
  %w = layerpipe.parameter "fc.weight" uniform(0.35) : tensor<2x8xf32>
  %y = layerpipe.linear %x, %w : (tensor<4x8xf32>, tensor<2x8xf32>) -> tensor<4x2xf32>
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
}

// A network that normalises by the batch behind a convolution and behind a dense
// layer.

layerpipe.graph forward @normalised {
  %x = layerpipe.input : tensor<16x1x4x4xf32>
  %t = layerpipe.labels : tensor<16xi32>
  %k = layerpipe.parameter "conv.weight" uniform(0.5) : tensor<3x1x3x3xf32>
  %m1 = layerpipe.parameter "norm1.mean" constant(0.0) : tensor<3xf32>
  %v1 = layerpipe.parameter "norm1.variance" constant(1.0) : tensor<3xf32>
  %s1 = layerpipe.parameter "norm1.scale" constant(1.0) : tensor<3x1x1xf32>
  %o1 = layerpipe.parameter "norm1.offset" constant(0.0) : tensor<3x1x1xf32>
  %w1 = layerpipe.parameter "hidden.weight" uniform(0.5) : tensor<8x12xf32>
  %m2 = layerpipe.parameter "norm2.mean" constant(0.5) : tensor<8xf32>
  %v2 = layerpipe.parameter "norm2.variance" constant(2.0) : tensor<8xf32>
  %w2 = layerpipe.parameter "last.weight" uniform(0.5) : tensor<4x8xf32>
  %c = layerpipe.conv2d %x, %k : (tensor<16x1x4x4xf32>, tensor<3x1x3x3xf32>) -> tensor<16x3x2x2xf32>
  %n1 = layerpipe.batch_norm %c, %m1, %v1 : (tensor<16x3x2x2xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<16x3x2x2xf32>
  %p1 = layerpipe.mul %n1, %s1 : (tensor<16x3x2x2xf32>, tensor<3x1x1xf32>) -> tensor<16x3x2x2xf32>
  %a1 = layerpipe.add %p1, %o1 : (tensor<16x3x2x2xf32>, tensor<3x1x1xf32>) -> tensor<16x3x2x2xf32>
  %r1 = layerpipe.relu %a1 : (tensor<16x3x2x2xf32>) -> tensor<16x3x2x2xf32>
  %f = layerpipe.flatten %r1 : (tensor<16x3x2x2xf32>) -> tensor<16x12xf32>
  %h = layerpipe.linear %f, %w1 : (tensor<16x12xf32>, tensor<8x12xf32>) -> tensor<16x8xf32>
  %n2 = layerpipe.batch_norm %h, %m2, %v2 {epsilon = 1.0e-3, momentum = 0.75} : (tensor<16x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<16x8xf32>
  %r2 = layerpipe.relu %n2 : (tensor<16x8xf32>) -> tensor<16x8xf32>
  %y = layerpipe.linear %r2, %w2 : (tensor<16x8xf32>, tensor<4x8xf32>) -> tensor<16x4xf32>
  %l = layerpipe.softmax_cross_entropy %y, %t : (tensor<16x4xf32>, tensor<16xi32>) -> tensor<f32>
}

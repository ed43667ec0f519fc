// A network with a frozen parameter at each place: in the first layers, which then
// have no backward tasks, between trained layers, and one that is no product's.

layerpipe.graph forward @frozen {
  %x = layerpipe.input : tensor<8x6xf32>
  %t = layerpipe.labels : tensor<8xi32>
  %w1 = layerpipe.parameter "first.weight" uniform(0.4) : tensor<8x6xf32>
  %b1 = layerpipe.parameter "first.bias" uniform(0.4) : tensor<8xf32>
  %w2 = layerpipe.parameter "second.weight" uniform(0.4) : tensor<8x8xf32>
  %w3 = layerpipe.parameter "third.weight" uniform(0.4) : tensor<8x8xf32>
  %s = layerpipe.parameter "scale" uniform(1.0) : tensor<8xf32>
  %w4 = layerpipe.parameter "last.weight" uniform(0.4) : tensor<4x8xf32>
  %fw1 = layerpipe.detach %w1 : (tensor<8x6xf32>) -> tensor<8x6xf32>
  %fb1 = layerpipe.detach %b1 : (tensor<8xf32>) -> tensor<8xf32>
  %fw3 = layerpipe.detach %w3 : (tensor<8x8xf32>) -> tensor<8x8xf32>
  %fs = layerpipe.detach %s : (tensor<8xf32>) -> tensor<8xf32>
  %h1 = layerpipe.linear %x, %fw1, %fb1 : (tensor<8x6xf32>, tensor<8x6xf32>, tensor<8xf32>) -> tensor<8x8xf32>
  %a1 = layerpipe.tanh %h1 : (tensor<8x8xf32>) -> tensor<8x8xf32>
  %h2 = layerpipe.linear %a1, %w2 : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %a2 = layerpipe.tanh %h2 : (tensor<8x8xf32>) -> tensor<8x8xf32>
  %h3 = layerpipe.linear %a2, %fw3 : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %m3 = layerpipe.mul %h3, %fs : (tensor<8x8xf32>, tensor<8xf32>) -> tensor<8x8xf32>
  %h4 = layerpipe.linear %m3, %w4 : (tensor<8x8xf32>, tensor<4x8xf32>) -> tensor<8x4xf32>
  %l = layerpipe.softmax_cross_entropy %h4, %t : (tensor<8x4xf32>, tensor<8xi32>) -> tensor<f32>
}

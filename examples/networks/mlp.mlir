// Eight equal fully connected layers.

layerpipe.graph forward @mlp {
  %x0 = layerpipe.input : tensor<64x1024xf32>
  %w1 = layerpipe.parameter "fc1.weight" uniform(3.125000e-02) : tensor<1024x1024xf32>
  %w2 = layerpipe.parameter "fc1.bias" uniform(3.125000e-02) : tensor<1024xf32>
  %x3 = layerpipe.linear %x0, %w1, %w2 : (tensor<64x1024xf32>, tensor<1024x1024xf32>, tensor<1024xf32>) -> tensor<64x1024xf32>
  %x4 = layerpipe.relu %x3 : (tensor<64x1024xf32>) -> tensor<64x1024xf32>
  %w5 = layerpipe.parameter "fc2.weight" uniform(3.125000e-02) : tensor<1024x1024xf32>
  %w6 = layerpipe.parameter "fc2.bias" uniform(3.125000e-02) : tensor<1024xf32>
  %x7 = layerpipe.linear %x4, %w5, %w6 : (tensor<64x1024xf32>, tensor<1024x1024xf32>, tensor<1024xf32>) -> tensor<64x1024xf32>
  %x8 = layerpipe.relu %x7 : (tensor<64x1024xf32>) -> tensor<64x1024xf32>
  %w9 = layerpipe.parameter "fc3.weight" uniform(3.125000e-02) : tensor<1024x1024xf32>
  %w10 = layerpipe.parameter "fc3.bias" uniform(3.125000e-02) : tensor<1024xf32>
  %x11 = layerpipe.linear %x8, %w9, %w10 : (tensor<64x1024xf32>, tensor<1024x1024xf32>, tensor<1024xf32>) -> tensor<64x1024xf32>
  %x12 = layerpipe.relu %x11 : (tensor<64x1024xf32>) -> tensor<64x1024xf32>
  %w13 = layerpipe.parameter "fc4.weight" uniform(3.125000e-02) : tensor<1024x1024xf32>
  %w14 = layerpipe.parameter "fc4.bias" uniform(3.125000e-02) : tensor<1024xf32>
  %x15 = layerpipe.linear %x12, %w13, %w14 : (tensor<64x1024xf32>, tensor<1024x1024xf32>, tensor<1024xf32>) -> tensor<64x1024xf32>
  %x16 = layerpipe.relu %x15 : (tensor<64x1024xf32>) -> tensor<64x1024xf32>
  %w17 = layerpipe.parameter "fc5.weight" uniform(3.125000e-02) : tensor<1024x1024xf32>
  %w18 = layerpipe.parameter "fc5.bias" uniform(3.125000e-02) : tensor<1024xf32>
  %x19 = layerpipe.linear %x16, %w17, %w18 : (tensor<64x1024xf32>, tensor<1024x1024xf32>, tensor<1024xf32>) -> tensor<64x1024xf32>
  %x20 = layerpipe.relu %x19 : (tensor<64x1024xf32>) -> tensor<64x1024xf32>
  %w21 = layerpipe.parameter "fc6.weight" uniform(3.125000e-02) : tensor<1024x1024xf32>
  %w22 = layerpipe.parameter "fc6.bias" uniform(3.125000e-02) : tensor<1024xf32>
  %x23 = layerpipe.linear %x20, %w21, %w22 : (tensor<64x1024xf32>, tensor<1024x1024xf32>, tensor<1024xf32>) -> tensor<64x1024xf32>
  %x24 = layerpipe.relu %x23 : (tensor<64x1024xf32>) -> tensor<64x1024xf32>
  %w25 = layerpipe.parameter "fc7.weight" uniform(3.125000e-02) : tensor<1024x1024xf32>
  %w26 = layerpipe.parameter "fc7.bias" uniform(3.125000e-02) : tensor<1024xf32>
  %x27 = layerpipe.linear %x24, %w25, %w26 : (tensor<64x1024xf32>, tensor<1024x1024xf32>, tensor<1024xf32>) -> tensor<64x1024xf32>
  %x28 = layerpipe.relu %x27 : (tensor<64x1024xf32>) -> tensor<64x1024xf32>
  %w29 = layerpipe.parameter "fc8.weight" uniform(3.125000e-02) : tensor<1024x1024xf32>
  %w30 = layerpipe.parameter "fc8.bias" uniform(3.125000e-02) : tensor<1024xf32>
  %x31 = layerpipe.linear %x28, %w29, %w30 : (tensor<64x1024xf32>, tensor<1024x1024xf32>, tensor<1024xf32>) -> tensor<64x1024xf32>
  %labels = layerpipe.labels : tensor<64xi32>
  %loss = layerpipe.softmax_cross_entropy %x31, %labels : (tensor<64x1024xf32>, tensor<64xi32>) -> tensor<f32>
}

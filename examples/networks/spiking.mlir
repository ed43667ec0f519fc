// A convolutional chain in the style of spiking networks (SpikePipe, arXiv
// 2406.06879): 8 convolutions and 2 linear layers on images of 32x32, a row of the
// batch per time step, 4 steps. relu stands for a neuron's threshold: with a
// surrogate gradient it costs the same, elementwise forward and backward.

layerpipe.graph forward @spiking {
  %x0 = layerpipe.input : tensor<4x3x32x32xf32>
  %w1 = layerpipe.parameter "conv1_1.weight" uniform(1.924501e-01) : tensor<64x3x3x3xf32>
  %x2 = layerpipe.conv2d %x0, %w1 {padding = 1} : (tensor<4x3x32x32xf32>, tensor<64x3x3x3xf32>) -> tensor<4x64x32x32xf32>
  %x3 = layerpipe.relu %x2 : (tensor<4x64x32x32xf32>) -> tensor<4x64x32x32xf32>
  %w4 = layerpipe.parameter "conv1_2.weight" uniform(4.166667e-02) : tensor<64x64x3x3xf32>
  %x5 = layerpipe.conv2d %x3, %w4 {padding = 1} : (tensor<4x64x32x32xf32>, tensor<64x64x3x3xf32>) -> tensor<4x64x32x32xf32>
  %x6 = layerpipe.relu %x5 : (tensor<4x64x32x32xf32>) -> tensor<4x64x32x32xf32>
  %x7 = layerpipe.avg_pool2d %x6 {kernel = 2, stride = 2} : (tensor<4x64x32x32xf32>) -> tensor<4x64x16x16xf32>
  %w8 = layerpipe.parameter "conv2_1.weight" uniform(4.166667e-02) : tensor<128x64x3x3xf32>
  %x9 = layerpipe.conv2d %x7, %w8 {padding = 1} : (tensor<4x64x16x16xf32>, tensor<128x64x3x3xf32>) -> tensor<4x128x16x16xf32>
  %x10 = layerpipe.relu %x9 : (tensor<4x128x16x16xf32>) -> tensor<4x128x16x16xf32>
  %w11 = layerpipe.parameter "conv2_2.weight" uniform(2.946278e-02) : tensor<128x128x3x3xf32>
  %x12 = layerpipe.conv2d %x10, %w11 {padding = 1} : (tensor<4x128x16x16xf32>, tensor<128x128x3x3xf32>) -> tensor<4x128x16x16xf32>
  %x13 = layerpipe.relu %x12 : (tensor<4x128x16x16xf32>) -> tensor<4x128x16x16xf32>
  %x14 = layerpipe.avg_pool2d %x13 {kernel = 2, stride = 2} : (tensor<4x128x16x16xf32>) -> tensor<4x128x8x8xf32>
  %w15 = layerpipe.parameter "conv3_1.weight" uniform(2.946278e-02) : tensor<256x128x3x3xf32>
  %x16 = layerpipe.conv2d %x14, %w15 {padding = 1} : (tensor<4x128x8x8xf32>, tensor<256x128x3x3xf32>) -> tensor<4x256x8x8xf32>
  %x17 = layerpipe.relu %x16 : (tensor<4x256x8x8xf32>) -> tensor<4x256x8x8xf32>
  %w18 = layerpipe.parameter "conv3_2.weight" uniform(2.083333e-02) : tensor<256x256x3x3xf32>
  %x19 = layerpipe.conv2d %x17, %w18 {padding = 1} : (tensor<4x256x8x8xf32>, tensor<256x256x3x3xf32>) -> tensor<4x256x8x8xf32>
  %x20 = layerpipe.relu %x19 : (tensor<4x256x8x8xf32>) -> tensor<4x256x8x8xf32>
  %x21 = layerpipe.avg_pool2d %x20 {kernel = 2, stride = 2} : (tensor<4x256x8x8xf32>) -> tensor<4x256x4x4xf32>
  %w22 = layerpipe.parameter "conv4_1.weight" uniform(2.083333e-02) : tensor<512x256x3x3xf32>
  %x23 = layerpipe.conv2d %x21, %w22 {padding = 1} : (tensor<4x256x4x4xf32>, tensor<512x256x3x3xf32>) -> tensor<4x512x4x4xf32>
  %x24 = layerpipe.relu %x23 : (tensor<4x512x4x4xf32>) -> tensor<4x512x4x4xf32>
  %w25 = layerpipe.parameter "conv4_2.weight" uniform(1.473139e-02) : tensor<512x512x3x3xf32>
  %x26 = layerpipe.conv2d %x24, %w25 {padding = 1} : (tensor<4x512x4x4xf32>, tensor<512x512x3x3xf32>) -> tensor<4x512x4x4xf32>
  %x27 = layerpipe.relu %x26 : (tensor<4x512x4x4xf32>) -> tensor<4x512x4x4xf32>
  %x28 = layerpipe.avg_pool2d %x27 {kernel = 2, stride = 2} : (tensor<4x512x4x4xf32>) -> tensor<4x512x2x2xf32>
  %x29 = layerpipe.flatten %x28 : (tensor<4x512x2x2xf32>) -> tensor<4x2048xf32>
  %w30 = layerpipe.parameter "fc1.weight" uniform(2.209709e-02) : tensor<1024x2048xf32>
  %x31 = layerpipe.linear %x29, %w30 : (tensor<4x2048xf32>, tensor<1024x2048xf32>) -> tensor<4x1024xf32>
  %x32 = layerpipe.relu %x31 : (tensor<4x1024xf32>) -> tensor<4x1024xf32>
  %w33 = layerpipe.parameter "fc2.weight" uniform(3.125000e-02) : tensor<10x1024xf32>
  %x34 = layerpipe.linear %x32, %w33 : (tensor<4x1024xf32>, tensor<10x1024xf32>) -> tensor<4x10xf32>
  %labels = layerpipe.labels : tensor<4xi32>
  %loss = layerpipe.softmax_cross_entropy %x34, %labels : (tensor<4x10xf32>, tensor<4xi32>) -> tensor<f32>
}

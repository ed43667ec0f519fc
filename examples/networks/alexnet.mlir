// AlexNet in the one-column form of Krizhevsky, 2014, without dropout and local
// response normalisation.

layerpipe.graph forward @alexnet {
  %x0 = layerpipe.input : tensor<1x3x224x224xf32>
  %w1 = layerpipe.parameter "conv1.weight" uniform(5.248639e-02) : tensor<64x3x11x11xf32>
  %w2 = layerpipe.parameter "conv1.bias" uniform(1.250000e-01) : tensor<64xf32>
  %x3 = layerpipe.conv2d %x0, %w1, %w2 {stride = 4, padding = 2} : (tensor<1x3x224x224xf32>, tensor<64x3x11x11xf32>, tensor<64xf32>) -> tensor<1x64x55x55xf32>
  %x4 = layerpipe.relu %x3 : (tensor<1x64x55x55xf32>) -> tensor<1x64x55x55xf32>
  %x5 = layerpipe.max_pool2d %x4 {kernel = 3, stride = 2} : (tensor<1x64x55x55xf32>) -> tensor<1x64x27x27xf32>
  %w6 = layerpipe.parameter "conv2.weight" uniform(2.500000e-02) : tensor<192x64x5x5xf32>
  %w7 = layerpipe.parameter "conv2.bias" uniform(7.216878e-02) : tensor<192xf32>
  %x8 = layerpipe.conv2d %x5, %w6, %w7 {padding = 2} : (tensor<1x64x27x27xf32>, tensor<192x64x5x5xf32>, tensor<192xf32>) -> tensor<1x192x27x27xf32>
  %x9 = layerpipe.relu %x8 : (tensor<1x192x27x27xf32>) -> tensor<1x192x27x27xf32>
  %x10 = layerpipe.max_pool2d %x9 {kernel = 3, stride = 2} : (tensor<1x192x27x27xf32>) -> tensor<1x192x13x13xf32>
  %w11 = layerpipe.parameter "conv3.weight" uniform(2.405626e-02) : tensor<384x192x3x3xf32>
  %w12 = layerpipe.parameter "conv3.bias" uniform(5.103104e-02) : tensor<384xf32>
  %x13 = layerpipe.conv2d %x10, %w11, %w12 {padding = 1} : (tensor<1x192x13x13xf32>, tensor<384x192x3x3xf32>, tensor<384xf32>) -> tensor<1x384x13x13xf32>
  %x14 = layerpipe.relu %x13 : (tensor<1x384x13x13xf32>) -> tensor<1x384x13x13xf32>
  %w15 = layerpipe.parameter "conv4.weight" uniform(1.701035e-02) : tensor<256x384x3x3xf32>
  %w16 = layerpipe.parameter "conv4.bias" uniform(6.250000e-02) : tensor<256xf32>
  %x17 = layerpipe.conv2d %x14, %w15, %w16 {padding = 1} : (tensor<1x384x13x13xf32>, tensor<256x384x3x3xf32>, tensor<256xf32>) -> tensor<1x256x13x13xf32>
  %x18 = layerpipe.relu %x17 : (tensor<1x256x13x13xf32>) -> tensor<1x256x13x13xf32>
  %w19 = layerpipe.parameter "conv5.weight" uniform(2.083333e-02) : tensor<256x256x3x3xf32>
  %w20 = layerpipe.parameter "conv5.bias" uniform(6.250000e-02) : tensor<256xf32>
  %x21 = layerpipe.conv2d %x18, %w19, %w20 {padding = 1} : (tensor<1x256x13x13xf32>, tensor<256x256x3x3xf32>, tensor<256xf32>) -> tensor<1x256x13x13xf32>
  %x22 = layerpipe.relu %x21 : (tensor<1x256x13x13xf32>) -> tensor<1x256x13x13xf32>
  %x23 = layerpipe.max_pool2d %x22 {kernel = 3, stride = 2} : (tensor<1x256x13x13xf32>) -> tensor<1x256x6x6xf32>
  %x24 = layerpipe.flatten %x23 : (tensor<1x256x6x6xf32>) -> tensor<1x9216xf32>
  %w25 = layerpipe.parameter "fc6.weight" uniform(1.041667e-02) : tensor<4096x9216xf32>
  %w26 = layerpipe.parameter "fc6.bias" uniform(1.562500e-02) : tensor<4096xf32>
  %x27 = layerpipe.linear %x24, %w25, %w26 : (tensor<1x9216xf32>, tensor<4096x9216xf32>, tensor<4096xf32>) -> tensor<1x4096xf32>
  %x28 = layerpipe.relu %x27 : (tensor<1x4096xf32>) -> tensor<1x4096xf32>
  %w29 = layerpipe.parameter "fc7.weight" uniform(1.562500e-02) : tensor<4096x4096xf32>
  %w30 = layerpipe.parameter "fc7.bias" uniform(1.562500e-02) : tensor<4096xf32>
  %x31 = layerpipe.linear %x28, %w29, %w30 : (tensor<1x4096xf32>, tensor<4096x4096xf32>, tensor<4096xf32>) -> tensor<1x4096xf32>
  %x32 = layerpipe.relu %x31 : (tensor<1x4096xf32>) -> tensor<1x4096xf32>
  %w33 = layerpipe.parameter "fc8.weight" uniform(1.562500e-02) : tensor<1000x4096xf32>
  %w34 = layerpipe.parameter "fc8.bias" uniform(3.162278e-02) : tensor<1000xf32>
  %x35 = layerpipe.linear %x32, %w33, %w34 : (tensor<1x4096xf32>, tensor<1000x4096xf32>, tensor<1000xf32>) -> tensor<1x1000xf32>
  %labels = layerpipe.labels : tensor<1xi32>
  %loss = layerpipe.softmax_cross_entropy %x35, %labels : (tensor<1x1000xf32>, tensor<1xi32>) -> tensor<f32>
}

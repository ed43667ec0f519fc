// VGG-16 (Simonyan and Zisserman, 2015, configuration D) without dropout.

layerpipe.graph forward @vgg16 {
  %x0 = layerpipe.input : tensor<1x3x224x224xf32>
  %w1 = layerpipe.parameter "conv1_1.weight" uniform(1.924501e-01) : tensor<64x3x3x3xf32>
  %w2 = layerpipe.parameter "conv1_1.bias" uniform(1.250000e-01) : tensor<64xf32>
  %x3 = layerpipe.conv2d %x0, %w1, %w2 {padding = 1} : (tensor<1x3x224x224xf32>, tensor<64x3x3x3xf32>, tensor<64xf32>) -> tensor<1x64x224x224xf32>
  %x4 = layerpipe.relu %x3 : (tensor<1x64x224x224xf32>) -> tensor<1x64x224x224xf32>
  %w5 = layerpipe.parameter "conv1_2.weight" uniform(4.166667e-02) : tensor<64x64x3x3xf32>
  %w6 = layerpipe.parameter "conv1_2.bias" uniform(1.250000e-01) : tensor<64xf32>
  %x7 = layerpipe.conv2d %x4, %w5, %w6 {padding = 1} : (tensor<1x64x224x224xf32>, tensor<64x64x3x3xf32>, tensor<64xf32>) -> tensor<1x64x224x224xf32>
  %x8 = layerpipe.relu %x7 : (tensor<1x64x224x224xf32>) -> tensor<1x64x224x224xf32>
  %x9 = layerpipe.max_pool2d %x8 {kernel = 2, stride = 2} : (tensor<1x64x224x224xf32>) -> tensor<1x64x112x112xf32>
  %w10 = layerpipe.parameter "conv2_1.weight" uniform(4.166667e-02) : tensor<128x64x3x3xf32>
  %w11 = layerpipe.parameter "conv2_1.bias" uniform(8.838835e-02) : tensor<128xf32>
  %x12 = layerpipe.conv2d %x9, %w10, %w11 {padding = 1} : (tensor<1x64x112x112xf32>, tensor<128x64x3x3xf32>, tensor<128xf32>) -> tensor<1x128x112x112xf32>
  %x13 = layerpipe.relu %x12 : (tensor<1x128x112x112xf32>) -> tensor<1x128x112x112xf32>
  %w14 = layerpipe.parameter "conv2_2.weight" uniform(2.946278e-02) : tensor<128x128x3x3xf32>
  %w15 = layerpipe.parameter "conv2_2.bias" uniform(8.838835e-02) : tensor<128xf32>
  %x16 = layerpipe.conv2d %x13, %w14, %w15 {padding = 1} : (tensor<1x128x112x112xf32>, tensor<128x128x3x3xf32>, tensor<128xf32>) -> tensor<1x128x112x112xf32>
  %x17 = layerpipe.relu %x16 : (tensor<1x128x112x112xf32>) -> tensor<1x128x112x112xf32>
  %x18 = layerpipe.max_pool2d %x17 {kernel = 2, stride = 2} : (tensor<1x128x112x112xf32>) -> tensor<1x128x56x56xf32>
  %w19 = layerpipe.parameter "conv3_1.weight" uniform(2.946278e-02) : tensor<256x128x3x3xf32>
  %w20 = layerpipe.parameter "conv3_1.bias" uniform(6.250000e-02) : tensor<256xf32>
  %x21 = layerpipe.conv2d %x18, %w19, %w20 {padding = 1} : (tensor<1x128x56x56xf32>, tensor<256x128x3x3xf32>, tensor<256xf32>) -> tensor<1x256x56x56xf32>
  %x22 = layerpipe.relu %x21 : (tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32>
  %w23 = layerpipe.parameter "conv3_2.weight" uniform(2.083333e-02) : tensor<256x256x3x3xf32>
  %w24 = layerpipe.parameter "conv3_2.bias" uniform(6.250000e-02) : tensor<256xf32>
  %x25 = layerpipe.conv2d %x22, %w23, %w24 {padding = 1} : (tensor<1x256x56x56xf32>, tensor<256x256x3x3xf32>, tensor<256xf32>) -> tensor<1x256x56x56xf32>
  %x26 = layerpipe.relu %x25 : (tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32>
  %w27 = layerpipe.parameter "conv3_3.weight" uniform(2.083333e-02) : tensor<256x256x3x3xf32>
  %w28 = layerpipe.parameter "conv3_3.bias" uniform(6.250000e-02) : tensor<256xf32>
  %x29 = layerpipe.conv2d %x26, %w27, %w28 {padding = 1} : (tensor<1x256x56x56xf32>, tensor<256x256x3x3xf32>, tensor<256xf32>) -> tensor<1x256x56x56xf32>
  %x30 = layerpipe.relu %x29 : (tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32>
  %x31 = layerpipe.max_pool2d %x30 {kernel = 2, stride = 2} : (tensor<1x256x56x56xf32>) -> tensor<1x256x28x28xf32>
  %w32 = layerpipe.parameter "conv4_1.weight" uniform(2.083333e-02) : tensor<512x256x3x3xf32>
  %w33 = layerpipe.parameter "conv4_1.bias" uniform(4.419417e-02) : tensor<512xf32>
  %x34 = layerpipe.conv2d %x31, %w32, %w33 {padding = 1} : (tensor<1x256x28x28xf32>, tensor<512x256x3x3xf32>, tensor<512xf32>) -> tensor<1x512x28x28xf32>
  %x35 = layerpipe.relu %x34 : (tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %w36 = layerpipe.parameter "conv4_2.weight" uniform(1.473139e-02) : tensor<512x512x3x3xf32>
  %w37 = layerpipe.parameter "conv4_2.bias" uniform(4.419417e-02) : tensor<512xf32>
  %x38 = layerpipe.conv2d %x35, %w36, %w37 {padding = 1} : (tensor<1x512x28x28xf32>, tensor<512x512x3x3xf32>, tensor<512xf32>) -> tensor<1x512x28x28xf32>
  %x39 = layerpipe.relu %x38 : (tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %w40 = layerpipe.parameter "conv4_3.weight" uniform(1.473139e-02) : tensor<512x512x3x3xf32>
  %w41 = layerpipe.parameter "conv4_3.bias" uniform(4.419417e-02) : tensor<512xf32>
  %x42 = layerpipe.conv2d %x39, %w40, %w41 {padding = 1} : (tensor<1x512x28x28xf32>, tensor<512x512x3x3xf32>, tensor<512xf32>) -> tensor<1x512x28x28xf32>
  %x43 = layerpipe.relu %x42 : (tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %x44 = layerpipe.max_pool2d %x43 {kernel = 2, stride = 2} : (tensor<1x512x28x28xf32>) -> tensor<1x512x14x14xf32>
  %w45 = layerpipe.parameter "conv5_1.weight" uniform(1.473139e-02) : tensor<512x512x3x3xf32>
  %w46 = layerpipe.parameter "conv5_1.bias" uniform(4.419417e-02) : tensor<512xf32>
  %x47 = layerpipe.conv2d %x44, %w45, %w46 {padding = 1} : (tensor<1x512x14x14xf32>, tensor<512x512x3x3xf32>, tensor<512xf32>) -> tensor<1x512x14x14xf32>
  %x48 = layerpipe.relu %x47 : (tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %w49 = layerpipe.parameter "conv5_2.weight" uniform(1.473139e-02) : tensor<512x512x3x3xf32>
  %w50 = layerpipe.parameter "conv5_2.bias" uniform(4.419417e-02) : tensor<512xf32>
  %x51 = layerpipe.conv2d %x48, %w49, %w50 {padding = 1} : (tensor<1x512x14x14xf32>, tensor<512x512x3x3xf32>, tensor<512xf32>) -> tensor<1x512x14x14xf32>
  %x52 = layerpipe.relu %x51 : (tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %w53 = layerpipe.parameter "conv5_3.weight" uniform(1.473139e-02) : tensor<512x512x3x3xf32>
  %w54 = layerpipe.parameter "conv5_3.bias" uniform(4.419417e-02) : tensor<512xf32>
  %x55 = layerpipe.conv2d %x52, %w53, %w54 {padding = 1} : (tensor<1x512x14x14xf32>, tensor<512x512x3x3xf32>, tensor<512xf32>) -> tensor<1x512x14x14xf32>
  %x56 = layerpipe.relu %x55 : (tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %x57 = layerpipe.max_pool2d %x56 {kernel = 2, stride = 2} : (tensor<1x512x14x14xf32>) -> tensor<1x512x7x7xf32>
  %x58 = layerpipe.flatten %x57 : (tensor<1x512x7x7xf32>) -> tensor<1x25088xf32>
  %w59 = layerpipe.parameter "fc6.weight" uniform(6.313453e-03) : tensor<4096x25088xf32>
  %w60 = layerpipe.parameter "fc6.bias" uniform(1.562500e-02) : tensor<4096xf32>
  %x61 = layerpipe.linear %x58, %w59, %w60 : (tensor<1x25088xf32>, tensor<4096x25088xf32>, tensor<4096xf32>) -> tensor<1x4096xf32>
  %x62 = layerpipe.relu %x61 : (tensor<1x4096xf32>) -> tensor<1x4096xf32>
  %w63 = layerpipe.parameter "fc7.weight" uniform(1.562500e-02) : tensor<4096x4096xf32>
  %w64 = layerpipe.parameter "fc7.bias" uniform(1.562500e-02) : tensor<4096xf32>
  %x65 = layerpipe.linear %x62, %w63, %w64 : (tensor<1x4096xf32>, tensor<4096x4096xf32>, tensor<4096xf32>) -> tensor<1x4096xf32>
  %x66 = layerpipe.relu %x65 : (tensor<1x4096xf32>) -> tensor<1x4096xf32>
  %w67 = layerpipe.parameter "fc8.weight" uniform(1.562500e-02) : tensor<1000x4096xf32>
  %w68 = layerpipe.parameter "fc8.bias" uniform(3.162278e-02) : tensor<1000xf32>
  %x69 = layerpipe.linear %x66, %w67, %w68 : (tensor<1x4096xf32>, tensor<1000x4096xf32>, tensor<1000xf32>) -> tensor<1x1000xf32>
  %labels = layerpipe.labels : tensor<1xi32>
  %loss = layerpipe.softmax_cross_entropy %x69, %labels : (tensor<1x1000xf32>, tensor<1xi32>) -> tensor<f32>
}

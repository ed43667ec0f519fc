// ResNet-18 (He et al., 2016). Batch normalisation is opaque; the first
// pooling has windows of 2x2 in place of overlapping ones of 3x3.

layerpipe.graph forward @resnet18 {
  %x0 = layerpipe.input : tensor<1x3x224x224xf32>
  %w1 = layerpipe.parameter "conv1.weight" uniform(8.247861e-02) : tensor<64x3x7x7xf32>
  %x2 = layerpipe.conv2d %x0, %w1 {stride = 2, padding = 3} : (tensor<1x3x224x224xf32>, tensor<64x3x7x7xf32>) -> tensor<1x64x112x112xf32>
  %w3 = layerpipe.parameter "bn1.scale" uniform(1.250000e-01) : tensor<64xf32>
  %w4 = layerpipe.parameter "bn1.shift" uniform(1.250000e-01) : tensor<64xf32>
  %x5 = layerpipe.opaque "bn1"(%x2) weights(%w3, %w4 : tensor<64xf32>, tensor<64xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x64x112x112xf32>) -> tensor<1x64x112x112xf32>
  %x6 = layerpipe.relu %x5 : (tensor<1x64x112x112xf32>) -> tensor<1x64x112x112xf32>
  %x7 = layerpipe.max_pool2d %x6 {kernel = 2, stride = 2} : (tensor<1x64x112x112xf32>) -> tensor<1x64x56x56xf32>
  %w8 = layerpipe.parameter "layer1_0.conv1.weight" uniform(4.166667e-02) : tensor<64x64x3x3xf32>
  %x9 = layerpipe.conv2d %x7, %w8 {padding = 1} : (tensor<1x64x56x56xf32>, tensor<64x64x3x3xf32>) -> tensor<1x64x56x56xf32>
  %w10 = layerpipe.parameter "layer1_0.bn1.scale" uniform(1.250000e-01) : tensor<64xf32>
  %w11 = layerpipe.parameter "layer1_0.bn1.shift" uniform(1.250000e-01) : tensor<64xf32>
  %x12 = layerpipe.opaque "layer1_0.bn1"(%x9) weights(%w10, %w11 : tensor<64xf32>, tensor<64xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %x13 = layerpipe.relu %x12 : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %w14 = layerpipe.parameter "layer1_0.conv2.weight" uniform(4.166667e-02) : tensor<64x64x3x3xf32>
  %x15 = layerpipe.conv2d %x13, %w14 {padding = 1} : (tensor<1x64x56x56xf32>, tensor<64x64x3x3xf32>) -> tensor<1x64x56x56xf32>
  %w16 = layerpipe.parameter "layer1_0.bn2.scale" uniform(1.250000e-01) : tensor<64xf32>
  %w17 = layerpipe.parameter "layer1_0.bn2.shift" uniform(1.250000e-01) : tensor<64xf32>
  %x18 = layerpipe.opaque "layer1_0.bn2"(%x15) weights(%w16, %w17 : tensor<64xf32>, tensor<64xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %x19 = layerpipe.add %x18, %x7 : (tensor<1x64x56x56xf32>, tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %x20 = layerpipe.relu %x19 : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %w21 = layerpipe.parameter "layer1_1.conv1.weight" uniform(4.166667e-02) : tensor<64x64x3x3xf32>
  %x22 = layerpipe.conv2d %x20, %w21 {padding = 1} : (tensor<1x64x56x56xf32>, tensor<64x64x3x3xf32>) -> tensor<1x64x56x56xf32>
  %w23 = layerpipe.parameter "layer1_1.bn1.scale" uniform(1.250000e-01) : tensor<64xf32>
  %w24 = layerpipe.parameter "layer1_1.bn1.shift" uniform(1.250000e-01) : tensor<64xf32>
  %x25 = layerpipe.opaque "layer1_1.bn1"(%x22) weights(%w23, %w24 : tensor<64xf32>, tensor<64xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %x26 = layerpipe.relu %x25 : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %w27 = layerpipe.parameter "layer1_1.conv2.weight" uniform(4.166667e-02) : tensor<64x64x3x3xf32>
  %x28 = layerpipe.conv2d %x26, %w27 {padding = 1} : (tensor<1x64x56x56xf32>, tensor<64x64x3x3xf32>) -> tensor<1x64x56x56xf32>
  %w29 = layerpipe.parameter "layer1_1.bn2.scale" uniform(1.250000e-01) : tensor<64xf32>
  %w30 = layerpipe.parameter "layer1_1.bn2.shift" uniform(1.250000e-01) : tensor<64xf32>
  %x31 = layerpipe.opaque "layer1_1.bn2"(%x28) weights(%w29, %w30 : tensor<64xf32>, tensor<64xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %x32 = layerpipe.add %x31, %x20 : (tensor<1x64x56x56xf32>, tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %x33 = layerpipe.relu %x32 : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %w34 = layerpipe.parameter "layer2_0.conv1.weight" uniform(4.166667e-02) : tensor<128x64x3x3xf32>
  %x35 = layerpipe.conv2d %x33, %w34 {stride = 2, padding = 1} : (tensor<1x64x56x56xf32>, tensor<128x64x3x3xf32>) -> tensor<1x128x28x28xf32>
  %w36 = layerpipe.parameter "layer2_0.bn1.scale" uniform(8.838835e-02) : tensor<128xf32>
  %w37 = layerpipe.parameter "layer2_0.bn1.shift" uniform(8.838835e-02) : tensor<128xf32>
  %x38 = layerpipe.opaque "layer2_0.bn1"(%x35) weights(%w36, %w37 : tensor<128xf32>, tensor<128xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %x39 = layerpipe.relu %x38 : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %w40 = layerpipe.parameter "layer2_0.conv2.weight" uniform(2.946278e-02) : tensor<128x128x3x3xf32>
  %x41 = layerpipe.conv2d %x39, %w40 {padding = 1} : (tensor<1x128x28x28xf32>, tensor<128x128x3x3xf32>) -> tensor<1x128x28x28xf32>
  %w42 = layerpipe.parameter "layer2_0.bn2.scale" uniform(8.838835e-02) : tensor<128xf32>
  %w43 = layerpipe.parameter "layer2_0.bn2.shift" uniform(8.838835e-02) : tensor<128xf32>
  %x44 = layerpipe.opaque "layer2_0.bn2"(%x41) weights(%w42, %w43 : tensor<128xf32>, tensor<128xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %w45 = layerpipe.parameter "layer2_0.down.weight" uniform(1.250000e-01) : tensor<128x64x1x1xf32>
  %x46 = layerpipe.conv2d %x33, %w45 {stride = 2} : (tensor<1x64x56x56xf32>, tensor<128x64x1x1xf32>) -> tensor<1x128x28x28xf32>
  %w47 = layerpipe.parameter "layer2_0.down_bn.scale" uniform(8.838835e-02) : tensor<128xf32>
  %w48 = layerpipe.parameter "layer2_0.down_bn.shift" uniform(8.838835e-02) : tensor<128xf32>
  %x49 = layerpipe.opaque "layer2_0.down_bn"(%x46) weights(%w47, %w48 : tensor<128xf32>, tensor<128xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %x50 = layerpipe.add %x44, %x49 : (tensor<1x128x28x28xf32>, tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %x51 = layerpipe.relu %x50 : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %w52 = layerpipe.parameter "layer2_1.conv1.weight" uniform(2.946278e-02) : tensor<128x128x3x3xf32>
  %x53 = layerpipe.conv2d %x51, %w52 {padding = 1} : (tensor<1x128x28x28xf32>, tensor<128x128x3x3xf32>) -> tensor<1x128x28x28xf32>
  %w54 = layerpipe.parameter "layer2_1.bn1.scale" uniform(8.838835e-02) : tensor<128xf32>
  %w55 = layerpipe.parameter "layer2_1.bn1.shift" uniform(8.838835e-02) : tensor<128xf32>
  %x56 = layerpipe.opaque "layer2_1.bn1"(%x53) weights(%w54, %w55 : tensor<128xf32>, tensor<128xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %x57 = layerpipe.relu %x56 : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %w58 = layerpipe.parameter "layer2_1.conv2.weight" uniform(2.946278e-02) : tensor<128x128x3x3xf32>
  %x59 = layerpipe.conv2d %x57, %w58 {padding = 1} : (tensor<1x128x28x28xf32>, tensor<128x128x3x3xf32>) -> tensor<1x128x28x28xf32>
  %w60 = layerpipe.parameter "layer2_1.bn2.scale" uniform(8.838835e-02) : tensor<128xf32>
  %w61 = layerpipe.parameter "layer2_1.bn2.shift" uniform(8.838835e-02) : tensor<128xf32>
  %x62 = layerpipe.opaque "layer2_1.bn2"(%x59) weights(%w60, %w61 : tensor<128xf32>, tensor<128xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %x63 = layerpipe.add %x62, %x51 : (tensor<1x128x28x28xf32>, tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %x64 = layerpipe.relu %x63 : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %w65 = layerpipe.parameter "layer3_0.conv1.weight" uniform(2.946278e-02) : tensor<256x128x3x3xf32>
  %x66 = layerpipe.conv2d %x64, %w65 {stride = 2, padding = 1} : (tensor<1x128x28x28xf32>, tensor<256x128x3x3xf32>) -> tensor<1x256x14x14xf32>
  %w67 = layerpipe.parameter "layer3_0.bn1.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w68 = layerpipe.parameter "layer3_0.bn1.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x69 = layerpipe.opaque "layer3_0.bn1"(%x66) weights(%w67, %w68 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %x70 = layerpipe.relu %x69 : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %w71 = layerpipe.parameter "layer3_0.conv2.weight" uniform(2.083333e-02) : tensor<256x256x3x3xf32>
  %x72 = layerpipe.conv2d %x70, %w71 {padding = 1} : (tensor<1x256x14x14xf32>, tensor<256x256x3x3xf32>) -> tensor<1x256x14x14xf32>
  %w73 = layerpipe.parameter "layer3_0.bn2.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w74 = layerpipe.parameter "layer3_0.bn2.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x75 = layerpipe.opaque "layer3_0.bn2"(%x72) weights(%w73, %w74 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %w76 = layerpipe.parameter "layer3_0.down.weight" uniform(8.838835e-02) : tensor<256x128x1x1xf32>
  %x77 = layerpipe.conv2d %x64, %w76 {stride = 2} : (tensor<1x128x28x28xf32>, tensor<256x128x1x1xf32>) -> tensor<1x256x14x14xf32>
  %w78 = layerpipe.parameter "layer3_0.down_bn.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w79 = layerpipe.parameter "layer3_0.down_bn.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x80 = layerpipe.opaque "layer3_0.down_bn"(%x77) weights(%w78, %w79 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %x81 = layerpipe.add %x75, %x80 : (tensor<1x256x14x14xf32>, tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %x82 = layerpipe.relu %x81 : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %w83 = layerpipe.parameter "layer3_1.conv1.weight" uniform(2.083333e-02) : tensor<256x256x3x3xf32>
  %x84 = layerpipe.conv2d %x82, %w83 {padding = 1} : (tensor<1x256x14x14xf32>, tensor<256x256x3x3xf32>) -> tensor<1x256x14x14xf32>
  %w85 = layerpipe.parameter "layer3_1.bn1.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w86 = layerpipe.parameter "layer3_1.bn1.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x87 = layerpipe.opaque "layer3_1.bn1"(%x84) weights(%w85, %w86 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %x88 = layerpipe.relu %x87 : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %w89 = layerpipe.parameter "layer3_1.conv2.weight" uniform(2.083333e-02) : tensor<256x256x3x3xf32>
  %x90 = layerpipe.conv2d %x88, %w89 {padding = 1} : (tensor<1x256x14x14xf32>, tensor<256x256x3x3xf32>) -> tensor<1x256x14x14xf32>
  %w91 = layerpipe.parameter "layer3_1.bn2.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w92 = layerpipe.parameter "layer3_1.bn2.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x93 = layerpipe.opaque "layer3_1.bn2"(%x90) weights(%w91, %w92 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %x94 = layerpipe.add %x93, %x82 : (tensor<1x256x14x14xf32>, tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %x95 = layerpipe.relu %x94 : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %w96 = layerpipe.parameter "layer4_0.conv1.weight" uniform(2.083333e-02) : tensor<512x256x3x3xf32>
  %x97 = layerpipe.conv2d %x95, %w96 {stride = 2, padding = 1} : (tensor<1x256x14x14xf32>, tensor<512x256x3x3xf32>) -> tensor<1x512x7x7xf32>
  %w98 = layerpipe.parameter "layer4_0.bn1.scale" uniform(4.419417e-02) : tensor<512xf32>
  %w99 = layerpipe.parameter "layer4_0.bn1.shift" uniform(4.419417e-02) : tensor<512xf32>
  %x100 = layerpipe.opaque "layer4_0.bn1"(%x97) weights(%w98, %w99 : tensor<512xf32>, tensor<512xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %x101 = layerpipe.relu %x100 : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %w102 = layerpipe.parameter "layer4_0.conv2.weight" uniform(1.473139e-02) : tensor<512x512x3x3xf32>
  %x103 = layerpipe.conv2d %x101, %w102 {padding = 1} : (tensor<1x512x7x7xf32>, tensor<512x512x3x3xf32>) -> tensor<1x512x7x7xf32>
  %w104 = layerpipe.parameter "layer4_0.bn2.scale" uniform(4.419417e-02) : tensor<512xf32>
  %w105 = layerpipe.parameter "layer4_0.bn2.shift" uniform(4.419417e-02) : tensor<512xf32>
  %x106 = layerpipe.opaque "layer4_0.bn2"(%x103) weights(%w104, %w105 : tensor<512xf32>, tensor<512xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %w107 = layerpipe.parameter "layer4_0.down.weight" uniform(6.250000e-02) : tensor<512x256x1x1xf32>
  %x108 = layerpipe.conv2d %x95, %w107 {stride = 2} : (tensor<1x256x14x14xf32>, tensor<512x256x1x1xf32>) -> tensor<1x512x7x7xf32>
  %w109 = layerpipe.parameter "layer4_0.down_bn.scale" uniform(4.419417e-02) : tensor<512xf32>
  %w110 = layerpipe.parameter "layer4_0.down_bn.shift" uniform(4.419417e-02) : tensor<512xf32>
  %x111 = layerpipe.opaque "layer4_0.down_bn"(%x108) weights(%w109, %w110 : tensor<512xf32>, tensor<512xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %x112 = layerpipe.add %x106, %x111 : (tensor<1x512x7x7xf32>, tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %x113 = layerpipe.relu %x112 : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %w114 = layerpipe.parameter "layer4_1.conv1.weight" uniform(1.473139e-02) : tensor<512x512x3x3xf32>
  %x115 = layerpipe.conv2d %x113, %w114 {padding = 1} : (tensor<1x512x7x7xf32>, tensor<512x512x3x3xf32>) -> tensor<1x512x7x7xf32>
  %w116 = layerpipe.parameter "layer4_1.bn1.scale" uniform(4.419417e-02) : tensor<512xf32>
  %w117 = layerpipe.parameter "layer4_1.bn1.shift" uniform(4.419417e-02) : tensor<512xf32>
  %x118 = layerpipe.opaque "layer4_1.bn1"(%x115) weights(%w116, %w117 : tensor<512xf32>, tensor<512xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %x119 = layerpipe.relu %x118 : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %w120 = layerpipe.parameter "layer4_1.conv2.weight" uniform(1.473139e-02) : tensor<512x512x3x3xf32>
  %x121 = layerpipe.conv2d %x119, %w120 {padding = 1} : (tensor<1x512x7x7xf32>, tensor<512x512x3x3xf32>) -> tensor<1x512x7x7xf32>
  %w122 = layerpipe.parameter "layer4_1.bn2.scale" uniform(4.419417e-02) : tensor<512xf32>
  %w123 = layerpipe.parameter "layer4_1.bn2.shift" uniform(4.419417e-02) : tensor<512xf32>
  %x124 = layerpipe.opaque "layer4_1.bn2"(%x121) weights(%w122, %w123 : tensor<512xf32>, tensor<512xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %x125 = layerpipe.add %x124, %x113 : (tensor<1x512x7x7xf32>, tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %x126 = layerpipe.relu %x125 : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %x127 = layerpipe.avg_pool2d %x126 {kernel = 7, stride = 1} : (tensor<1x512x7x7xf32>) -> tensor<1x512x1x1xf32>
  %x128 = layerpipe.flatten %x127 : (tensor<1x512x1x1xf32>) -> tensor<1x512xf32>
  %w129 = layerpipe.parameter "fc.weight" uniform(4.419417e-02) : tensor<1000x512xf32>
  %w130 = layerpipe.parameter "fc.bias" uniform(3.162278e-02) : tensor<1000xf32>
  %x131 = layerpipe.linear %x128, %w129, %w130 : (tensor<1x512xf32>, tensor<1000x512xf32>, tensor<1000xf32>) -> tensor<1x1000xf32>
  %labels = layerpipe.labels : tensor<1xi32>
  %loss = layerpipe.softmax_cross_entropy %x131, %labels : (tensor<1x1000xf32>, tensor<1xi32>) -> tensor<f32>
}

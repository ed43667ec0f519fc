// ResNet-50 (He et al., 2016). Batch normalisation is opaque; the first
// pooling has windows of 2x2 in place of overlapping ones of 3x3.

layerpipe.graph forward @resnet50 {
  %x0 = layerpipe.input : tensor<1x3x224x224xf32>
  %w1 = layerpipe.parameter "conv1.weight" uniform(8.247861e-02) : tensor<64x3x7x7xf32>
  %x2 = layerpipe.conv2d %x0, %w1 {stride = 2, padding = 3} : (tensor<1x3x224x224xf32>, tensor<64x3x7x7xf32>) -> tensor<1x64x112x112xf32>
  %w3 = layerpipe.parameter "bn1.scale" uniform(1.250000e-01) : tensor<64xf32>
  %w4 = layerpipe.parameter "bn1.shift" uniform(1.250000e-01) : tensor<64xf32>
  %x5 = layerpipe.opaque "bn1"(%x2) weights(%w3, %w4 : tensor<64xf32>, tensor<64xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x64x112x112xf32>) -> tensor<1x64x112x112xf32>
  %x6 = layerpipe.relu %x5 : (tensor<1x64x112x112xf32>) -> tensor<1x64x112x112xf32>
  %x7 = layerpipe.max_pool2d %x6 {kernel = 2, stride = 2} : (tensor<1x64x112x112xf32>) -> tensor<1x64x56x56xf32>
  %w8 = layerpipe.parameter "layer1_0.conv1.weight" uniform(1.250000e-01) : tensor<64x64x1x1xf32>
  %x9 = layerpipe.conv2d %x7, %w8 : (tensor<1x64x56x56xf32>, tensor<64x64x1x1xf32>) -> tensor<1x64x56x56xf32>
  %w10 = layerpipe.parameter "layer1_0.bn1.scale" uniform(1.250000e-01) : tensor<64xf32>
  %w11 = layerpipe.parameter "layer1_0.bn1.shift" uniform(1.250000e-01) : tensor<64xf32>
  %x12 = layerpipe.opaque "layer1_0.bn1"(%x9) weights(%w10, %w11 : tensor<64xf32>, tensor<64xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %x13 = layerpipe.relu %x12 : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %w14 = layerpipe.parameter "layer1_0.conv2.weight" uniform(4.166667e-02) : tensor<64x64x3x3xf32>
  %x15 = layerpipe.conv2d %x13, %w14 {padding = 1} : (tensor<1x64x56x56xf32>, tensor<64x64x3x3xf32>) -> tensor<1x64x56x56xf32>
  %w16 = layerpipe.parameter "layer1_0.bn2.scale" uniform(1.250000e-01) : tensor<64xf32>
  %w17 = layerpipe.parameter "layer1_0.bn2.shift" uniform(1.250000e-01) : tensor<64xf32>
  %x18 = layerpipe.opaque "layer1_0.bn2"(%x15) weights(%w16, %w17 : tensor<64xf32>, tensor<64xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %x19 = layerpipe.relu %x18 : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %w20 = layerpipe.parameter "layer1_0.conv3.weight" uniform(1.250000e-01) : tensor<256x64x1x1xf32>
  %x21 = layerpipe.conv2d %x19, %w20 : (tensor<1x64x56x56xf32>, tensor<256x64x1x1xf32>) -> tensor<1x256x56x56xf32>
  %w22 = layerpipe.parameter "layer1_0.bn3.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w23 = layerpipe.parameter "layer1_0.bn3.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x24 = layerpipe.opaque "layer1_0.bn3"(%x21) weights(%w22, %w23 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32>
  %w25 = layerpipe.parameter "layer1_0.down.weight" uniform(1.250000e-01) : tensor<256x64x1x1xf32>
  %x26 = layerpipe.conv2d %x7, %w25 : (tensor<1x64x56x56xf32>, tensor<256x64x1x1xf32>) -> tensor<1x256x56x56xf32>
  %w27 = layerpipe.parameter "layer1_0.down_bn.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w28 = layerpipe.parameter "layer1_0.down_bn.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x29 = layerpipe.opaque "layer1_0.down_bn"(%x26) weights(%w27, %w28 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32>
  %x30 = layerpipe.add %x24, %x29 : (tensor<1x256x56x56xf32>, tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32>
  %x31 = layerpipe.relu %x30 : (tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32>
  %w32 = layerpipe.parameter "layer1_1.conv1.weight" uniform(6.250000e-02) : tensor<64x256x1x1xf32>
  %x33 = layerpipe.conv2d %x31, %w32 : (tensor<1x256x56x56xf32>, tensor<64x256x1x1xf32>) -> tensor<1x64x56x56xf32>
  %w34 = layerpipe.parameter "layer1_1.bn1.scale" uniform(1.250000e-01) : tensor<64xf32>
  %w35 = layerpipe.parameter "layer1_1.bn1.shift" uniform(1.250000e-01) : tensor<64xf32>
  %x36 = layerpipe.opaque "layer1_1.bn1"(%x33) weights(%w34, %w35 : tensor<64xf32>, tensor<64xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %x37 = layerpipe.relu %x36 : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %w38 = layerpipe.parameter "layer1_1.conv2.weight" uniform(4.166667e-02) : tensor<64x64x3x3xf32>
  %x39 = layerpipe.conv2d %x37, %w38 {padding = 1} : (tensor<1x64x56x56xf32>, tensor<64x64x3x3xf32>) -> tensor<1x64x56x56xf32>
  %w40 = layerpipe.parameter "layer1_1.bn2.scale" uniform(1.250000e-01) : tensor<64xf32>
  %w41 = layerpipe.parameter "layer1_1.bn2.shift" uniform(1.250000e-01) : tensor<64xf32>
  %x42 = layerpipe.opaque "layer1_1.bn2"(%x39) weights(%w40, %w41 : tensor<64xf32>, tensor<64xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %x43 = layerpipe.relu %x42 : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %w44 = layerpipe.parameter "layer1_1.conv3.weight" uniform(1.250000e-01) : tensor<256x64x1x1xf32>
  %x45 = layerpipe.conv2d %x43, %w44 : (tensor<1x64x56x56xf32>, tensor<256x64x1x1xf32>) -> tensor<1x256x56x56xf32>
  %w46 = layerpipe.parameter "layer1_1.bn3.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w47 = layerpipe.parameter "layer1_1.bn3.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x48 = layerpipe.opaque "layer1_1.bn3"(%x45) weights(%w46, %w47 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32>
  %x49 = layerpipe.add %x48, %x31 : (tensor<1x256x56x56xf32>, tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32>
  %x50 = layerpipe.relu %x49 : (tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32>
  %w51 = layerpipe.parameter "layer1_2.conv1.weight" uniform(6.250000e-02) : tensor<64x256x1x1xf32>
  %x52 = layerpipe.conv2d %x50, %w51 : (tensor<1x256x56x56xf32>, tensor<64x256x1x1xf32>) -> tensor<1x64x56x56xf32>
  %w53 = layerpipe.parameter "layer1_2.bn1.scale" uniform(1.250000e-01) : tensor<64xf32>
  %w54 = layerpipe.parameter "layer1_2.bn1.shift" uniform(1.250000e-01) : tensor<64xf32>
  %x55 = layerpipe.opaque "layer1_2.bn1"(%x52) weights(%w53, %w54 : tensor<64xf32>, tensor<64xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %x56 = layerpipe.relu %x55 : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %w57 = layerpipe.parameter "layer1_2.conv2.weight" uniform(4.166667e-02) : tensor<64x64x3x3xf32>
  %x58 = layerpipe.conv2d %x56, %w57 {padding = 1} : (tensor<1x64x56x56xf32>, tensor<64x64x3x3xf32>) -> tensor<1x64x56x56xf32>
  %w59 = layerpipe.parameter "layer1_2.bn2.scale" uniform(1.250000e-01) : tensor<64xf32>
  %w60 = layerpipe.parameter "layer1_2.bn2.shift" uniform(1.250000e-01) : tensor<64xf32>
  %x61 = layerpipe.opaque "layer1_2.bn2"(%x58) weights(%w59, %w60 : tensor<64xf32>, tensor<64xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %x62 = layerpipe.relu %x61 : (tensor<1x64x56x56xf32>) -> tensor<1x64x56x56xf32>
  %w63 = layerpipe.parameter "layer1_2.conv3.weight" uniform(1.250000e-01) : tensor<256x64x1x1xf32>
  %x64 = layerpipe.conv2d %x62, %w63 : (tensor<1x64x56x56xf32>, tensor<256x64x1x1xf32>) -> tensor<1x256x56x56xf32>
  %w65 = layerpipe.parameter "layer1_2.bn3.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w66 = layerpipe.parameter "layer1_2.bn3.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x67 = layerpipe.opaque "layer1_2.bn3"(%x64) weights(%w65, %w66 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32>
  %x68 = layerpipe.add %x67, %x50 : (tensor<1x256x56x56xf32>, tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32>
  %x69 = layerpipe.relu %x68 : (tensor<1x256x56x56xf32>) -> tensor<1x256x56x56xf32>
  %w70 = layerpipe.parameter "layer2_0.conv1.weight" uniform(6.250000e-02) : tensor<128x256x1x1xf32>
  %x71 = layerpipe.conv2d %x69, %w70 : (tensor<1x256x56x56xf32>, tensor<128x256x1x1xf32>) -> tensor<1x128x56x56xf32>
  %w72 = layerpipe.parameter "layer2_0.bn1.scale" uniform(8.838835e-02) : tensor<128xf32>
  %w73 = layerpipe.parameter "layer2_0.bn1.shift" uniform(8.838835e-02) : tensor<128xf32>
  %x74 = layerpipe.opaque "layer2_0.bn1"(%x71) weights(%w72, %w73 : tensor<128xf32>, tensor<128xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x128x56x56xf32>) -> tensor<1x128x56x56xf32>
  %x75 = layerpipe.relu %x74 : (tensor<1x128x56x56xf32>) -> tensor<1x128x56x56xf32>
  %w76 = layerpipe.parameter "layer2_0.conv2.weight" uniform(2.946278e-02) : tensor<128x128x3x3xf32>
  %x77 = layerpipe.conv2d %x75, %w76 {stride = 2, padding = 1} : (tensor<1x128x56x56xf32>, tensor<128x128x3x3xf32>) -> tensor<1x128x28x28xf32>
  %w78 = layerpipe.parameter "layer2_0.bn2.scale" uniform(8.838835e-02) : tensor<128xf32>
  %w79 = layerpipe.parameter "layer2_0.bn2.shift" uniform(8.838835e-02) : tensor<128xf32>
  %x80 = layerpipe.opaque "layer2_0.bn2"(%x77) weights(%w78, %w79 : tensor<128xf32>, tensor<128xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %x81 = layerpipe.relu %x80 : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %w82 = layerpipe.parameter "layer2_0.conv3.weight" uniform(8.838835e-02) : tensor<512x128x1x1xf32>
  %x83 = layerpipe.conv2d %x81, %w82 : (tensor<1x128x28x28xf32>, tensor<512x128x1x1xf32>) -> tensor<1x512x28x28xf32>
  %w84 = layerpipe.parameter "layer2_0.bn3.scale" uniform(4.419417e-02) : tensor<512xf32>
  %w85 = layerpipe.parameter "layer2_0.bn3.shift" uniform(4.419417e-02) : tensor<512xf32>
  %x86 = layerpipe.opaque "layer2_0.bn3"(%x83) weights(%w84, %w85 : tensor<512xf32>, tensor<512xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %w87 = layerpipe.parameter "layer2_0.down.weight" uniform(6.250000e-02) : tensor<512x256x1x1xf32>
  %x88 = layerpipe.conv2d %x69, %w87 {stride = 2} : (tensor<1x256x56x56xf32>, tensor<512x256x1x1xf32>) -> tensor<1x512x28x28xf32>
  %w89 = layerpipe.parameter "layer2_0.down_bn.scale" uniform(4.419417e-02) : tensor<512xf32>
  %w90 = layerpipe.parameter "layer2_0.down_bn.shift" uniform(4.419417e-02) : tensor<512xf32>
  %x91 = layerpipe.opaque "layer2_0.down_bn"(%x88) weights(%w89, %w90 : tensor<512xf32>, tensor<512xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %x92 = layerpipe.add %x86, %x91 : (tensor<1x512x28x28xf32>, tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %x93 = layerpipe.relu %x92 : (tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %w94 = layerpipe.parameter "layer2_1.conv1.weight" uniform(4.419417e-02) : tensor<128x512x1x1xf32>
  %x95 = layerpipe.conv2d %x93, %w94 : (tensor<1x512x28x28xf32>, tensor<128x512x1x1xf32>) -> tensor<1x128x28x28xf32>
  %w96 = layerpipe.parameter "layer2_1.bn1.scale" uniform(8.838835e-02) : tensor<128xf32>
  %w97 = layerpipe.parameter "layer2_1.bn1.shift" uniform(8.838835e-02) : tensor<128xf32>
  %x98 = layerpipe.opaque "layer2_1.bn1"(%x95) weights(%w96, %w97 : tensor<128xf32>, tensor<128xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %x99 = layerpipe.relu %x98 : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %w100 = layerpipe.parameter "layer2_1.conv2.weight" uniform(2.946278e-02) : tensor<128x128x3x3xf32>
  %x101 = layerpipe.conv2d %x99, %w100 {padding = 1} : (tensor<1x128x28x28xf32>, tensor<128x128x3x3xf32>) -> tensor<1x128x28x28xf32>
  %w102 = layerpipe.parameter "layer2_1.bn2.scale" uniform(8.838835e-02) : tensor<128xf32>
  %w103 = layerpipe.parameter "layer2_1.bn2.shift" uniform(8.838835e-02) : tensor<128xf32>
  %x104 = layerpipe.opaque "layer2_1.bn2"(%x101) weights(%w102, %w103 : tensor<128xf32>, tensor<128xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %x105 = layerpipe.relu %x104 : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %w106 = layerpipe.parameter "layer2_1.conv3.weight" uniform(8.838835e-02) : tensor<512x128x1x1xf32>
  %x107 = layerpipe.conv2d %x105, %w106 : (tensor<1x128x28x28xf32>, tensor<512x128x1x1xf32>) -> tensor<1x512x28x28xf32>
  %w108 = layerpipe.parameter "layer2_1.bn3.scale" uniform(4.419417e-02) : tensor<512xf32>
  %w109 = layerpipe.parameter "layer2_1.bn3.shift" uniform(4.419417e-02) : tensor<512xf32>
  %x110 = layerpipe.opaque "layer2_1.bn3"(%x107) weights(%w108, %w109 : tensor<512xf32>, tensor<512xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %x111 = layerpipe.add %x110, %x93 : (tensor<1x512x28x28xf32>, tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %x112 = layerpipe.relu %x111 : (tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %w113 = layerpipe.parameter "layer2_2.conv1.weight" uniform(4.419417e-02) : tensor<128x512x1x1xf32>
  %x114 = layerpipe.conv2d %x112, %w113 : (tensor<1x512x28x28xf32>, tensor<128x512x1x1xf32>) -> tensor<1x128x28x28xf32>
  %w115 = layerpipe.parameter "layer2_2.bn1.scale" uniform(8.838835e-02) : tensor<128xf32>
  %w116 = layerpipe.parameter "layer2_2.bn1.shift" uniform(8.838835e-02) : tensor<128xf32>
  %x117 = layerpipe.opaque "layer2_2.bn1"(%x114) weights(%w115, %w116 : tensor<128xf32>, tensor<128xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %x118 = layerpipe.relu %x117 : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %w119 = layerpipe.parameter "layer2_2.conv2.weight" uniform(2.946278e-02) : tensor<128x128x3x3xf32>
  %x120 = layerpipe.conv2d %x118, %w119 {padding = 1} : (tensor<1x128x28x28xf32>, tensor<128x128x3x3xf32>) -> tensor<1x128x28x28xf32>
  %w121 = layerpipe.parameter "layer2_2.bn2.scale" uniform(8.838835e-02) : tensor<128xf32>
  %w122 = layerpipe.parameter "layer2_2.bn2.shift" uniform(8.838835e-02) : tensor<128xf32>
  %x123 = layerpipe.opaque "layer2_2.bn2"(%x120) weights(%w121, %w122 : tensor<128xf32>, tensor<128xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %x124 = layerpipe.relu %x123 : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %w125 = layerpipe.parameter "layer2_2.conv3.weight" uniform(8.838835e-02) : tensor<512x128x1x1xf32>
  %x126 = layerpipe.conv2d %x124, %w125 : (tensor<1x128x28x28xf32>, tensor<512x128x1x1xf32>) -> tensor<1x512x28x28xf32>
  %w127 = layerpipe.parameter "layer2_2.bn3.scale" uniform(4.419417e-02) : tensor<512xf32>
  %w128 = layerpipe.parameter "layer2_2.bn3.shift" uniform(4.419417e-02) : tensor<512xf32>
  %x129 = layerpipe.opaque "layer2_2.bn3"(%x126) weights(%w127, %w128 : tensor<512xf32>, tensor<512xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %x130 = layerpipe.add %x129, %x112 : (tensor<1x512x28x28xf32>, tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %x131 = layerpipe.relu %x130 : (tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %w132 = layerpipe.parameter "layer2_3.conv1.weight" uniform(4.419417e-02) : tensor<128x512x1x1xf32>
  %x133 = layerpipe.conv2d %x131, %w132 : (tensor<1x512x28x28xf32>, tensor<128x512x1x1xf32>) -> tensor<1x128x28x28xf32>
  %w134 = layerpipe.parameter "layer2_3.bn1.scale" uniform(8.838835e-02) : tensor<128xf32>
  %w135 = layerpipe.parameter "layer2_3.bn1.shift" uniform(8.838835e-02) : tensor<128xf32>
  %x136 = layerpipe.opaque "layer2_3.bn1"(%x133) weights(%w134, %w135 : tensor<128xf32>, tensor<128xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %x137 = layerpipe.relu %x136 : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %w138 = layerpipe.parameter "layer2_3.conv2.weight" uniform(2.946278e-02) : tensor<128x128x3x3xf32>
  %x139 = layerpipe.conv2d %x137, %w138 {padding = 1} : (tensor<1x128x28x28xf32>, tensor<128x128x3x3xf32>) -> tensor<1x128x28x28xf32>
  %w140 = layerpipe.parameter "layer2_3.bn2.scale" uniform(8.838835e-02) : tensor<128xf32>
  %w141 = layerpipe.parameter "layer2_3.bn2.shift" uniform(8.838835e-02) : tensor<128xf32>
  %x142 = layerpipe.opaque "layer2_3.bn2"(%x139) weights(%w140, %w141 : tensor<128xf32>, tensor<128xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %x143 = layerpipe.relu %x142 : (tensor<1x128x28x28xf32>) -> tensor<1x128x28x28xf32>
  %w144 = layerpipe.parameter "layer2_3.conv3.weight" uniform(8.838835e-02) : tensor<512x128x1x1xf32>
  %x145 = layerpipe.conv2d %x143, %w144 : (tensor<1x128x28x28xf32>, tensor<512x128x1x1xf32>) -> tensor<1x512x28x28xf32>
  %w146 = layerpipe.parameter "layer2_3.bn3.scale" uniform(4.419417e-02) : tensor<512xf32>
  %w147 = layerpipe.parameter "layer2_3.bn3.shift" uniform(4.419417e-02) : tensor<512xf32>
  %x148 = layerpipe.opaque "layer2_3.bn3"(%x145) weights(%w146, %w147 : tensor<512xf32>, tensor<512xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %x149 = layerpipe.add %x148, %x131 : (tensor<1x512x28x28xf32>, tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %x150 = layerpipe.relu %x149 : (tensor<1x512x28x28xf32>) -> tensor<1x512x28x28xf32>
  %w151 = layerpipe.parameter "layer3_0.conv1.weight" uniform(4.419417e-02) : tensor<256x512x1x1xf32>
  %x152 = layerpipe.conv2d %x150, %w151 : (tensor<1x512x28x28xf32>, tensor<256x512x1x1xf32>) -> tensor<1x256x28x28xf32>
  %w153 = layerpipe.parameter "layer3_0.bn1.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w154 = layerpipe.parameter "layer3_0.bn1.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x155 = layerpipe.opaque "layer3_0.bn1"(%x152) weights(%w153, %w154 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x28x28xf32>) -> tensor<1x256x28x28xf32>
  %x156 = layerpipe.relu %x155 : (tensor<1x256x28x28xf32>) -> tensor<1x256x28x28xf32>
  %w157 = layerpipe.parameter "layer3_0.conv2.weight" uniform(2.083333e-02) : tensor<256x256x3x3xf32>
  %x158 = layerpipe.conv2d %x156, %w157 {stride = 2, padding = 1} : (tensor<1x256x28x28xf32>, tensor<256x256x3x3xf32>) -> tensor<1x256x14x14xf32>
  %w159 = layerpipe.parameter "layer3_0.bn2.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w160 = layerpipe.parameter "layer3_0.bn2.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x161 = layerpipe.opaque "layer3_0.bn2"(%x158) weights(%w159, %w160 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %x162 = layerpipe.relu %x161 : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %w163 = layerpipe.parameter "layer3_0.conv3.weight" uniform(6.250000e-02) : tensor<1024x256x1x1xf32>
  %x164 = layerpipe.conv2d %x162, %w163 : (tensor<1x256x14x14xf32>, tensor<1024x256x1x1xf32>) -> tensor<1x1024x14x14xf32>
  %w165 = layerpipe.parameter "layer3_0.bn3.scale" uniform(3.125000e-02) : tensor<1024xf32>
  %w166 = layerpipe.parameter "layer3_0.bn3.shift" uniform(3.125000e-02) : tensor<1024xf32>
  %x167 = layerpipe.opaque "layer3_0.bn3"(%x164) weights(%w165, %w166 : tensor<1024xf32>, tensor<1024xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %w168 = layerpipe.parameter "layer3_0.down.weight" uniform(4.419417e-02) : tensor<1024x512x1x1xf32>
  %x169 = layerpipe.conv2d %x150, %w168 {stride = 2} : (tensor<1x512x28x28xf32>, tensor<1024x512x1x1xf32>) -> tensor<1x1024x14x14xf32>
  %w170 = layerpipe.parameter "layer3_0.down_bn.scale" uniform(3.125000e-02) : tensor<1024xf32>
  %w171 = layerpipe.parameter "layer3_0.down_bn.shift" uniform(3.125000e-02) : tensor<1024xf32>
  %x172 = layerpipe.opaque "layer3_0.down_bn"(%x169) weights(%w170, %w171 : tensor<1024xf32>, tensor<1024xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %x173 = layerpipe.add %x167, %x172 : (tensor<1x1024x14x14xf32>, tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %x174 = layerpipe.relu %x173 : (tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %w175 = layerpipe.parameter "layer3_1.conv1.weight" uniform(3.125000e-02) : tensor<256x1024x1x1xf32>
  %x176 = layerpipe.conv2d %x174, %w175 : (tensor<1x1024x14x14xf32>, tensor<256x1024x1x1xf32>) -> tensor<1x256x14x14xf32>
  %w177 = layerpipe.parameter "layer3_1.bn1.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w178 = layerpipe.parameter "layer3_1.bn1.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x179 = layerpipe.opaque "layer3_1.bn1"(%x176) weights(%w177, %w178 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %x180 = layerpipe.relu %x179 : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %w181 = layerpipe.parameter "layer3_1.conv2.weight" uniform(2.083333e-02) : tensor<256x256x3x3xf32>
  %x182 = layerpipe.conv2d %x180, %w181 {padding = 1} : (tensor<1x256x14x14xf32>, tensor<256x256x3x3xf32>) -> tensor<1x256x14x14xf32>
  %w183 = layerpipe.parameter "layer3_1.bn2.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w184 = layerpipe.parameter "layer3_1.bn2.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x185 = layerpipe.opaque "layer3_1.bn2"(%x182) weights(%w183, %w184 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %x186 = layerpipe.relu %x185 : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %w187 = layerpipe.parameter "layer3_1.conv3.weight" uniform(6.250000e-02) : tensor<1024x256x1x1xf32>
  %x188 = layerpipe.conv2d %x186, %w187 : (tensor<1x256x14x14xf32>, tensor<1024x256x1x1xf32>) -> tensor<1x1024x14x14xf32>
  %w189 = layerpipe.parameter "layer3_1.bn3.scale" uniform(3.125000e-02) : tensor<1024xf32>
  %w190 = layerpipe.parameter "layer3_1.bn3.shift" uniform(3.125000e-02) : tensor<1024xf32>
  %x191 = layerpipe.opaque "layer3_1.bn3"(%x188) weights(%w189, %w190 : tensor<1024xf32>, tensor<1024xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %x192 = layerpipe.add %x191, %x174 : (tensor<1x1024x14x14xf32>, tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %x193 = layerpipe.relu %x192 : (tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %w194 = layerpipe.parameter "layer3_2.conv1.weight" uniform(3.125000e-02) : tensor<256x1024x1x1xf32>
  %x195 = layerpipe.conv2d %x193, %w194 : (tensor<1x1024x14x14xf32>, tensor<256x1024x1x1xf32>) -> tensor<1x256x14x14xf32>
  %w196 = layerpipe.parameter "layer3_2.bn1.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w197 = layerpipe.parameter "layer3_2.bn1.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x198 = layerpipe.opaque "layer3_2.bn1"(%x195) weights(%w196, %w197 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %x199 = layerpipe.relu %x198 : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %w200 = layerpipe.parameter "layer3_2.conv2.weight" uniform(2.083333e-02) : tensor<256x256x3x3xf32>
  %x201 = layerpipe.conv2d %x199, %w200 {padding = 1} : (tensor<1x256x14x14xf32>, tensor<256x256x3x3xf32>) -> tensor<1x256x14x14xf32>
  %w202 = layerpipe.parameter "layer3_2.bn2.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w203 = layerpipe.parameter "layer3_2.bn2.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x204 = layerpipe.opaque "layer3_2.bn2"(%x201) weights(%w202, %w203 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %x205 = layerpipe.relu %x204 : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %w206 = layerpipe.parameter "layer3_2.conv3.weight" uniform(6.250000e-02) : tensor<1024x256x1x1xf32>
  %x207 = layerpipe.conv2d %x205, %w206 : (tensor<1x256x14x14xf32>, tensor<1024x256x1x1xf32>) -> tensor<1x1024x14x14xf32>
  %w208 = layerpipe.parameter "layer3_2.bn3.scale" uniform(3.125000e-02) : tensor<1024xf32>
  %w209 = layerpipe.parameter "layer3_2.bn3.shift" uniform(3.125000e-02) : tensor<1024xf32>
  %x210 = layerpipe.opaque "layer3_2.bn3"(%x207) weights(%w208, %w209 : tensor<1024xf32>, tensor<1024xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %x211 = layerpipe.add %x210, %x193 : (tensor<1x1024x14x14xf32>, tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %x212 = layerpipe.relu %x211 : (tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %w213 = layerpipe.parameter "layer3_3.conv1.weight" uniform(3.125000e-02) : tensor<256x1024x1x1xf32>
  %x214 = layerpipe.conv2d %x212, %w213 : (tensor<1x1024x14x14xf32>, tensor<256x1024x1x1xf32>) -> tensor<1x256x14x14xf32>
  %w215 = layerpipe.parameter "layer3_3.bn1.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w216 = layerpipe.parameter "layer3_3.bn1.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x217 = layerpipe.opaque "layer3_3.bn1"(%x214) weights(%w215, %w216 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %x218 = layerpipe.relu %x217 : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %w219 = layerpipe.parameter "layer3_3.conv2.weight" uniform(2.083333e-02) : tensor<256x256x3x3xf32>
  %x220 = layerpipe.conv2d %x218, %w219 {padding = 1} : (tensor<1x256x14x14xf32>, tensor<256x256x3x3xf32>) -> tensor<1x256x14x14xf32>
  %w221 = layerpipe.parameter "layer3_3.bn2.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w222 = layerpipe.parameter "layer3_3.bn2.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x223 = layerpipe.opaque "layer3_3.bn2"(%x220) weights(%w221, %w222 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %x224 = layerpipe.relu %x223 : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %w225 = layerpipe.parameter "layer3_3.conv3.weight" uniform(6.250000e-02) : tensor<1024x256x1x1xf32>
  %x226 = layerpipe.conv2d %x224, %w225 : (tensor<1x256x14x14xf32>, tensor<1024x256x1x1xf32>) -> tensor<1x1024x14x14xf32>
  %w227 = layerpipe.parameter "layer3_3.bn3.scale" uniform(3.125000e-02) : tensor<1024xf32>
  %w228 = layerpipe.parameter "layer3_3.bn3.shift" uniform(3.125000e-02) : tensor<1024xf32>
  %x229 = layerpipe.opaque "layer3_3.bn3"(%x226) weights(%w227, %w228 : tensor<1024xf32>, tensor<1024xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %x230 = layerpipe.add %x229, %x212 : (tensor<1x1024x14x14xf32>, tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %x231 = layerpipe.relu %x230 : (tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %w232 = layerpipe.parameter "layer3_4.conv1.weight" uniform(3.125000e-02) : tensor<256x1024x1x1xf32>
  %x233 = layerpipe.conv2d %x231, %w232 : (tensor<1x1024x14x14xf32>, tensor<256x1024x1x1xf32>) -> tensor<1x256x14x14xf32>
  %w234 = layerpipe.parameter "layer3_4.bn1.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w235 = layerpipe.parameter "layer3_4.bn1.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x236 = layerpipe.opaque "layer3_4.bn1"(%x233) weights(%w234, %w235 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %x237 = layerpipe.relu %x236 : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %w238 = layerpipe.parameter "layer3_4.conv2.weight" uniform(2.083333e-02) : tensor<256x256x3x3xf32>
  %x239 = layerpipe.conv2d %x237, %w238 {padding = 1} : (tensor<1x256x14x14xf32>, tensor<256x256x3x3xf32>) -> tensor<1x256x14x14xf32>
  %w240 = layerpipe.parameter "layer3_4.bn2.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w241 = layerpipe.parameter "layer3_4.bn2.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x242 = layerpipe.opaque "layer3_4.bn2"(%x239) weights(%w240, %w241 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %x243 = layerpipe.relu %x242 : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %w244 = layerpipe.parameter "layer3_4.conv3.weight" uniform(6.250000e-02) : tensor<1024x256x1x1xf32>
  %x245 = layerpipe.conv2d %x243, %w244 : (tensor<1x256x14x14xf32>, tensor<1024x256x1x1xf32>) -> tensor<1x1024x14x14xf32>
  %w246 = layerpipe.parameter "layer3_4.bn3.scale" uniform(3.125000e-02) : tensor<1024xf32>
  %w247 = layerpipe.parameter "layer3_4.bn3.shift" uniform(3.125000e-02) : tensor<1024xf32>
  %x248 = layerpipe.opaque "layer3_4.bn3"(%x245) weights(%w246, %w247 : tensor<1024xf32>, tensor<1024xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %x249 = layerpipe.add %x248, %x231 : (tensor<1x1024x14x14xf32>, tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %x250 = layerpipe.relu %x249 : (tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %w251 = layerpipe.parameter "layer3_5.conv1.weight" uniform(3.125000e-02) : tensor<256x1024x1x1xf32>
  %x252 = layerpipe.conv2d %x250, %w251 : (tensor<1x1024x14x14xf32>, tensor<256x1024x1x1xf32>) -> tensor<1x256x14x14xf32>
  %w253 = layerpipe.parameter "layer3_5.bn1.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w254 = layerpipe.parameter "layer3_5.bn1.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x255 = layerpipe.opaque "layer3_5.bn1"(%x252) weights(%w253, %w254 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %x256 = layerpipe.relu %x255 : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %w257 = layerpipe.parameter "layer3_5.conv2.weight" uniform(2.083333e-02) : tensor<256x256x3x3xf32>
  %x258 = layerpipe.conv2d %x256, %w257 {padding = 1} : (tensor<1x256x14x14xf32>, tensor<256x256x3x3xf32>) -> tensor<1x256x14x14xf32>
  %w259 = layerpipe.parameter "layer3_5.bn2.scale" uniform(6.250000e-02) : tensor<256xf32>
  %w260 = layerpipe.parameter "layer3_5.bn2.shift" uniform(6.250000e-02) : tensor<256xf32>
  %x261 = layerpipe.opaque "layer3_5.bn2"(%x258) weights(%w259, %w260 : tensor<256xf32>, tensor<256xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %x262 = layerpipe.relu %x261 : (tensor<1x256x14x14xf32>) -> tensor<1x256x14x14xf32>
  %w263 = layerpipe.parameter "layer3_5.conv3.weight" uniform(6.250000e-02) : tensor<1024x256x1x1xf32>
  %x264 = layerpipe.conv2d %x262, %w263 : (tensor<1x256x14x14xf32>, tensor<1024x256x1x1xf32>) -> tensor<1x1024x14x14xf32>
  %w265 = layerpipe.parameter "layer3_5.bn3.scale" uniform(3.125000e-02) : tensor<1024xf32>
  %w266 = layerpipe.parameter "layer3_5.bn3.shift" uniform(3.125000e-02) : tensor<1024xf32>
  %x267 = layerpipe.opaque "layer3_5.bn3"(%x264) weights(%w265, %w266 : tensor<1024xf32>, tensor<1024xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %x268 = layerpipe.add %x267, %x250 : (tensor<1x1024x14x14xf32>, tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %x269 = layerpipe.relu %x268 : (tensor<1x1024x14x14xf32>) -> tensor<1x1024x14x14xf32>
  %w270 = layerpipe.parameter "layer4_0.conv1.weight" uniform(3.125000e-02) : tensor<512x1024x1x1xf32>
  %x271 = layerpipe.conv2d %x269, %w270 : (tensor<1x1024x14x14xf32>, tensor<512x1024x1x1xf32>) -> tensor<1x512x14x14xf32>
  %w272 = layerpipe.parameter "layer4_0.bn1.scale" uniform(4.419417e-02) : tensor<512xf32>
  %w273 = layerpipe.parameter "layer4_0.bn1.shift" uniform(4.419417e-02) : tensor<512xf32>
  %x274 = layerpipe.opaque "layer4_0.bn1"(%x271) weights(%w272, %w273 : tensor<512xf32>, tensor<512xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %x275 = layerpipe.relu %x274 : (tensor<1x512x14x14xf32>) -> tensor<1x512x14x14xf32>
  %w276 = layerpipe.parameter "layer4_0.conv2.weight" uniform(1.473139e-02) : tensor<512x512x3x3xf32>
  %x277 = layerpipe.conv2d %x275, %w276 {stride = 2, padding = 1} : (tensor<1x512x14x14xf32>, tensor<512x512x3x3xf32>) -> tensor<1x512x7x7xf32>
  %w278 = layerpipe.parameter "layer4_0.bn2.scale" uniform(4.419417e-02) : tensor<512xf32>
  %w279 = layerpipe.parameter "layer4_0.bn2.shift" uniform(4.419417e-02) : tensor<512xf32>
  %x280 = layerpipe.opaque "layer4_0.bn2"(%x277) weights(%w278, %w279 : tensor<512xf32>, tensor<512xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %x281 = layerpipe.relu %x280 : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %w282 = layerpipe.parameter "layer4_0.conv3.weight" uniform(4.419417e-02) : tensor<2048x512x1x1xf32>
  %x283 = layerpipe.conv2d %x281, %w282 : (tensor<1x512x7x7xf32>, tensor<2048x512x1x1xf32>) -> tensor<1x2048x7x7xf32>
  %w284 = layerpipe.parameter "layer4_0.bn3.scale" uniform(2.209709e-02) : tensor<2048xf32>
  %w285 = layerpipe.parameter "layer4_0.bn3.shift" uniform(2.209709e-02) : tensor<2048xf32>
  %x286 = layerpipe.opaque "layer4_0.bn3"(%x283) weights(%w284, %w285 : tensor<2048xf32>, tensor<2048xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x2048x7x7xf32>) -> tensor<1x2048x7x7xf32>
  %w287 = layerpipe.parameter "layer4_0.down.weight" uniform(3.125000e-02) : tensor<2048x1024x1x1xf32>
  %x288 = layerpipe.conv2d %x269, %w287 {stride = 2} : (tensor<1x1024x14x14xf32>, tensor<2048x1024x1x1xf32>) -> tensor<1x2048x7x7xf32>
  %w289 = layerpipe.parameter "layer4_0.down_bn.scale" uniform(2.209709e-02) : tensor<2048xf32>
  %w290 = layerpipe.parameter "layer4_0.down_bn.shift" uniform(2.209709e-02) : tensor<2048xf32>
  %x291 = layerpipe.opaque "layer4_0.down_bn"(%x288) weights(%w289, %w290 : tensor<2048xf32>, tensor<2048xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x2048x7x7xf32>) -> tensor<1x2048x7x7xf32>
  %x292 = layerpipe.add %x286, %x291 : (tensor<1x2048x7x7xf32>, tensor<1x2048x7x7xf32>) -> tensor<1x2048x7x7xf32>
  %x293 = layerpipe.relu %x292 : (tensor<1x2048x7x7xf32>) -> tensor<1x2048x7x7xf32>
  %w294 = layerpipe.parameter "layer4_1.conv1.weight" uniform(2.209709e-02) : tensor<512x2048x1x1xf32>
  %x295 = layerpipe.conv2d %x293, %w294 : (tensor<1x2048x7x7xf32>, tensor<512x2048x1x1xf32>) -> tensor<1x512x7x7xf32>
  %w296 = layerpipe.parameter "layer4_1.bn1.scale" uniform(4.419417e-02) : tensor<512xf32>
  %w297 = layerpipe.parameter "layer4_1.bn1.shift" uniform(4.419417e-02) : tensor<512xf32>
  %x298 = layerpipe.opaque "layer4_1.bn1"(%x295) weights(%w296, %w297 : tensor<512xf32>, tensor<512xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %x299 = layerpipe.relu %x298 : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %w300 = layerpipe.parameter "layer4_1.conv2.weight" uniform(1.473139e-02) : tensor<512x512x3x3xf32>
  %x301 = layerpipe.conv2d %x299, %w300 {padding = 1} : (tensor<1x512x7x7xf32>, tensor<512x512x3x3xf32>) -> tensor<1x512x7x7xf32>
  %w302 = layerpipe.parameter "layer4_1.bn2.scale" uniform(4.419417e-02) : tensor<512xf32>
  %w303 = layerpipe.parameter "layer4_1.bn2.shift" uniform(4.419417e-02) : tensor<512xf32>
  %x304 = layerpipe.opaque "layer4_1.bn2"(%x301) weights(%w302, %w303 : tensor<512xf32>, tensor<512xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %x305 = layerpipe.relu %x304 : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %w306 = layerpipe.parameter "layer4_1.conv3.weight" uniform(4.419417e-02) : tensor<2048x512x1x1xf32>
  %x307 = layerpipe.conv2d %x305, %w306 : (tensor<1x512x7x7xf32>, tensor<2048x512x1x1xf32>) -> tensor<1x2048x7x7xf32>
  %w308 = layerpipe.parameter "layer4_1.bn3.scale" uniform(2.209709e-02) : tensor<2048xf32>
  %w309 = layerpipe.parameter "layer4_1.bn3.shift" uniform(2.209709e-02) : tensor<2048xf32>
  %x310 = layerpipe.opaque "layer4_1.bn3"(%x307) weights(%w308, %w309 : tensor<2048xf32>, tensor<2048xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x2048x7x7xf32>) -> tensor<1x2048x7x7xf32>
  %x311 = layerpipe.add %x310, %x293 : (tensor<1x2048x7x7xf32>, tensor<1x2048x7x7xf32>) -> tensor<1x2048x7x7xf32>
  %x312 = layerpipe.relu %x311 : (tensor<1x2048x7x7xf32>) -> tensor<1x2048x7x7xf32>
  %w313 = layerpipe.parameter "layer4_2.conv1.weight" uniform(2.209709e-02) : tensor<512x2048x1x1xf32>
  %x314 = layerpipe.conv2d %x312, %w313 : (tensor<1x2048x7x7xf32>, tensor<512x2048x1x1xf32>) -> tensor<1x512x7x7xf32>
  %w315 = layerpipe.parameter "layer4_2.bn1.scale" uniform(4.419417e-02) : tensor<512xf32>
  %w316 = layerpipe.parameter "layer4_2.bn1.shift" uniform(4.419417e-02) : tensor<512xf32>
  %x317 = layerpipe.opaque "layer4_2.bn1"(%x314) weights(%w315, %w316 : tensor<512xf32>, tensor<512xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %x318 = layerpipe.relu %x317 : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %w319 = layerpipe.parameter "layer4_2.conv2.weight" uniform(1.473139e-02) : tensor<512x512x3x3xf32>
  %x320 = layerpipe.conv2d %x318, %w319 {padding = 1} : (tensor<1x512x7x7xf32>, tensor<512x512x3x3xf32>) -> tensor<1x512x7x7xf32>
  %w321 = layerpipe.parameter "layer4_2.bn2.scale" uniform(4.419417e-02) : tensor<512xf32>
  %w322 = layerpipe.parameter "layer4_2.bn2.shift" uniform(4.419417e-02) : tensor<512xf32>
  %x323 = layerpipe.opaque "layer4_2.bn2"(%x320) weights(%w321, %w322 : tensor<512xf32>, tensor<512xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %x324 = layerpipe.relu %x323 : (tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32>
  %w325 = layerpipe.parameter "layer4_2.conv3.weight" uniform(4.419417e-02) : tensor<2048x512x1x1xf32>
  %x326 = layerpipe.conv2d %x324, %w325 : (tensor<1x512x7x7xf32>, tensor<2048x512x1x1xf32>) -> tensor<1x2048x7x7xf32>
  %w327 = layerpipe.parameter "layer4_2.bn3.scale" uniform(2.209709e-02) : tensor<2048xf32>
  %w328 = layerpipe.parameter "layer4_2.bn3.shift" uniform(2.209709e-02) : tensor<2048xf32>
  %x329 = layerpipe.opaque "layer4_2.bn3"(%x326) weights(%w327, %w328 : tensor<2048xf32>, tensor<2048xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1x2048x7x7xf32>) -> tensor<1x2048x7x7xf32>
  %x330 = layerpipe.add %x329, %x312 : (tensor<1x2048x7x7xf32>, tensor<1x2048x7x7xf32>) -> tensor<1x2048x7x7xf32>
  %x331 = layerpipe.relu %x330 : (tensor<1x2048x7x7xf32>) -> tensor<1x2048x7x7xf32>
  %x332 = layerpipe.avg_pool2d %x331 {kernel = 7, stride = 1} : (tensor<1x2048x7x7xf32>) -> tensor<1x2048x1x1xf32>
  %x333 = layerpipe.flatten %x332 : (tensor<1x2048x1x1xf32>) -> tensor<1x2048xf32>
  %w334 = layerpipe.parameter "fc.weight" uniform(2.209709e-02) : tensor<1000x2048xf32>
  %w335 = layerpipe.parameter "fc.bias" uniform(3.162278e-02) : tensor<1000xf32>
  %x336 = layerpipe.linear %x333, %w334, %w335 : (tensor<1x2048xf32>, tensor<1000x2048xf32>, tensor<1000xf32>) -> tensor<1x1000xf32>
  %labels = layerpipe.labels : tensor<1xi32>
  %loss = layerpipe.softmax_cross_entropy %x336, %labels : (tensor<1x1000xf32>, tensor<1xi32>) -> tensor<f32>
}

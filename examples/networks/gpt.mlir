// A stack of transformer blocks of GPT-2's size (Radford et al., 2019): 12 blocks
// of width 768, one sequence of 1,024 tokens, a row per token. The embedding is a
// table that is looked up; attention, normalisation and the embedding are opaque.
// Embedding and head do not share their weights.

layerpipe.graph forward @gpt {
  %x0 = layerpipe.input : tensor<1024x768xf32>
  %w1 = layerpipe.parameter "embedding.weight" uniform(3.608439e-02) : tensor<50257x768xf32>
  %x2 = layerpipe.opaque "embedding"(%x0) weights(%w1 : tensor<50257x768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w3 = layerpipe.parameter "h0_ln1.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w4 = layerpipe.parameter "h0_ln1.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x5 = layerpipe.opaque "h0_ln1"(%x2) weights(%w3, %w4 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w6 = layerpipe.parameter "h0_qkv.weight" uniform(3.608439e-02) : tensor<2304x768xf32>
  %w7 = layerpipe.parameter "h0_qkv.bias" uniform(2.083333e-02) : tensor<2304xf32>
  %x8 = layerpipe.linear %x5, %w6, %w7 : (tensor<1024x768xf32>, tensor<2304x768xf32>, tensor<2304xf32>) -> tensor<1024x2304xf32>
  %x9 = layerpipe.opaque "h0_attention"(%x8) {macs = array<i64: 1610612736, 3221225472, 0>} : (tensor<1024x2304xf32>) -> tensor<1024x768xf32>
  %w10 = layerpipe.parameter "h0_projection.weight" uniform(3.608439e-02) : tensor<768x768xf32>
  %w11 = layerpipe.parameter "h0_projection.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x12 = layerpipe.linear %x9, %w10, %w11 : (tensor<1024x768xf32>, tensor<768x768xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x13 = layerpipe.add %x12, %x2 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w14 = layerpipe.parameter "h0_ln2.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w15 = layerpipe.parameter "h0_ln2.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x16 = layerpipe.opaque "h0_ln2"(%x13) weights(%w14, %w15 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w17 = layerpipe.parameter "h0_up.weight" uniform(3.608439e-02) : tensor<3072x768xf32>
  %w18 = layerpipe.parameter "h0_up.bias" uniform(1.804220e-02) : tensor<3072xf32>
  %x19 = layerpipe.linear %x16, %w17, %w18 : (tensor<1024x768xf32>, tensor<3072x768xf32>, tensor<3072xf32>) -> tensor<1024x3072xf32>
  %x20 = layerpipe.opaque "h0_gelu"(%x19) {macs = array<i64: 0, 0, 0>} : (tensor<1024x3072xf32>) -> tensor<1024x3072xf32>
  %w21 = layerpipe.parameter "h0_down.weight" uniform(1.804220e-02) : tensor<768x3072xf32>
  %w22 = layerpipe.parameter "h0_down.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x23 = layerpipe.linear %x20, %w21, %w22 : (tensor<1024x3072xf32>, tensor<768x3072xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x24 = layerpipe.add %x23, %x13 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w25 = layerpipe.parameter "h1_ln1.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w26 = layerpipe.parameter "h1_ln1.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x27 = layerpipe.opaque "h1_ln1"(%x24) weights(%w25, %w26 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w28 = layerpipe.parameter "h1_qkv.weight" uniform(3.608439e-02) : tensor<2304x768xf32>
  %w29 = layerpipe.parameter "h1_qkv.bias" uniform(2.083333e-02) : tensor<2304xf32>
  %x30 = layerpipe.linear %x27, %w28, %w29 : (tensor<1024x768xf32>, tensor<2304x768xf32>, tensor<2304xf32>) -> tensor<1024x2304xf32>
  %x31 = layerpipe.opaque "h1_attention"(%x30) {macs = array<i64: 1610612736, 3221225472, 0>} : (tensor<1024x2304xf32>) -> tensor<1024x768xf32>
  %w32 = layerpipe.parameter "h1_projection.weight" uniform(3.608439e-02) : tensor<768x768xf32>
  %w33 = layerpipe.parameter "h1_projection.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x34 = layerpipe.linear %x31, %w32, %w33 : (tensor<1024x768xf32>, tensor<768x768xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x35 = layerpipe.add %x34, %x24 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w36 = layerpipe.parameter "h1_ln2.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w37 = layerpipe.parameter "h1_ln2.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x38 = layerpipe.opaque "h1_ln2"(%x35) weights(%w36, %w37 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w39 = layerpipe.parameter "h1_up.weight" uniform(3.608439e-02) : tensor<3072x768xf32>
  %w40 = layerpipe.parameter "h1_up.bias" uniform(1.804220e-02) : tensor<3072xf32>
  %x41 = layerpipe.linear %x38, %w39, %w40 : (tensor<1024x768xf32>, tensor<3072x768xf32>, tensor<3072xf32>) -> tensor<1024x3072xf32>
  %x42 = layerpipe.opaque "h1_gelu"(%x41) {macs = array<i64: 0, 0, 0>} : (tensor<1024x3072xf32>) -> tensor<1024x3072xf32>
  %w43 = layerpipe.parameter "h1_down.weight" uniform(1.804220e-02) : tensor<768x3072xf32>
  %w44 = layerpipe.parameter "h1_down.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x45 = layerpipe.linear %x42, %w43, %w44 : (tensor<1024x3072xf32>, tensor<768x3072xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x46 = layerpipe.add %x45, %x35 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w47 = layerpipe.parameter "h2_ln1.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w48 = layerpipe.parameter "h2_ln1.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x49 = layerpipe.opaque "h2_ln1"(%x46) weights(%w47, %w48 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w50 = layerpipe.parameter "h2_qkv.weight" uniform(3.608439e-02) : tensor<2304x768xf32>
  %w51 = layerpipe.parameter "h2_qkv.bias" uniform(2.083333e-02) : tensor<2304xf32>
  %x52 = layerpipe.linear %x49, %w50, %w51 : (tensor<1024x768xf32>, tensor<2304x768xf32>, tensor<2304xf32>) -> tensor<1024x2304xf32>
  %x53 = layerpipe.opaque "h2_attention"(%x52) {macs = array<i64: 1610612736, 3221225472, 0>} : (tensor<1024x2304xf32>) -> tensor<1024x768xf32>
  %w54 = layerpipe.parameter "h2_projection.weight" uniform(3.608439e-02) : tensor<768x768xf32>
  %w55 = layerpipe.parameter "h2_projection.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x56 = layerpipe.linear %x53, %w54, %w55 : (tensor<1024x768xf32>, tensor<768x768xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x57 = layerpipe.add %x56, %x46 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w58 = layerpipe.parameter "h2_ln2.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w59 = layerpipe.parameter "h2_ln2.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x60 = layerpipe.opaque "h2_ln2"(%x57) weights(%w58, %w59 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w61 = layerpipe.parameter "h2_up.weight" uniform(3.608439e-02) : tensor<3072x768xf32>
  %w62 = layerpipe.parameter "h2_up.bias" uniform(1.804220e-02) : tensor<3072xf32>
  %x63 = layerpipe.linear %x60, %w61, %w62 : (tensor<1024x768xf32>, tensor<3072x768xf32>, tensor<3072xf32>) -> tensor<1024x3072xf32>
  %x64 = layerpipe.opaque "h2_gelu"(%x63) {macs = array<i64: 0, 0, 0>} : (tensor<1024x3072xf32>) -> tensor<1024x3072xf32>
  %w65 = layerpipe.parameter "h2_down.weight" uniform(1.804220e-02) : tensor<768x3072xf32>
  %w66 = layerpipe.parameter "h2_down.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x67 = layerpipe.linear %x64, %w65, %w66 : (tensor<1024x3072xf32>, tensor<768x3072xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x68 = layerpipe.add %x67, %x57 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w69 = layerpipe.parameter "h3_ln1.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w70 = layerpipe.parameter "h3_ln1.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x71 = layerpipe.opaque "h3_ln1"(%x68) weights(%w69, %w70 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w72 = layerpipe.parameter "h3_qkv.weight" uniform(3.608439e-02) : tensor<2304x768xf32>
  %w73 = layerpipe.parameter "h3_qkv.bias" uniform(2.083333e-02) : tensor<2304xf32>
  %x74 = layerpipe.linear %x71, %w72, %w73 : (tensor<1024x768xf32>, tensor<2304x768xf32>, tensor<2304xf32>) -> tensor<1024x2304xf32>
  %x75 = layerpipe.opaque "h3_attention"(%x74) {macs = array<i64: 1610612736, 3221225472, 0>} : (tensor<1024x2304xf32>) -> tensor<1024x768xf32>
  %w76 = layerpipe.parameter "h3_projection.weight" uniform(3.608439e-02) : tensor<768x768xf32>
  %w77 = layerpipe.parameter "h3_projection.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x78 = layerpipe.linear %x75, %w76, %w77 : (tensor<1024x768xf32>, tensor<768x768xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x79 = layerpipe.add %x78, %x68 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w80 = layerpipe.parameter "h3_ln2.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w81 = layerpipe.parameter "h3_ln2.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x82 = layerpipe.opaque "h3_ln2"(%x79) weights(%w80, %w81 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w83 = layerpipe.parameter "h3_up.weight" uniform(3.608439e-02) : tensor<3072x768xf32>
  %w84 = layerpipe.parameter "h3_up.bias" uniform(1.804220e-02) : tensor<3072xf32>
  %x85 = layerpipe.linear %x82, %w83, %w84 : (tensor<1024x768xf32>, tensor<3072x768xf32>, tensor<3072xf32>) -> tensor<1024x3072xf32>
  %x86 = layerpipe.opaque "h3_gelu"(%x85) {macs = array<i64: 0, 0, 0>} : (tensor<1024x3072xf32>) -> tensor<1024x3072xf32>
  %w87 = layerpipe.parameter "h3_down.weight" uniform(1.804220e-02) : tensor<768x3072xf32>
  %w88 = layerpipe.parameter "h3_down.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x89 = layerpipe.linear %x86, %w87, %w88 : (tensor<1024x3072xf32>, tensor<768x3072xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x90 = layerpipe.add %x89, %x79 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w91 = layerpipe.parameter "h4_ln1.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w92 = layerpipe.parameter "h4_ln1.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x93 = layerpipe.opaque "h4_ln1"(%x90) weights(%w91, %w92 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w94 = layerpipe.parameter "h4_qkv.weight" uniform(3.608439e-02) : tensor<2304x768xf32>
  %w95 = layerpipe.parameter "h4_qkv.bias" uniform(2.083333e-02) : tensor<2304xf32>
  %x96 = layerpipe.linear %x93, %w94, %w95 : (tensor<1024x768xf32>, tensor<2304x768xf32>, tensor<2304xf32>) -> tensor<1024x2304xf32>
  %x97 = layerpipe.opaque "h4_attention"(%x96) {macs = array<i64: 1610612736, 3221225472, 0>} : (tensor<1024x2304xf32>) -> tensor<1024x768xf32>
  %w98 = layerpipe.parameter "h4_projection.weight" uniform(3.608439e-02) : tensor<768x768xf32>
  %w99 = layerpipe.parameter "h4_projection.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x100 = layerpipe.linear %x97, %w98, %w99 : (tensor<1024x768xf32>, tensor<768x768xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x101 = layerpipe.add %x100, %x90 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w102 = layerpipe.parameter "h4_ln2.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w103 = layerpipe.parameter "h4_ln2.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x104 = layerpipe.opaque "h4_ln2"(%x101) weights(%w102, %w103 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w105 = layerpipe.parameter "h4_up.weight" uniform(3.608439e-02) : tensor<3072x768xf32>
  %w106 = layerpipe.parameter "h4_up.bias" uniform(1.804220e-02) : tensor<3072xf32>
  %x107 = layerpipe.linear %x104, %w105, %w106 : (tensor<1024x768xf32>, tensor<3072x768xf32>, tensor<3072xf32>) -> tensor<1024x3072xf32>
  %x108 = layerpipe.opaque "h4_gelu"(%x107) {macs = array<i64: 0, 0, 0>} : (tensor<1024x3072xf32>) -> tensor<1024x3072xf32>
  %w109 = layerpipe.parameter "h4_down.weight" uniform(1.804220e-02) : tensor<768x3072xf32>
  %w110 = layerpipe.parameter "h4_down.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x111 = layerpipe.linear %x108, %w109, %w110 : (tensor<1024x3072xf32>, tensor<768x3072xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x112 = layerpipe.add %x111, %x101 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w113 = layerpipe.parameter "h5_ln1.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w114 = layerpipe.parameter "h5_ln1.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x115 = layerpipe.opaque "h5_ln1"(%x112) weights(%w113, %w114 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w116 = layerpipe.parameter "h5_qkv.weight" uniform(3.608439e-02) : tensor<2304x768xf32>
  %w117 = layerpipe.parameter "h5_qkv.bias" uniform(2.083333e-02) : tensor<2304xf32>
  %x118 = layerpipe.linear %x115, %w116, %w117 : (tensor<1024x768xf32>, tensor<2304x768xf32>, tensor<2304xf32>) -> tensor<1024x2304xf32>
  %x119 = layerpipe.opaque "h5_attention"(%x118) {macs = array<i64: 1610612736, 3221225472, 0>} : (tensor<1024x2304xf32>) -> tensor<1024x768xf32>
  %w120 = layerpipe.parameter "h5_projection.weight" uniform(3.608439e-02) : tensor<768x768xf32>
  %w121 = layerpipe.parameter "h5_projection.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x122 = layerpipe.linear %x119, %w120, %w121 : (tensor<1024x768xf32>, tensor<768x768xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x123 = layerpipe.add %x122, %x112 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w124 = layerpipe.parameter "h5_ln2.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w125 = layerpipe.parameter "h5_ln2.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x126 = layerpipe.opaque "h5_ln2"(%x123) weights(%w124, %w125 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w127 = layerpipe.parameter "h5_up.weight" uniform(3.608439e-02) : tensor<3072x768xf32>
  %w128 = layerpipe.parameter "h5_up.bias" uniform(1.804220e-02) : tensor<3072xf32>
  %x129 = layerpipe.linear %x126, %w127, %w128 : (tensor<1024x768xf32>, tensor<3072x768xf32>, tensor<3072xf32>) -> tensor<1024x3072xf32>
  %x130 = layerpipe.opaque "h5_gelu"(%x129) {macs = array<i64: 0, 0, 0>} : (tensor<1024x3072xf32>) -> tensor<1024x3072xf32>
  %w131 = layerpipe.parameter "h5_down.weight" uniform(1.804220e-02) : tensor<768x3072xf32>
  %w132 = layerpipe.parameter "h5_down.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x133 = layerpipe.linear %x130, %w131, %w132 : (tensor<1024x3072xf32>, tensor<768x3072xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x134 = layerpipe.add %x133, %x123 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w135 = layerpipe.parameter "h6_ln1.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w136 = layerpipe.parameter "h6_ln1.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x137 = layerpipe.opaque "h6_ln1"(%x134) weights(%w135, %w136 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w138 = layerpipe.parameter "h6_qkv.weight" uniform(3.608439e-02) : tensor<2304x768xf32>
  %w139 = layerpipe.parameter "h6_qkv.bias" uniform(2.083333e-02) : tensor<2304xf32>
  %x140 = layerpipe.linear %x137, %w138, %w139 : (tensor<1024x768xf32>, tensor<2304x768xf32>, tensor<2304xf32>) -> tensor<1024x2304xf32>
  %x141 = layerpipe.opaque "h6_attention"(%x140) {macs = array<i64: 1610612736, 3221225472, 0>} : (tensor<1024x2304xf32>) -> tensor<1024x768xf32>
  %w142 = layerpipe.parameter "h6_projection.weight" uniform(3.608439e-02) : tensor<768x768xf32>
  %w143 = layerpipe.parameter "h6_projection.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x144 = layerpipe.linear %x141, %w142, %w143 : (tensor<1024x768xf32>, tensor<768x768xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x145 = layerpipe.add %x144, %x134 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w146 = layerpipe.parameter "h6_ln2.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w147 = layerpipe.parameter "h6_ln2.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x148 = layerpipe.opaque "h6_ln2"(%x145) weights(%w146, %w147 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w149 = layerpipe.parameter "h6_up.weight" uniform(3.608439e-02) : tensor<3072x768xf32>
  %w150 = layerpipe.parameter "h6_up.bias" uniform(1.804220e-02) : tensor<3072xf32>
  %x151 = layerpipe.linear %x148, %w149, %w150 : (tensor<1024x768xf32>, tensor<3072x768xf32>, tensor<3072xf32>) -> tensor<1024x3072xf32>
  %x152 = layerpipe.opaque "h6_gelu"(%x151) {macs = array<i64: 0, 0, 0>} : (tensor<1024x3072xf32>) -> tensor<1024x3072xf32>
  %w153 = layerpipe.parameter "h6_down.weight" uniform(1.804220e-02) : tensor<768x3072xf32>
  %w154 = layerpipe.parameter "h6_down.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x155 = layerpipe.linear %x152, %w153, %w154 : (tensor<1024x3072xf32>, tensor<768x3072xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x156 = layerpipe.add %x155, %x145 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w157 = layerpipe.parameter "h7_ln1.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w158 = layerpipe.parameter "h7_ln1.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x159 = layerpipe.opaque "h7_ln1"(%x156) weights(%w157, %w158 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w160 = layerpipe.parameter "h7_qkv.weight" uniform(3.608439e-02) : tensor<2304x768xf32>
  %w161 = layerpipe.parameter "h7_qkv.bias" uniform(2.083333e-02) : tensor<2304xf32>
  %x162 = layerpipe.linear %x159, %w160, %w161 : (tensor<1024x768xf32>, tensor<2304x768xf32>, tensor<2304xf32>) -> tensor<1024x2304xf32>
  %x163 = layerpipe.opaque "h7_attention"(%x162) {macs = array<i64: 1610612736, 3221225472, 0>} : (tensor<1024x2304xf32>) -> tensor<1024x768xf32>
  %w164 = layerpipe.parameter "h7_projection.weight" uniform(3.608439e-02) : tensor<768x768xf32>
  %w165 = layerpipe.parameter "h7_projection.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x166 = layerpipe.linear %x163, %w164, %w165 : (tensor<1024x768xf32>, tensor<768x768xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x167 = layerpipe.add %x166, %x156 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w168 = layerpipe.parameter "h7_ln2.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w169 = layerpipe.parameter "h7_ln2.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x170 = layerpipe.opaque "h7_ln2"(%x167) weights(%w168, %w169 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w171 = layerpipe.parameter "h7_up.weight" uniform(3.608439e-02) : tensor<3072x768xf32>
  %w172 = layerpipe.parameter "h7_up.bias" uniform(1.804220e-02) : tensor<3072xf32>
  %x173 = layerpipe.linear %x170, %w171, %w172 : (tensor<1024x768xf32>, tensor<3072x768xf32>, tensor<3072xf32>) -> tensor<1024x3072xf32>
  %x174 = layerpipe.opaque "h7_gelu"(%x173) {macs = array<i64: 0, 0, 0>} : (tensor<1024x3072xf32>) -> tensor<1024x3072xf32>
  %w175 = layerpipe.parameter "h7_down.weight" uniform(1.804220e-02) : tensor<768x3072xf32>
  %w176 = layerpipe.parameter "h7_down.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x177 = layerpipe.linear %x174, %w175, %w176 : (tensor<1024x3072xf32>, tensor<768x3072xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x178 = layerpipe.add %x177, %x167 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w179 = layerpipe.parameter "h8_ln1.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w180 = layerpipe.parameter "h8_ln1.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x181 = layerpipe.opaque "h8_ln1"(%x178) weights(%w179, %w180 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w182 = layerpipe.parameter "h8_qkv.weight" uniform(3.608439e-02) : tensor<2304x768xf32>
  %w183 = layerpipe.parameter "h8_qkv.bias" uniform(2.083333e-02) : tensor<2304xf32>
  %x184 = layerpipe.linear %x181, %w182, %w183 : (tensor<1024x768xf32>, tensor<2304x768xf32>, tensor<2304xf32>) -> tensor<1024x2304xf32>
  %x185 = layerpipe.opaque "h8_attention"(%x184) {macs = array<i64: 1610612736, 3221225472, 0>} : (tensor<1024x2304xf32>) -> tensor<1024x768xf32>
  %w186 = layerpipe.parameter "h8_projection.weight" uniform(3.608439e-02) : tensor<768x768xf32>
  %w187 = layerpipe.parameter "h8_projection.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x188 = layerpipe.linear %x185, %w186, %w187 : (tensor<1024x768xf32>, tensor<768x768xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x189 = layerpipe.add %x188, %x178 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w190 = layerpipe.parameter "h8_ln2.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w191 = layerpipe.parameter "h8_ln2.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x192 = layerpipe.opaque "h8_ln2"(%x189) weights(%w190, %w191 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w193 = layerpipe.parameter "h8_up.weight" uniform(3.608439e-02) : tensor<3072x768xf32>
  %w194 = layerpipe.parameter "h8_up.bias" uniform(1.804220e-02) : tensor<3072xf32>
  %x195 = layerpipe.linear %x192, %w193, %w194 : (tensor<1024x768xf32>, tensor<3072x768xf32>, tensor<3072xf32>) -> tensor<1024x3072xf32>
  %x196 = layerpipe.opaque "h8_gelu"(%x195) {macs = array<i64: 0, 0, 0>} : (tensor<1024x3072xf32>) -> tensor<1024x3072xf32>
  %w197 = layerpipe.parameter "h8_down.weight" uniform(1.804220e-02) : tensor<768x3072xf32>
  %w198 = layerpipe.parameter "h8_down.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x199 = layerpipe.linear %x196, %w197, %w198 : (tensor<1024x3072xf32>, tensor<768x3072xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x200 = layerpipe.add %x199, %x189 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w201 = layerpipe.parameter "h9_ln1.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w202 = layerpipe.parameter "h9_ln1.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x203 = layerpipe.opaque "h9_ln1"(%x200) weights(%w201, %w202 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w204 = layerpipe.parameter "h9_qkv.weight" uniform(3.608439e-02) : tensor<2304x768xf32>
  %w205 = layerpipe.parameter "h9_qkv.bias" uniform(2.083333e-02) : tensor<2304xf32>
  %x206 = layerpipe.linear %x203, %w204, %w205 : (tensor<1024x768xf32>, tensor<2304x768xf32>, tensor<2304xf32>) -> tensor<1024x2304xf32>
  %x207 = layerpipe.opaque "h9_attention"(%x206) {macs = array<i64: 1610612736, 3221225472, 0>} : (tensor<1024x2304xf32>) -> tensor<1024x768xf32>
  %w208 = layerpipe.parameter "h9_projection.weight" uniform(3.608439e-02) : tensor<768x768xf32>
  %w209 = layerpipe.parameter "h9_projection.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x210 = layerpipe.linear %x207, %w208, %w209 : (tensor<1024x768xf32>, tensor<768x768xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x211 = layerpipe.add %x210, %x200 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w212 = layerpipe.parameter "h9_ln2.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w213 = layerpipe.parameter "h9_ln2.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x214 = layerpipe.opaque "h9_ln2"(%x211) weights(%w212, %w213 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w215 = layerpipe.parameter "h9_up.weight" uniform(3.608439e-02) : tensor<3072x768xf32>
  %w216 = layerpipe.parameter "h9_up.bias" uniform(1.804220e-02) : tensor<3072xf32>
  %x217 = layerpipe.linear %x214, %w215, %w216 : (tensor<1024x768xf32>, tensor<3072x768xf32>, tensor<3072xf32>) -> tensor<1024x3072xf32>
  %x218 = layerpipe.opaque "h9_gelu"(%x217) {macs = array<i64: 0, 0, 0>} : (tensor<1024x3072xf32>) -> tensor<1024x3072xf32>
  %w219 = layerpipe.parameter "h9_down.weight" uniform(1.804220e-02) : tensor<768x3072xf32>
  %w220 = layerpipe.parameter "h9_down.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x221 = layerpipe.linear %x218, %w219, %w220 : (tensor<1024x3072xf32>, tensor<768x3072xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x222 = layerpipe.add %x221, %x211 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w223 = layerpipe.parameter "h10_ln1.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w224 = layerpipe.parameter "h10_ln1.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x225 = layerpipe.opaque "h10_ln1"(%x222) weights(%w223, %w224 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w226 = layerpipe.parameter "h10_qkv.weight" uniform(3.608439e-02) : tensor<2304x768xf32>
  %w227 = layerpipe.parameter "h10_qkv.bias" uniform(2.083333e-02) : tensor<2304xf32>
  %x228 = layerpipe.linear %x225, %w226, %w227 : (tensor<1024x768xf32>, tensor<2304x768xf32>, tensor<2304xf32>) -> tensor<1024x2304xf32>
  %x229 = layerpipe.opaque "h10_attention"(%x228) {macs = array<i64: 1610612736, 3221225472, 0>} : (tensor<1024x2304xf32>) -> tensor<1024x768xf32>
  %w230 = layerpipe.parameter "h10_projection.weight" uniform(3.608439e-02) : tensor<768x768xf32>
  %w231 = layerpipe.parameter "h10_projection.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x232 = layerpipe.linear %x229, %w230, %w231 : (tensor<1024x768xf32>, tensor<768x768xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x233 = layerpipe.add %x232, %x222 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w234 = layerpipe.parameter "h10_ln2.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w235 = layerpipe.parameter "h10_ln2.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x236 = layerpipe.opaque "h10_ln2"(%x233) weights(%w234, %w235 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w237 = layerpipe.parameter "h10_up.weight" uniform(3.608439e-02) : tensor<3072x768xf32>
  %w238 = layerpipe.parameter "h10_up.bias" uniform(1.804220e-02) : tensor<3072xf32>
  %x239 = layerpipe.linear %x236, %w237, %w238 : (tensor<1024x768xf32>, tensor<3072x768xf32>, tensor<3072xf32>) -> tensor<1024x3072xf32>
  %x240 = layerpipe.opaque "h10_gelu"(%x239) {macs = array<i64: 0, 0, 0>} : (tensor<1024x3072xf32>) -> tensor<1024x3072xf32>
  %w241 = layerpipe.parameter "h10_down.weight" uniform(1.804220e-02) : tensor<768x3072xf32>
  %w242 = layerpipe.parameter "h10_down.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x243 = layerpipe.linear %x240, %w241, %w242 : (tensor<1024x3072xf32>, tensor<768x3072xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x244 = layerpipe.add %x243, %x233 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w245 = layerpipe.parameter "h11_ln1.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w246 = layerpipe.parameter "h11_ln1.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x247 = layerpipe.opaque "h11_ln1"(%x244) weights(%w245, %w246 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w248 = layerpipe.parameter "h11_qkv.weight" uniform(3.608439e-02) : tensor<2304x768xf32>
  %w249 = layerpipe.parameter "h11_qkv.bias" uniform(2.083333e-02) : tensor<2304xf32>
  %x250 = layerpipe.linear %x247, %w248, %w249 : (tensor<1024x768xf32>, tensor<2304x768xf32>, tensor<2304xf32>) -> tensor<1024x2304xf32>
  %x251 = layerpipe.opaque "h11_attention"(%x250) {macs = array<i64: 1610612736, 3221225472, 0>} : (tensor<1024x2304xf32>) -> tensor<1024x768xf32>
  %w252 = layerpipe.parameter "h11_projection.weight" uniform(3.608439e-02) : tensor<768x768xf32>
  %w253 = layerpipe.parameter "h11_projection.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x254 = layerpipe.linear %x251, %w252, %w253 : (tensor<1024x768xf32>, tensor<768x768xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x255 = layerpipe.add %x254, %x244 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w256 = layerpipe.parameter "h11_ln2.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w257 = layerpipe.parameter "h11_ln2.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x258 = layerpipe.opaque "h11_ln2"(%x255) weights(%w256, %w257 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w259 = layerpipe.parameter "h11_up.weight" uniform(3.608439e-02) : tensor<3072x768xf32>
  %w260 = layerpipe.parameter "h11_up.bias" uniform(1.804220e-02) : tensor<3072xf32>
  %x261 = layerpipe.linear %x258, %w259, %w260 : (tensor<1024x768xf32>, tensor<3072x768xf32>, tensor<3072xf32>) -> tensor<1024x3072xf32>
  %x262 = layerpipe.opaque "h11_gelu"(%x261) {macs = array<i64: 0, 0, 0>} : (tensor<1024x3072xf32>) -> tensor<1024x3072xf32>
  %w263 = layerpipe.parameter "h11_down.weight" uniform(1.804220e-02) : tensor<768x3072xf32>
  %w264 = layerpipe.parameter "h11_down.bias" uniform(3.608439e-02) : tensor<768xf32>
  %x265 = layerpipe.linear %x262, %w263, %w264 : (tensor<1024x3072xf32>, tensor<768x3072xf32>, tensor<768xf32>) -> tensor<1024x768xf32>
  %x266 = layerpipe.add %x265, %x255 : (tensor<1024x768xf32>, tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w267 = layerpipe.parameter "ln.scale" uniform(3.608439e-02) : tensor<768xf32>
  %w268 = layerpipe.parameter "ln.shift" uniform(3.608439e-02) : tensor<768xf32>
  %x269 = layerpipe.opaque "ln"(%x266) weights(%w267, %w268 : tensor<768xf32>, tensor<768xf32>) {macs = array<i64: 0, 0, 0>} : (tensor<1024x768xf32>) -> tensor<1024x768xf32>
  %w270 = layerpipe.parameter "head.weight" uniform(3.608439e-02) : tensor<50257x768xf32>
  %x271 = layerpipe.linear %x269, %w270 : (tensor<1024x768xf32>, tensor<50257x768xf32>) -> tensor<1024x50257xf32>
  %labels = layerpipe.labels : tensor<1024xi32>
  %loss = layerpipe.softmax_cross_entropy %x271, %labels : (tensor<1024x50257xf32>, tensor<1024xi32>) -> tensor<f32>
}

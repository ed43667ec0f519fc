// A softmax is five ops and a name.
// layerpipe-opt %s --layerpipe-decompose

layerpipe.graph forward @shares {
  %0 = layerpipe.input : tensor<4x8xf32>
  %1 = layerpipe.softmax %0 {dimensions = array<i64: 1>} : (tensor<4x8xf32>) -> tensor<4x8xf32>
}

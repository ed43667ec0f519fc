layerpipe.graph forward @given {
  %x = layerpipe.input : tensor<4x2xf32>
  %t = layerpipe.labels : tensor<4x2xf32>
  %w = layerpipe.parameter "given" values(dense<[[0.5, -1.5], [2.0, 0.25]]> : tensor<2x2xf32>) : tensor<2x2xf32>
  %b = layerpipe.parameter "same" values(dense<3.0> : tensor<2xf32>) : tensor<2xf32>
  %y = layerpipe.linear %x, %w, %b : (tensor<4x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<4x2xf32>
  %v = layerpipe.parameter "stored" values(dense_resource<stored> : tensor<2x2xf32>) : tensor<2x2xf32>
  %z = layerpipe.linear %y, %v : (tensor<4x2xf32>, tensor<2x2xf32>) -> tensor<4x2xf32>
  %l = layerpipe.mean_squared_error %z, %t : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
}

{-#
  dialect_resources: {
    builtin: {
      stored: "0x040000000000803F000000C00000804000000041"
    }
  }
#-}

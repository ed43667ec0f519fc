// A resource has as many bytes as its type needs. Rule P4.
// RUN: layerpipe-opt %s --verify-diagnostics

layerpipe.graph forward @too_few_bytes {
  // expected-error @+1 {{P4: its values 'w' have 4 bytes; the type needs 8}}
  %w = layerpipe.parameter "w" values(dense_resource<w> : tensor<2xf32>) : tensor<2xf32>
}

{-#
  dialect_resources: {
    builtin: {
      w: "0x040000000000803F"
    }
  }
#-}

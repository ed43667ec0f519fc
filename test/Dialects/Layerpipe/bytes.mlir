// Values of which only the bytes were measured are sliced and joined exactly.
// RUN: layerpipe-opt %s | layerpipe-opt | FileCheck %s
// RUN: layerpipe-opt %s --canonicalize | FileCheck %s --check-prefix=FOLDED

// CHECK: layerpipe.graph training @slices
layerpipe.graph training @slices {
  %x = layerpipe.parameter "x" constant(0.0) : tensor<1x1xf32, #layerpipe.bytes<11>>
  // ⌊11·4/6⌋ = 7 bytes, of which 5 are in the first three positions.
  // CHECK: layerpipe.slice {{.*}} -> tensor<1x1xf32, #layerpipe.bytes<11, dimension 0, 0 to 4 of 6>>
  %a = layerpipe.slice %x {begin = 0, dimension = 0, end = 4, length = 6} : (tensor<1x1xf32, #layerpipe.bytes<11>>) -> tensor<1x1xf32, #layerpipe.bytes<11, dimension 0, 0 to 4 of 6>>
  %b = layerpipe.slice %x {begin = 4, dimension = 0, end = 6, length = 6} : (tensor<1x1xf32, #layerpipe.bytes<11>>) -> tensor<1x1xf32, #layerpipe.bytes<11, dimension 0, 4 to 6 of 6>>
  // A slice of a slice knows its place in the whole.
  // CHECK: layerpipe.slice {{.*}} -> tensor<1x1xf32, #layerpipe.bytes<11, dimension 0, 3 to 4 of 6>>
  %c = layerpipe.slice %a {begin = 3, dimension = 0, end = 4, length = 4} : (tensor<1x1xf32, #layerpipe.bytes<11, dimension 0, 0 to 4 of 6>>) -> tensor<1x1xf32, #layerpipe.bytes<11, dimension 0, 3 to 4 of 6>>
  // Along another dimension it is a whole of its own, here of 7 bytes.
  // CHECK: layerpipe.slice {{.*}} -> tensor<1x1xf32, #layerpipe.bytes<7, dimension 1, 0 to 1 of 2>>
  %d = layerpipe.slice %a {begin = 0, dimension = 1, end = 1, length = 2} : (tensor<1x1xf32, #layerpipe.bytes<11, dimension 0, 0 to 4 of 6>>) -> tensor<1x1xf32, #layerpipe.bytes<7, dimension 1, 0 to 1 of 2>>
  // All slices in their order are the whole, others have the sum of the bytes.
  // CHECK: layerpipe.concat {{.*}} -> tensor<1x1xf32, #layerpipe.bytes<11>>
  %e = layerpipe.concat %a, %b {dimension = 0} : (tensor<1x1xf32, #layerpipe.bytes<11, dimension 0, 0 to 4 of 6>>, tensor<1x1xf32, #layerpipe.bytes<11, dimension 0, 4 to 6 of 6>>) -> tensor<1x1xf32, #layerpipe.bytes<11>>
  // CHECK: layerpipe.concat {{.*}} -> tensor<1x1xf32, #layerpipe.bytes<11>>
  %f = layerpipe.concat %b, %a {dimension = 0} : (tensor<1x1xf32, #layerpipe.bytes<11, dimension 0, 4 to 6 of 6>>, tensor<1x1xf32, #layerpipe.bytes<11, dimension 0, 0 to 4 of 6>>) -> tensor<1x1xf32, #layerpipe.bytes<11>>
  // FOLDED: %[[A:.*]] = layerpipe.slice {{.*}}end = 4
  // FOLDED: %[[SUM:.*]] = layerpipe.accumulate %[[A]], %[[A]]
  %g = layerpipe.slice %e {begin = 0, dimension = 0, end = 4, length = 6} : (tensor<1x1xf32, #layerpipe.bytes<11>>) -> tensor<1x1xf32, #layerpipe.bytes<11, dimension 0, 0 to 4 of 6>>
  %h = layerpipe.accumulate %g, %a : (tensor<1x1xf32, #layerpipe.bytes<11, dimension 0, 0 to 4 of 6>>, tensor<1x1xf32, #layerpipe.bytes<11, dimension 0, 0 to 4 of 6>>) -> tensor<1x1xf32, #layerpipe.bytes<11, dimension 0, 0 to 4 of 6>>
  %l = layerpipe.mean_squared_error %h, %a : (tensor<1x1xf32, #layerpipe.bytes<11, dimension 0, 0 to 4 of 6>>, tensor<1x1xf32, #layerpipe.bytes<11, dimension 0, 0 to 4 of 6>>) -> tensor<f32>
}

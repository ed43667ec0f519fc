// A parameter that moves from 1 towards 0: its gradient is its own value, and the step
// size is a half. The graph follows unchanged and is left out here.
// keep: ^//
// layerpipe-opt %s --layerpipe-interpret="iterations=3 values=parameters"

layerpipe.graph training @decay {
  %w0 = layerpipe.parameter "w" constant(1.0) : tensor<f32>
  %w = layerpipe.delay %next by 1 initial(%w0) : tensor<f32>
  %next = layerpipe.sgd %w, %w {learning_rate = 5.0e-1 : f32} : (tensor<f32>, tensor<f32>) -> tensor<f32>
}

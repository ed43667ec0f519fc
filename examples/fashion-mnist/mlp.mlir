// A multilayer perceptron, 784-512-256-10, for 28x28 images in 10 classes.
// Weights and biases start uniform in ±1/√fan_in.

layerpipe.graph forward @mlp {
  %x = layerpipe.input : tensor<64x784xf32>
  %labels = layerpipe.labels : tensor<64xi32>

  %w1 = layerpipe.parameter "fc1.weight" uniform(0.0357142873) : tensor<512x784xf32>
  %b1 = layerpipe.parameter "fc1.bias" uniform(0.0357142873) : tensor<512xf32>
  %z1 = layerpipe.linear %x, %w1, %b1 : (tensor<64x784xf32>, tensor<512x784xf32>, tensor<512xf32>) -> tensor<64x512xf32>
  %a1 = layerpipe.relu %z1 : (tensor<64x512xf32>) -> tensor<64x512xf32>

  %w2 = layerpipe.parameter "fc2.weight" uniform(0.0441941731) : tensor<256x512xf32>
  %b2 = layerpipe.parameter "fc2.bias" uniform(0.0441941731) : tensor<256xf32>
  %z2 = layerpipe.linear %a1, %w2, %b2 : (tensor<64x512xf32>, tensor<256x512xf32>, tensor<256xf32>) -> tensor<64x256xf32>
  %a2 = layerpipe.relu %z2 : (tensor<64x256xf32>) -> tensor<64x256xf32>

  %w3 = layerpipe.parameter "fc3.weight" uniform(0.0625) : tensor<10x256xf32>
  %b3 = layerpipe.parameter "fc3.bias" uniform(0.0625) : tensor<10xf32>
  %logits = layerpipe.linear %a2, %w3, %b3 : (tensor<64x256xf32>, tensor<10x256xf32>, tensor<10xf32>) -> tensor<64x10xf32>

  %loss = layerpipe.softmax_cross_entropy %logits, %labels : (tensor<64x10xf32>, tensor<64xi32>) -> tensor<f32>
}

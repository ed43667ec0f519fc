// LeNet-5 with ReLU and max pooling, for 28x28 images in 10 classes. Weights and
// biases start uniform in ±1/√fan_in.

layerpipe.graph forward @lenet {
  %x = layerpipe.input : tensor<64x1x28x28xf32>
  %labels = layerpipe.labels : tensor<64xi32>

  %w1 = layerpipe.parameter "conv1.weight" uniform(0.2) : tensor<6x1x5x5xf32>
  %b1 = layerpipe.parameter "conv1.bias" uniform(0.2) : tensor<6xf32>
  %z1 = layerpipe.conv2d %x, %w1, %b1 {padding = 2} : (tensor<64x1x28x28xf32>, tensor<6x1x5x5xf32>, tensor<6xf32>) -> tensor<64x6x28x28xf32>
  %a1 = layerpipe.relu %z1 : (tensor<64x6x28x28xf32>) -> tensor<64x6x28x28xf32>
  %p1 = layerpipe.max_pool2d %a1 {kernel = 2, stride = 2} : (tensor<64x6x28x28xf32>) -> tensor<64x6x14x14xf32>

  %w2 = layerpipe.parameter "conv2.weight" uniform(0.0816496611) : tensor<16x6x5x5xf32>
  %b2 = layerpipe.parameter "conv2.bias" uniform(0.0816496611) : tensor<16xf32>
  %z2 = layerpipe.conv2d %p1, %w2, %b2 : (tensor<64x6x14x14xf32>, tensor<16x6x5x5xf32>, tensor<16xf32>) -> tensor<64x16x10x10xf32>
  %a2 = layerpipe.relu %z2 : (tensor<64x16x10x10xf32>) -> tensor<64x16x10x10xf32>
  %p2 = layerpipe.max_pool2d %a2 {kernel = 2, stride = 2} : (tensor<64x16x10x10xf32>) -> tensor<64x16x5x5xf32>
  %f = layerpipe.flatten %p2 : (tensor<64x16x5x5xf32>) -> tensor<64x400xf32>

  %w3 = layerpipe.parameter "fc1.weight" uniform(0.05) : tensor<120x400xf32>
  %b3 = layerpipe.parameter "fc1.bias" uniform(0.05) : tensor<120xf32>
  %z3 = layerpipe.linear %f, %w3, %b3 : (tensor<64x400xf32>, tensor<120x400xf32>, tensor<120xf32>) -> tensor<64x120xf32>
  %a3 = layerpipe.relu %z3 : (tensor<64x120xf32>) -> tensor<64x120xf32>

  %w4 = layerpipe.parameter "fc2.weight" uniform(0.0912870914) : tensor<84x120xf32>
  %b4 = layerpipe.parameter "fc2.bias" uniform(0.0912870914) : tensor<84xf32>
  %z4 = layerpipe.linear %a3, %w4, %b4 : (tensor<64x120xf32>, tensor<84x120xf32>, tensor<84xf32>) -> tensor<64x84xf32>
  %a4 = layerpipe.relu %z4 : (tensor<64x84xf32>) -> tensor<64x84xf32>

  %w5 = layerpipe.parameter "fc3.weight" uniform(0.109108947) : tensor<10x84xf32>
  %b5 = layerpipe.parameter "fc3.bias" uniform(0.109108947) : tensor<10xf32>
  %logits = layerpipe.linear %a4, %w5, %b5 : (tensor<64x84xf32>, tensor<10x84xf32>, tensor<10xf32>) -> tensor<64x10xf32>

  %loss = layerpipe.softmax_cross_entropy %logits, %labels : (tensor<64x10xf32>, tensor<64xi32>) -> tensor<f32>
}

//===- OnnxOptions.h - How an ONNX model is taken ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IMPORT_ONNXOPTIONS_H
#define LAYERPIPE_IMPORT_ONNXOPTIONS_H

#include "layerpipe/Base/Result.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace layerpipe {

/// Says towards which variance of a batch running variances move: that with the
/// factor n/(n − 1), as PyTorch's do, or that without it, as ONNX has it.
/// `automatic` takes the former in a model that PyTorch has written.
enum class RunningVariance { automatic, biased, unbiased };

struct OnnxOptions {
  /// The network takes so many samples at a time; 0 means as many as the file
  /// says.
  int64_t batch = 0;
  /// Dimensions that the file names have these sizes.
  std::map<std::string, int64_t> dimensions = {};
  /// The loss of the output: "cross-entropy" or "mse". If it is empty, the loss
  /// is the one in the file, or the cross-entropy of a final softmax.
  std::string loss = {};
  /// The loss is that of this output; it may be empty where there is only one.
  std::string output = {};
  /// Batch normalisation trains by the batch's statistics, and keeps running
  /// ones, also where the file says that it was exported for inference.
  bool trainBatchNorm = false;
  /// Parameters whose names match one of these patterns (of a shell's kind)
  /// keep their values.
  std::vector<std::string> frozen = {};
  /// Parameters start as a new network's do, not with the file's values.
  bool reinitialize = false;
  /// Dropout drops in training, also where the file says that it was exported
  /// for inference.
  bool trainDropout = false;
  RunningVariance runningVariance = RunningVariance::automatic;
};

/// Holds options as users write them.
struct OnnxOptionTexts {
  /// A loss such as "mse", or an output and its loss, such as "logits=mse".
  std::string loss = {};
  /// A dimension and its size each, such as "height=224".
  std::vector<std::string> dimensions = {};
  bool trainBatchNorm = false;
  std::vector<std::string> frozen = {};
  bool reinitialize = false;
  bool trainDropout = false;
  /// This is auto, biased or unbiased.
  std::string runningVariance = "auto";
};

/// Reads the options. The error names the one that is wrong.
base::Result<OnnxOptions> parseOnnxOptions(const OnnxOptionTexts &texts);

} // namespace layerpipe

#endif // LAYERPIPE_IMPORT_ONNXOPTIONS_H

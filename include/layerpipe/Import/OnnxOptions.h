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
#include <optional>
#include <string>
#include <vector>

namespace layerpipe {

/// Says towards which variance of a batch running variances move: that with the
/// factor n/(n − 1), as PyTorch's do, or that without it, as ONNX has it.
/// `automatic` takes the former in a model that PyTorch has written.
enum class RunningVariance { automatic, biased, unbiased };

/// Says by which loss an output is trained.
struct OutputLoss {
  /// It may be empty where there is only one output.
  std::string output = {};
  /// "cross-entropy" or "mse".
  std::string loss = {};
  /// The loss counts so much in the sum of all.
  double weight = 1;
  /// The output is compared with the labels of this name. Outputs that name
  /// none share one stream of labels.
  std::string labels = {};
};

struct OnnxOptions {
  /// The network takes so many samples at a time; 0 means as many as the file
  /// says.
  int64_t batch = 0;
  /// Dimensions that the file names have these sizes.
  std::map<std::string, int64_t> dimensions = {};
  /// The first is the loss of the output that evaluations score. If there are
  /// none, the loss is the one in the file, or the cross-entropy of a final
  /// softmax.
  std::vector<OutputLoss> losses = {};
  /// Positions with this label don't count in a cross-entropy that is not in
  /// the file. Without a number, none count that have PyTorch's −100, where
  /// each position of a sample has a label.
  std::optional<int32_t> ignoredLabel = {};
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
  /// Each is a loss such as "mse", or an output and its loss, such as
  /// "logits=mse". A weight and the name of labels may follow, as in
  /// "aux=cross-entropy:0.3@species".
  std::vector<std::string> losses = {};
  std::optional<int32_t> ignoredLabel = {};
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

//===- OnnxOptions.cpp - How an ONNX model is taken -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Import/OnnxOptions.h"

#include <charconv>
#include <fmt/format.h>

using namespace layerpipe;
using base::Error;
using base::Result;

/// Divides a text at its last equals sign; the part before it may be missing.
static std::pair<std::string, std::string> divide(const std::string &text) {
  size_t at = text.rfind('=');
  if (at == std::string::npos)
    return {"", text};
  return {text.substr(0, at), text.substr(at + 1)};
}

static Result<void> readDimension(const std::string &text,
                                  OnnxOptions &options) {
  constexpr int64_t most = int64_t(1) << 30;
  auto [name, digits] = divide(text);
  int64_t size = 0;
  auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (name.empty() || error != std::errc() ||
      end != digits.data() + digits.size() || size < 1 || size > most)
    return Error{
        fmt::format("--dim: '{}' is no NAME=N with N from 1 to 2^30", text)};
  if (!options.dimensions.emplace(name, size).second)
    return Error{fmt::format("--dim: '{}' is given twice", name)};
  return {};
}

static Result<RunningVariance> readVariance(const std::string &text) {
  if (text == "auto")
    return RunningVariance::automatic;
  if (text == "biased")
    return RunningVariance::biased;
  if (text == "unbiased")
    return RunningVariance::unbiased;
  return Error{fmt::format("--running-variance: there is no '{}'; there are "
                           "auto, biased and unbiased",
                           text)};
}

Result<OnnxOptions> layerpipe::parseOnnxOptions(const OnnxOptionTexts &texts) {
  OnnxOptions options;
  std::tie(options.output, options.loss) = divide(texts.loss);
  if (!texts.loss.empty() && options.loss != "cross-entropy" &&
      options.loss != "mse")
    return Error{fmt::format("--loss: there is no loss '{}'; there are "
                             "cross-entropy and mse, as in --loss mse or "
                             "--loss OUTPUT=mse",
                             options.loss)};
  for (const std::string &dimension : texts.dimensions)
    if (Result<void> read = readDimension(dimension, options); !read)
      return read.error();
  options.trainBatchNorm = texts.trainBatchNorm;
  options.frozen = texts.frozen;
  options.reinitialize = texts.reinitialize;
  options.trainDropout = texts.trainDropout;
  Result<RunningVariance> variance = readVariance(texts.runningVariance);
  if (!variance)
    return variance.error();
  options.runningVariance = *variance;
  return options;
}

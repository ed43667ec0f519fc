//===- OnnxOptions.cpp - How an ONNX model is taken -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Import/OnnxOptions.h"

#include "layerpipe/Base/Numbers.h"

#include <charconv>
#include <fmt/format.h>
#include <set>

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

/// Takes off the end of a text what follows the separator.
static std::optional<std::string> takeBehind(std::string &text,
                                             char separator) {
  size_t at = text.find(separator);
  if (at == std::string::npos)
    return std::nullopt;
  std::string rest = text.substr(at + 1);
  text.resize(at);
  return rest;
}

/// Reads [OUTPUT=]LOSS[:WEIGHT][@LABELS].
static Result<OutputLoss> readLoss(const std::string &text) {
  // A name of labels may have equals signs, too.
  const size_t end = text.find('@');
  OutputLoss loss;
  std::tie(loss.output, loss.loss) = divide(text.substr(0, end));
  if (end != std::string::npos)
    loss.labels = text.substr(end + 1);
  if (end != std::string::npos && loss.labels.empty())
    return Error{
        fmt::format("--loss: '{}' has no name of labels behind the @", text)};
  if (std::optional<std::string> weight = takeBehind(loss.loss, ':')) {
    Result<double> number =
        base::parseNumber(*weight, base::Limits<double>{-1e30, 1e30});
    if (!number)
      return Error{fmt::format("--loss: the weight in '{}': {}", text,
                               number.error().message)};
    loss.weight = *number;
  }
  if (loss.loss != "cross-entropy" && loss.loss != "mse")
    return Error{fmt::format("--loss: there is no loss '{}'; there are "
                             "cross-entropy and mse, as in --loss mse or "
                             "--loss OUTPUT=mse",
                             loss.loss)};
  return loss;
}

/// Checks that several losses are those of outputs of different names.
static Result<void> checkLosses(const std::vector<OutputLoss> &losses) {
  std::set<std::string> outputs;
  for (const OutputLoss &loss : losses) {
    if (losses.size() > 1 && loss.output.empty())
      return Error{"--loss: several losses need the names of their outputs, as "
                   "in --loss OUTPUT=mse"};
    if (!outputs.insert(loss.output).second)
      return Error{
          fmt::format("--loss: the output '{}' has two losses", loss.output)};
  }
  return {};
}

Result<OnnxOptions> layerpipe::parseOnnxOptions(const OnnxOptionTexts &texts) {
  OnnxOptions options;
  for (const std::string &text : texts.losses) {
    Result<OutputLoss> loss = readLoss(text);
    if (!loss)
      return loss.error();
    options.losses.push_back(std::move(*loss));
  }
  if (Result<void> checked = checkLosses(options.losses); !checked)
    return checked.error();
  options.ignoredLabel = texts.ignoredLabel;
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

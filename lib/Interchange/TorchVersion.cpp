//===- TorchVersion.cpp - Dialects of PyTorch's rows ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/TorchVersion.h"

#include "layerpipe/Base/Numbers.h"
#include "layerpipe/Base/Text.h"

#include <fmt/format.h>

namespace layerpipe::interchange {
namespace {

struct Letters {
  TorchOp op;
  std::string_view letters;
  TorchVersion since;
};

/// Lists the ops of 2.6 and later; 2.5 has other letters for two of them.
constexpr Letters table[] = {
    {TorchOp::forward, "F", TorchVersion::v2_5},
    {TorchOp::input_gradient, "I", TorchVersion::v2_5},
    {TorchOp::weight_gradient, "W", TorchVersion::v2_5},
    {TorchOp::backward, "B", TorchVersion::v2_5},
    {TorchOp::send_forward, "SEND_F", TorchVersion::v2_5},
    {TorchOp::receive_forward, "RECV_F", TorchVersion::v2_5},
    {TorchOp::send_backward, "SEND_B", TorchVersion::v2_5},
    {TorchOp::receive_backward, "RECV_B", TorchVersion::v2_5},
    {TorchOp::unshard, "UNSHARD", TorchVersion::v2_5},
    {TorchOp::reshard, "RESHARD", TorchVersion::v2_5},
    {TorchOp::reduce_gradient, "REDUCE_GRAD", TorchVersion::v2_10}};

} // namespace

std::string_view toString(TorchVersion version) {
  switch (version) {
  case TorchVersion::v2_5:
    return "2.5";
  case TorchVersion::v2_6:
    return "2.6";
  case TorchVersion::v2_9:
    return "2.9";
  case TorchVersion::v2_10:
    return "2.10";
  }
  return "?";
}

Result<TorchVersion> parseTorchVersion(std::string_view text) {
  std::vector<std::string_view> parts = base::splitList(text, '.');
  base::Limits<int64_t> limits{0, 999};
  if (parts.size() < 2 || parts.size() > 3)
    return Error{fmt::format("'{}' is no version; it must be one like 2.10",
                             base::printable(text))};
  for (std::string_view part : parts)
    if (!base::parseNumber(part, limits))
      return Error{fmt::format("'{}' is no version; it must be one like 2.10",
                               base::printable(text))};
  int64_t major = *base::parseNumber(parts[0], limits);
  int64_t minor = *base::parseNumber(parts[1], limits);
  if (major < 2 || (major == 2 && minor < 5))
    return Error{fmt::format(
        "PyTorch {} reads no schedules; 2.5 is the first version that does",
        text)};
  if (major > 2 || minor >= 10)
    return TorchVersion::v2_10;
  if (minor >= 9)
    return TorchVersion::v2_9;
  return minor >= 6 ? TorchVersion::v2_6 : TorchVersion::v2_5;
}

std::optional<std::string_view> lettersOf(TorchOp op, TorchVersion version) {
  if (version == TorchVersion::v2_5 && op == TorchOp::input_gradient)
    return "B";
  if (version == TorchVersion::v2_5 && op == TorchOp::backward)
    return "BW";
  for (const Letters &entry : table)
    if (entry.op == op && entry.since <= version)
      return entry.letters;
  return std::nullopt;
}

std::optional<TorchOp> parseTorchOp(std::string_view letters,
                                    TorchVersion version) {
  for (const Letters &entry : table)
    if (lettersOf(entry.op, version) == letters)
      return entry.op;
  return std::nullopt;
}

} // namespace layerpipe::interchange

//===- LinksJson.h - Links as JSON ------------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Machine files and schedule files describe links in the same way
// (docs/machine-format.md). They differ in how they write numbers.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_MACHINE_LINKSJSON_H
#define LAYERPIPE_MACHINE_LINKSJSON_H

#include "layerpipe/Base/Json.h"
#include "layerpipe/Base/JsonReader.h"
#include "layerpipe/Scheduling/Model/Links.h"

#include <cstdint>
#include <functional>
#include <string>

namespace layerpipe::machine {

/// This is what a format has to say about the numbers of its links.
struct LinkFormat {
  /// Reads the member of that name as a bandwidth.
  std::function<scheduling::Fraction(base::JsonObjectReader &, const char *)>
      bandwidth;
  base::IntegerRange latency;
  base::OtherKeys others = base::OtherKeys::refused;
};

/// Reads the links of a machine with so many processors: a bandwidth and a
/// latency, with levels and pairs that differ, in any order of the pairs. Adds
/// a failure at the member that is wrong.
scheduling::Links readLinks(const nlohmann::json &json, const std::string &path,
                            int64_t processors, const LinkFormat &format,
                            base::JsonFailure &failure);

/// Writes the links. Bandwidths are [numerator, denominator].
nlohmann::ordered_json writeLinks(const scheduling::Links &links);

} // namespace layerpipe::machine

#endif // LAYERPIPE_MACHINE_LINKSJSON_H

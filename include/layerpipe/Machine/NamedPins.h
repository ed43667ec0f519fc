//===- NamedPins.h - Layers that the user places ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A user places layers by their names, as "fc1=0", in options and in machine
// files. Scheduling knows layers by their numbers.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_MACHINE_NAMEDPINS_H
#define LAYERPIPE_MACHINE_NAMEDPINS_H

#include "layerpipe/Scheduling/Model/LayerPins.h"
#include "layerpipe/Scheduling/Model/Result.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace layerpipe::machine {

/// Layers, by their names, have their processors here.
using NamedPins = std::map<std::string, int64_t>;

/// Reads texts such as "fc1=0". The processor is behind the last "=". Fails on
/// a text of another form, on a number that is no processor's, and on a layer
/// that is placed twice differently.
scheduling::Result<NamedPins> parsePins(const std::vector<std::string> &texts);

/// Returns both. Fails on a layer that they place differently.
scheduling::Result<NamedPins> joinPins(NamedPins pins, const NamedPins &more);

/// Fails if a layer is placed on a processor that is not one of the first so
/// many.
scheduling::Status checkPins(const NamedPins &pins, int64_t processors);

/// Returns the pins by numbers, for layers of those names. Fails on a name that
/// no layer has, and says which one was probably meant.
scheduling::Result<scheduling::LayerPins>
resolvePins(const NamedPins &pins,
            const std::map<int64_t, std::string> &layerNames);

} // namespace layerpipe::machine

#endif // LAYERPIPE_MACHINE_NAMEDPINS_H

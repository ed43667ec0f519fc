//===- ProfileAxes.h - Along what a profile's layers are cut ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A profile describes its nodes by PyTorch's names of modules. These functions
// find channels and samples in the descriptions.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_NETWORK_PROFILEAXES_H
#define LAYERPIPE_LIB_NETWORK_PROFILEAXES_H

#include "layerpipe/Scheduling/Stages/LayerGraph.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace layerpipe::network {

/// Returns the channels of a product, and 1 sample for a layer that treats
/// samples apart.
scheduling::LayerAxes describedAxes(std::string_view description);

/// Returns for how many samples a layer was measured, if its description tells:
/// a linear layer's activation is samples · features floats.
std::optional<int64_t> describedSamples(std::string_view description,
                                        const scheduling::Layer &layer);

} // namespace layerpipe::network

#endif // LAYERPIPE_LIB_NETWORK_PROFILEAXES_H

//===- RandomLayers.h - Layers with times and branches ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SUPPORT_RANDOMLAYERS_H
#define LAYERPIPE_TEST_UNIT_SUPPORT_RANDOMLAYERS_H

#include "layerpipe/Scheduling/Stages/LayerGraph.h"

#include <cstdint>

namespace layerpipe::testing {

/// Makes up to twelve layers. What layers say of their channels need not fit
/// together, because nothing in a profile makes sure of that.
scheduling::LayerGraph randomLayers(uint64_t seed);

} // namespace layerpipe::testing

#endif // LAYERPIPE_TEST_UNIT_SUPPORT_RANDOMLAYERS_H

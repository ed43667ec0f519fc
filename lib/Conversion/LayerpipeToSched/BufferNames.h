//===- BufferNames.h - names of values in programs --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_CONVERSION_LAYERPIPETOSCHED_BUFFERNAMES_H
#define LAYERPIPE_LIB_CONVERSION_LAYERPIPETOSCHED_BUFFERNAMES_H

#include "layerpipe/Analysis/TrainingGraph.h"

#include <string>
#include <vector>

namespace layerpipe {

/// Returns the name of each value's buffer. What starts with a parameter has
/// the parameter's name; another state of that parameter's optimizer has the
/// state's behind it, as in "fc1.weight.velocity"; and any other value is
/// called as in schedules. `initials` says what each value starts with.
std::vector<std::string> bufferNames(const TrainingGraph &training,
                                     const std::vector<InitialValue> &initials);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_CONVERSION_LAYERPIPETOSCHED_BUFFERNAMES_H

//===- UselessOptions.h - Options that would do nothing ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Some options have no effect beside others, or with the model that is given.
// These functions have the tables of them. Each returns the sentence for the
// user, or "".
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_DRIVER_USELESSOPTIONS_H
#define LAYERPIPE_DRIVER_USELESSOPTIONS_H

#include "layerpipe/Base/Arguments.h"
#include "layerpipe/Driver/CostOptions.h"
#include "layerpipe/Driver/SplitOptions.h"

#include <set>
#include <string>

namespace layerpipe::driver {

struct ModelOptions;

/// Looks at the options of the optimizer, the strategy and the cost model,
/// beside which others mean nothing.
std::string findUselessOption(const ModelOptions &options);

/// Looks at the options of a network that is to be scheduled, when `what` ("a
/// scheduled graph") is compiled as it stands.
std::string findUselessOnScheduled(const ModelOptions &options,
                                   const std::string &what);

/// Returns whether the option says how the network is trained, not how it is
/// scheduled.
bool isTrainingOption(const std::string &option);

/// Returns the rules of splits and costs, which several commands have.
std::vector<base::OptionRule> rulesOfSplits(const SplitOptions &splits,
                                            bool cutsTasks);
std::vector<base::OptionRule> rulesOfCosts(const CostOptions &costs);

} // namespace layerpipe::driver

#endif // LAYERPIPE_DRIVER_USELESSOPTIONS_H

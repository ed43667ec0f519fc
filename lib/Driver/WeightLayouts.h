//===- WeightLayouts.h - In which layout weights live -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A layer's kernels like different layouts of their weights, and move elements
// where they don't get them. Here one layout is chosen for all of them.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_DRIVER_WEIGHTLAYOUTS_H
#define LAYERPIPE_LIB_DRIVER_WEIGHTLAYOUTS_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "Sched/IR/SchedDialect.h"
#include "layerpipe/Runtime/MeasuredKernel.h"

#include <set>
#include <vector>

namespace layerpipe::driver {

/// Returns what an op asks of the kernel library, without a candidate.
runtime::KernelDescription descriptionOf(KernelOpInterface op);

/// These weights, with their gradients and the states of their updates, may
/// lie in any layout.
struct LayoutQuestion {
  std::vector<KernelOpInterface> kernels;
  /// Some kernel would like one of these. Rows come first, as no text.
  std::set<std::string> layouts;

  /// Returns the descriptions of the kernels with weights in this layout;
  /// those of the evaluation are left out unless `all`.
  std::vector<runtime::KernelDescription> kernelsFor(const std::string &layout,
                                                     bool all) const;
};

/// Finds the times of a kernel, or nullptr.
using FindMeasured = llvm::function_ref<const runtime::MeasuredKernel *(
    const runtime::KernelDescription &)>;

/// Returns the questions that `program` leaves open, in its order. Weights of
/// which a kernel names its candidate or its layout are none. Layouts are those
/// that candidates want which are not clearly slower than another one with
/// weights in rows.
std::vector<LayoutQuestion> findLayoutQuestions(sched::ProgramOp program,
                                                runtime::KernelLibrary &library,
                                                FindMeasured find);

/// Returns the layout of the least time for one iteration, which is the sum of
/// the kernels' best times. Layouts in which some kernel was not measured are
/// left out. Sums that are equal within what is known of them are equal; rows
/// win then, and otherwise the first layout by its text.
std::string chooseLayout(const LayoutQuestion &question, FindMeasured find);

} // namespace layerpipe::driver

#endif // LAYERPIPE_LIB_DRIVER_WEIGHTLAYOUTS_H

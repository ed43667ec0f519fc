//===- Verdict.h - What a schedule reaches, in two sentences ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The verdict is the first thing that a page says. Names in it are escaped; the
// result is HTML without any block element.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_REPORT_VERDICT_H
#define LAYERPIPE_LIB_REPORT_VERDICT_H

#include "Facts.h"

#include <string>
#include <vector>

namespace layerpipe::report {

/// Returns sentences with the speed-up, the period, its bound and the gap, then
/// what limits the period, then the staleness and the bytes that it takes:
///
///   1.66 times as fast as one processor: one iteration every 42.47 M cycles
///   on 2 processors, 10.3 % above the lower bound of 38.52 M cycles. Processor
///   1 (layers 2 to 3) limits it: it is busy all the time. Gradients are up to
///   1 iteration late; older copies of values that this order keeps take 5 MiB.
std::string verdictHtml(const Facts &facts);

/// Returns the paragraphs on top of the page. A page with one schedule has its
/// verdict; a page with several says for each network which one is the fastest,
/// and gives that one's verdict.
std::string leadHtml(const std::vector<Facts> &facts);

} // namespace layerpipe::report

#endif // LAYERPIPE_LIB_REPORT_VERDICT_H

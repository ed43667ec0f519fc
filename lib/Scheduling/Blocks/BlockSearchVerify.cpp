//===- BlockSearchVerify.cpp - The judge of answers -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Blocks/BlockSearch.h"

#include <fmt/format.h>

namespace layerpipe::scheduling {
namespace {

Status checkBound(std::string_view what, int64_t value, const BlockBound &bound,
                  const BlockBound &computed, Proof proof) {
  bool exhausted = bound.reason == BlockBound::Reason::exhausted;
  if (exhausted ? bound.value <= computed.value : bound.value != computed.value)
    return Error{fmt::format("the bound of the {} is {}, not {}", what,
                             computed.value, bound.value)};
  if (value < bound.value)
    return Error{fmt::format("the {} is {}, less than its bound {}", what,
                             value, bound.value)};
  if ((proof == Proof::optimal) != (value == bound.value))
    return Error{fmt::format("the {} is {}, its bound is {}, and it is called "
                             "{}",
                             what, value, bound.value, toString(proof))};
  return Status::success();
}

} // namespace

Status verify(const BlockProblem &problem, const RepetendAnswer &answer) {
  if (Status valid = verify(problem, answer.repetend); !valid)
    return valid;
  return checkBound("period", answer.repetend.period, answer.bound,
                    boundPeriod(problem), answer.proof);
}

Status verify(const BlockProblem &problem, const BlockAnswer &answer) {
  if (Status valid = verify(problem, answer.schedule); !valid)
    return valid;
  if (int64_t end = endOf(problem, answer.schedule); end != answer.end)
    return Error{
        fmt::format("the schedule ends at {}, not {}", end, answer.end)};
  if (Status right = checkBound("end", answer.end, answer.bound,
                                boundEnd(problem), answer.proof);
      !right)
    return right;
  if (!answer.repetend) {
    if (answer.part)
      return Error{"the schedule has a part of no repetend"};
    return Status::success();
  }
  if (answer.part !=
      findRepetend(problem, answer.schedule, answer.repetend->repetend.period))
    return Error{"the schedule's part that repeats is another one"};
  return verify(problem, *answer.repetend);
}

} // namespace layerpipe::scheduling

//===- Result.h - The runtime's errors --------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The runtime reports errors as the values of Base. They have their names here
// too, since nearly every function of the runtime returns one.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_RESULT_H
#define LAYERPIPE_RUNTIME_RESULT_H

#include "layerpipe/Base/Result.h"

namespace layerpipe::runtime {

using base::Error;
using base::ErrorKind;
using base::Result;

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_RESULT_H

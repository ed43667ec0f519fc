//===- Version.cpp - Which layerpipe this is ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Version.h"

// The build defines LAYERPIPE_VERSION for this file alone, so that a new
// version compiles one file anew.
std::string_view layerpipe::base::version() { return LAYERPIPE_VERSION; }

//===- Version.cpp - Which layerpipe this is ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Version.h"

// The build defines LAYERPIPE_VERSION for this file alone, so that only this
// file is compiled again for a new version.
std::string_view layerpipe::base::version() { return LAYERPIPE_VERSION; }

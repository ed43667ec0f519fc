//===- Markup.h - Text within HTML and XML ----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_MARKUP_H
#define LAYERPIPE_BASE_MARKUP_H

#include <string>
#include <string_view>

namespace layerpipe::base {

/// Returns the text as the content of an element or of a quoted attribute, in
/// HTML and in XML. Each byte that is not UTF-8, and each character that XML
/// forbids or that a screen may obey, becomes U+FFFD.
std::string escape(std::string_view text);

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_MARKUP_H

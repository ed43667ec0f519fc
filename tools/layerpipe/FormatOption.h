//===- FormatOption.h - Text for people or JSON for scripts -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TOOLS_LAYERPIPE_FORMATOPTION_H
#define LAYERPIPE_TOOLS_LAYERPIPE_FORMATOPTION_H

#include <CLI/CLI.hpp>

#include <string>

namespace layerpipe::driver {

/// This is the option --format of a command that prints a summary: as text, or
/// as one JSON value on standard output.
class FormatOption {
public:
  void addTo(CLI::App &command) {
    command
        .add_option("--format", name,
                    "What is printed: text for people, or json for scripts")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
  }
  bool isJson() const { return name == "json"; }

private:
  std::string name = "text";
};

} // namespace layerpipe::driver

#endif // LAYERPIPE_TOOLS_LAYERPIPE_FORMATOPTION_H

//===- MachineIdentity.cpp - What this machine is -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Virtual machines often hide the CPU's name ("AMD EPYC"), so its numbers are
// part of its identity as well.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Measurements.h"

#include "layerpipe/Base/Version.h"

#include <fmt/format.h>

#include <fstream>

using namespace layerpipe;
using namespace layerpipe::runtime;

/// Returns the fields of the first CPU in /proc/cpuinfo; none where there is no
/// such file.
static std::map<std::string, std::string> readFields() {
  std::map<std::string, std::string> fields;
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line) && !line.empty();) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos)
      continue;
    const size_t end = line.find_last_not_of(" \t", colon - 1);
    const size_t begin = line.find_first_not_of(" \t", colon + 1);
    fields.emplace(line.substr(0, end + 1),
                   begin == std::string::npos ? "" : line.substr(begin));
  }
  return fields;
}

MachineIdentity layerpipe::runtime::identifyMachine(KernelLibrary &library) {
  std::map<std::string, std::string> fields = readFields();
  MachineIdentity machine;
  machine.cpu = fmt::format("{} family {} model {} stepping {}, {}, cache {}",
                            fields["vendor_id"], fields["cpu family"],
                            fields["model"], fields["stepping"],
                            fields["model name"], fields["cache size"]);
  machine.flags = fields["flags"];
  machine.libraries = library.versions();
  machine.libraries["layerpipe"] = base::version();
  return machine;
}

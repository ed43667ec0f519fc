//===- Profiles.h - networks as tests find them on disk ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_PIPELINES_PROFILES_H
#define LAYERPIPE_TEST_UNIT_PIPELINES_PROFILES_H

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace layerpipe::testing {

/// Returns the folder of published profiles, or "" if nobody names one.
inline std::string profileFolder() {
  const char *folder = std::getenv("LAYERPIPE_TEST_DATA");
  return folder ? std::string(folder) + "/pipedream-profiles" : "";
}

/// Returns the files of a folder that have the extension, by name.
inline std::vector<std::string> filesIn(const std::string &folder,
                                        const std::string &extension) {
  std::vector<std::string> files;
  for (const auto &entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == extension)
      files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

inline std::string readText(const std::string &path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

} // namespace layerpipe::testing

#endif // LAYERPIPE_TEST_UNIT_PIPELINES_PROFILES_H

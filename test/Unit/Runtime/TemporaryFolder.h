//===- TemporaryFolder.h - A folder that a test may fill --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Creates an empty folder and removes it with all that is in it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_RUNTIME_TEMPORARYFOLDER_H
#define LAYERPIPE_TEST_UNIT_RUNTIME_TEMPORARYFOLDER_H

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

class TemporaryFolder {
public:
  TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "layerpipe-XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }

  std::string operator/(const std::string &name) const {
    return path + "/" + name;
  }
  size_t fileCount() const {
    return std::distance(std::filesystem::directory_iterator(path), {});
  }

  std::string path;
};

inline void writeFile(const std::string &path, const std::string &bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

inline std::string readFile(const std::string &path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

#endif // LAYERPIPE_TEST_UNIT_RUNTIME_TEMPORARYFOLDER_H

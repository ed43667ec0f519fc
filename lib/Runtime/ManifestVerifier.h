//===- ManifestVerifier.h - The rules of a program --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the checker behind verifyManifest(). It checks entries one by one and
// their memory (ManifestVerifier.cpp), how values flow between tasks
// (ManifestFlow.cpp), and what the host reads and writes (ManifestEnds.cpp).
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_MANIFESTVERIFIER_H
#define LAYERPIPE_LIB_RUNTIME_MANIFESTVERIFIER_H

#include "layerpipe/Runtime/Manifest.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <tuple>

namespace layerpipe::runtime {

/// This keeps sums and products of a few sizes far from overflow.
inline constexpr int64_t greatestSize = int64_t(1) << 40;
inline constexpr int64_t greatestCount = int64_t(1) << 20;

/// Maps tasks to their places in an order that one thread goes through each
/// period.
using Places = std::map<int64_t, int64_t>;

class ManifestVerifier {
public:
  ManifestVerifier(const Manifest &manifest, const TableSizes &tables)
      : manifest(manifest), tables(tables) {}

  void run();

  std::string message;

private:
  template <typename... Args>
  bool require(bool condition, fmt::format_string<Args...> format,
               Args &&...args) {
    if (!condition && message.empty())
      message = fmt::format(format, std::forward<Args>(args)...);
    return condition;
  }
  bool good() const { return message.empty(); }
  bool index(int64_t value, size_t size, const std::string &what,
             const std::string &where);

  void sizes();
  void buffers(const std::vector<Buffer> &list, int64_t arena);
  void tasks(const std::vector<Task> &list, size_t bufferCount);
  void scratch(const Task &task, int64_t bytes);
  void placement();
  void writers();
  void channels();
  void needChannel(int64_t buffer, int64_t from, int64_t to);
  void order(const Places &places, const std::string &rule);
  void read(const Task &task, int64_t taskIndex, const Read &read,
            const Places &places, const std::string &rule);
  void parameters();
  void interfaces();
  void stream(const std::vector<int64_t> &shape, int64_t buffer,
              const std::string &name);
  void labels(const Labels &labels);
  void parameterBuffers();
  void evaluation(const Evaluation &evaluation);
  void layouts();
  void layoutsOf(const Task &task, const std::vector<Buffer> &buffers);

  const Manifest &manifest;
  TableSizes tables;
  /// Each buffer has its writing task here.
  std::map<int64_t, int64_t> writerOf;
  std::set<int64_t> filled; ///< The host fills these buffers.
  std::set<std::tuple<int64_t, int64_t, int64_t>> needed;
};

inline bool hasInitial(const Buffer &buffer) {
  return !std::holds_alternative<ZeroInitial>(buffer.initial);
}

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_MANIFESTVERIFIER_H

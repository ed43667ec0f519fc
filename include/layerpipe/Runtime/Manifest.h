//===- Manifest.h - The static program as data ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The manifest that the compiler embeds into every executable: processors with
// their ordered tasks, buffers, channels, parameters and kernels. These are
// plain values; docs/runtime.md gives their JSON spelling, their meaning and
// the rules M1 to M12 that parseManifest() checks.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_MANIFEST_H
#define LAYERPIPE_RUNTIME_MANIFEST_H

#include "layerpipe/Runtime/Kernel.h"
#include "layerpipe/Runtime/Result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace layerpipe::runtime {

/// The host's id as an end of a channel: it produces the input and the labels
/// and consumes the loss.
inline constexpr int64_t hostProcessor = -1;

/// Slots of ring buffers start at multiples of this many bytes.
inline constexpr int64_t bufferAlignment = 64;

/// What a ring buffer holds before iteration 0.
struct ZeroInitial {}; ///< null or "absent": zeros.
struct ParameterInitial {
  int64_t index;
}; ///< A parameter's initial value.
struct ConstantInitial {
  float value;
}; ///< Every f32 element.
using BufferInitial =
    std::variant<ZeroInitial, ParameterInitial, ConstantInitial>;

/// A ring of `slots` values; iteration i's value lies in slot i mod slots.
struct Buffer {
  std::string name;
  int64_t bytes = 0; ///< Of one value.
  int64_t slots = 1;
  int64_t offset = 0; ///< In the arena; slot k at offset + k * stride().
  BufferInitial initial;

  int64_t stride() const {
    return (bytes + bufferAlignment - 1) / bufferAlignment * bufferAlignment;
  }
};

/// Iteration i reads what the buffer's writer made in iteration i - distance.
struct Read {
  int64_t buffer = 0;
  int64_t distance = 0;
};

struct Task {
  std::string name;
  std::string kind;  ///< forward, backward, grad_input, ..., for people.
  std::string layer; ///< For people; may be empty.
  int64_t function = 0;
  int64_t processor = 0;
  int64_t start = 0;
  int64_t duration = 0;
  int64_t lag = 0; ///< In period n the task works on iteration n - lag.
  std::vector<Read> reads;
  std::vector<int64_t> writes;  ///< Buffers.
  std::vector<int64_t> scratch; ///< Byte offsets in its processor's scratch.
  std::vector<int64_t> kernels; ///< Indices into Manifest::kernels.
};

struct Processor {
  int64_t id = 0;
  std::vector<int64_t> slots; ///< Tasks, in execution order of one period.
  int64_t scratchBytes = 0;
};

/// The values of `buffer` on their way from one processor to another.
struct ChannelDescription {
  int64_t buffer = 0;
  int64_t from = 0;
  int64_t to = 0;
  int64_t capacity = 1;
  /// The producer doesn't wait for free capacity. Only good for tests that
  /// show what the waiting is for.
  bool unchecked = false;
};

struct Parameter {
  std::string name;
  std::vector<int64_t> shape;
  bool uniform = false; ///< uniform(-value, value); otherwise the constant.
  float value = 0;
  int64_t buffer = 0; ///< Holds W(i + 1) as its value of iteration i.
  int64_t staleness = 0;

  int64_t elements() const;
};

/// How tasks that are parts of others make the whole ones.
enum class Parts {
  None,        ///< Every task is whole.
  Concatenate, ///< Their results stand side by side.
  Sum          ///< Results of some are added up.
};

enum class LabelKind {
  Class, ///< i32 [batch]: the number of the class.
  Dense  ///< f32 [batch, classes]: 1 for the class, 0 elsewhere.
};

struct Input {
  int64_t buffer = 0;
  std::vector<int64_t> shape; ///< The batch first.

  int64_t elementsPerSample() const;
};

struct Labels {
  int64_t buffer = 0;
  std::vector<int64_t> shape; ///< [batch], or [batch, classes].
  int64_t classes = 0;
  LabelKind kind = LabelKind::Class;
};

/// The forward program that the host runs to score a data set. Its tasks run in
/// order, in an arena of its own, where buffers with a parameter's initial
/// value hold the parameter's latest one.
struct Evaluation {
  int64_t arenaBytes = 0;
  int64_t scratchBytes = 0;
  std::vector<Buffer> buffers;
  std::vector<Task> tasks;
  int64_t input = 0;      ///< Buffer, f32, shaped as Manifest::input.
  int64_t prediction = 0; ///< Buffer, f32 [batch, classes].
};

struct Manifest {
  std::string name;
  std::string fingerprint; ///< Of the network: guards checkpoints.
  std::string strategy;
  Parts parts = Parts::None;
  std::string kernelsLibrary;
  std::string timeUnit;
  int64_t batch = 0;
  int64_t period = 0;
  int64_t lowerBound = 0;
  float learningRate = 0; ///< Where --lr doesn't say.
  int64_t arenaBytes = 0;
  std::vector<Processor> processors;
  std::vector<int64_t> sequential; ///< Tasks: one thread's order of a period.
  std::vector<Task> tasks;
  std::vector<Buffer> buffers;
  std::vector<ChannelDescription> channels;
  std::vector<Parameter> parameters;
  std::vector<KernelDescription> kernels;
  Input input;
  Labels labels;
  int64_t loss = 0; ///< Buffer, one f32.
  std::optional<Evaluation> evaluation;

  /// Whether the program trains with the same bits as one whose tasks are all
  /// whole, with the same gradient delays. A kernel of oneDNN may sum up in
  /// another order for a slice than for all, and sums of parts always do.
  bool equalsUnsplit() const {
    return parts == Parts::None ||
           (parts == Parts::Concatenate && kernelsLibrary == "reference");
  }
};

/// Reads and checks a manifest. `functions` is the length of the function
/// table. Every error is the compiler's defect and names the entry.
Result<Manifest> parseManifest(std::string_view json, int64_t functions);

/// The rules M1 to M12 of docs/runtime.md, for manifests made in memory.
Result<void> verifyManifest(const Manifest &manifest, int64_t functions);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_MANIFEST_H

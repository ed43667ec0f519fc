//===- Manifest.h - The static program as data ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The compiler embeds a manifest into every executable. It describes processors
// with their ordered tasks, buffers, channels, parameters and kernels, as plain
// values here. docs/runtime.md gives their JSON spelling, their meaning and the
// rules M1 to M12 that parseManifest() checks.
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

/// The host has this id as an end of a channel: it produces inputs and labels
/// and consumes the loss.
inline constexpr int64_t hostProcessor = -1;

/// Slots of ring buffers start at multiples of this many bytes.
inline constexpr int64_t bufferAlignment = 64;

/// These say what a ring buffer holds before iteration 0. ZeroInitial stands
/// for zeros, and is spelled null or "absent".
struct ZeroInitial {}; ///< null or "absent": zeros.
struct ParameterInitial {
  int64_t index;
}; ///< The buffer holds a parameter's initial value.
struct ConstantInitial {
  float value;
}; ///< Every f32 element has this value.
using BufferInitial =
    std::variant<ZeroInitial, ParameterInitial, ConstantInitial>;

/// A buffer is a ring of `slots` values; iteration i's value lies in slot i mod
/// slots.
struct Buffer {
  std::string name;
  int64_t bytes = 0; ///< One value takes so many bytes.
  int64_t slots = 1;
  int64_t offset = 0; ///< Slot k lies at offset + k * stride() in the arena.
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
  std::string kind;  ///< This is forward, backward, grad_input, … for people.
  std::string layer; ///< People read this; it may be empty.
  int64_t function = 0;
  int64_t processor = 0;
  int64_t start = 0;
  int64_t duration = 0;
  int64_t lag = 0; ///< In period n the task works on iteration n - lag.
  std::vector<Read> reads;
  std::vector<int64_t> writes; ///< These index buffers.
  /// These are byte offsets in its processor's scratch.
  std::vector<int64_t> scratch;
  std::vector<int64_t> kernels; ///< These index Manifest::kernels.
};

struct Processor {
  int64_t id = 0;
  std::vector<int64_t> slots; ///< These tasks run in this order in each period.
  int64_t scratchBytes = 0;
};

/// A channel carries the values of `buffer` from one processor to another.
struct ChannelDescription {
  int64_t buffer = 0;
  int64_t from = 0;
  int64_t to = 0;
  int64_t capacity = 1;
  /// If this is true, the producer doesn't wait for free capacity. That is only
  /// good for tests that show what the waiting is for.
  bool unchecked = false;
};

struct Parameter {
  std::string name;
  std::vector<int64_t> shape;
  /// It means uniform(-value, value); otherwise it is constant, or given.
  bool uniform = false;
  float value = 0;
  int64_t buffer = 0; ///< It holds W(i + 1) as its value of iteration i.
  int64_t staleness = 0;
  /// Buffers that have it as initial value hold it so (base::WeightLayout);
  /// without a text they hold rows. Everything else has it in rows.
  std::string layout = {};
  /// It starts with this entry of the program's table of values.
  std::optional<int64_t> values = std::nullopt;

  int64_t elements() const;
};

/// This says how tasks that are parts of others make the whole ones.
enum class Parts {
  None,        ///< Every task is whole.
  Concatenate, ///< The parts' results stand side by side.
  Sum          ///< The results of some parts are added up.
};

enum class LabelKind {
  Class, ///< Labels are i32 [batch], the number of the class.
  Dense  ///< Labels are f32 [batch, classes], 1 for the class and 0 elsewhere.
};

struct Input {
  int64_t buffer = 0;
  std::vector<int64_t> shape; ///< The batch comes first.
  std::string name = "input";

  int64_t elementsPerSample() const;
};

struct Labels {
  int64_t buffer = 0;
  /// It is [batch], [batch, …] with a label for each position of a sample, or
  /// [batch, classes] of dense labels.
  std::vector<int64_t> shape;
  int64_t classes = 0;
  LabelKind kind = LabelKind::Class;
  std::string name = "labels";
  /// Positions with this label don't count.
  std::optional<int32_t> ignored = std::nullopt;

  /// Returns how many labels a sample has: classes of its positions, or numbers
  /// of its row.
  int64_t valuesPerSample() const;
  /// Returns how many predictions of a class a sample has.
  int64_t positions() const {
    return kind == LabelKind::Dense ? 1 : valuesPerSample();
  }
};

/// Data sets have an input, or labels, under this key. It is the name, where
/// the program gives one.
std::string dataKeyOf(const Input &input);
std::string dataKeyOf(const Labels &labels);

/// The host runs this forward program to score a data set. Its tasks run in
/// order, in an arena of its own, where buffers with a parameter's initial
/// value hold the parameter's latest one.
struct Evaluation {
  int64_t arenaBytes = 0;
  int64_t scratchBytes = 0;
  std::vector<Buffer> buffers;
  std::vector<Task> tasks;
  /// These buffers are f32, shaped as those of Manifest::inputs.
  std::vector<int64_t> inputs;
  /// This buffer is f32 [batch, classes, …], with the positions of the first
  /// labels.
  int64_t prediction = 0;
};

struct Manifest {
  std::string name;
  std::string fingerprint; ///< It tells networks apart and guards checkpoints.
  std::string strategy;
  Parts parts = Parts::None;
  std::string kernelsLibrary;
  std::string timeUnit;
  int64_t batch = 0;
  int64_t period = 0;
  int64_t lowerBound = 0;
  float learningRate = 0; ///< It counts where --lr says nothing.
  int64_t arenaBytes = 0;
  std::vector<Processor> processors;
  /// One thread runs tasks in this order in a period.
  std::vector<int64_t> sequential;
  std::vector<Task> tasks;
  std::vector<Buffer> buffers;
  std::vector<ChannelDescription> channels;
  std::vector<Parameter> parameters;
  std::vector<KernelDescription> kernels;
  /// There is at least one of each.
  std::vector<Input> inputs = std::vector<Input>(1);
  /// The first are those that evaluations compare the prediction with.
  std::vector<Labels> labels = std::vector<Labels>(1);
  int64_t loss = 0; ///< This buffer is one f32.
  std::optional<Evaluation> evaluation;

  /// Returns whether the program trains with the same bits as one whose tasks
  /// are all whole, with the same gradient delays. A kernel of oneDNN may sum
  /// up in another order for a slice than for all, and sums of parts always do.
  bool equalsUnsplit() const {
    return parts == Parts::None ||
           (parts == Parts::Concatenate && kernelsLibrary == "reference");
  }
};

/// A program has so many task functions and so many given values of parameters,
/// which a manifest refers to by their numbers.
struct TableSizes {
  int64_t functions = 0;
  int64_t values = 0;
};

/// Reads and checks a manifest. Every error is the compiler's defect and names
/// the entry.
Result<Manifest> parseManifest(std::string_view json, const TableSizes &tables);

/// Checks rules M1 to M12 of docs/runtime.md, for manifests made in memory.
Result<void> verifyManifest(const Manifest &manifest, const TableSizes &tables);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_MANIFEST_H

//===- StepRows.cpp - Orders from steps -----------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScheduleShapes.h"

#include <algorithm>
#include <deque>
#include <limits>

namespace layerpipe::scheduling {
namespace {

struct Token {
  char letter = 0;
  /// Is −1 for chunks in turn.
  int64_t chunk = -1;
  bool overlapsNext = false;
};

std::vector<Token> parseTokens(std::string_view text) {
  std::vector<Token> tokens;
  bool open = false;
  for (char character : text) {
    if (character == '(') {
      open = true;
    } else if (character == ')') {
      open = tokens.back().overlapsNext = false;
    } else if (character >= '0' && character <= '9') {
      tokens.back().chunk = character - '0';
    } else if (character != ' ') {
      tokens.push_back({character, -1, open});
    }
  }
  return tokens;
}

/// This writes one processor's row, token by token.
class RowWriter {
public:
  RowWriter(const ScheduleDescription &description, const ScheduleShape &shape,
            const std::vector<int64_t> &stages)
      : shape(shape), stages(stages), forwards(stages.size(), 0),
        gradients(stages.size(), 0),
        lag(description.weightLag ? description.weightLag(shape)
                                  : std::numeric_limits<int64_t>::max()) {}

  void run(const ScheduleStep &step);
  std::vector<PipelineAction> takeRow();

private:
  struct Owed {
    int64_t chunk;
    int64_t microbatch;
  };
  bool run(const Token &token);
  bool runForward(int64_t chunk);
  bool runGradient(int64_t chunk, ActionKind kind);
  bool runWeights(int64_t chunk);
  bool add(int64_t chunk, ActionKind kind, int64_t microbatch);
  int64_t chunkInTurn(int64_t position) const {
    return position / shape.group % shape.v;
  }

  const ScheduleShape &shape;
  const std::vector<int64_t> &stages;
  /// Count what each chunk has run.
  std::vector<int64_t> forwards;
  std::vector<int64_t> gradients;
  int64_t allForwards = 0;
  int64_t allGradients = 0;
  std::deque<Owed> owed;
  int64_t lag;
  std::vector<PipelineAction> row;
};

bool RowWriter::add(int64_t chunk, ActionKind kind, int64_t microbatch) {
  row.push_back({stages[chunk], kind, microbatch});
  return true;
}

bool RowWriter::runForward(int64_t chunk) {
  if (forwards[chunk] == shape.m)
    return false;
  ++allForwards;
  return add(chunk, ActionKind::forward, forwards[chunk]++);
}

bool RowWriter::runGradient(int64_t chunk, ActionKind kind) {
  if (gradients[chunk] == forwards[chunk])
    return false;
  ++allGradients;
  int64_t microbatch = gradients[chunk]++;
  add(chunk, kind, microbatch);
  if (kind == ActionKind::input_gradient)
    owed.push_back({chunk, microbatch});
  while (static_cast<int64_t>(owed.size()) > lag)
    runWeights(-1);
  return true;
}

bool RowWriter::runWeights(int64_t chunk) {
  auto oldest = std::find_if(owed.begin(), owed.end(), [&](const Owed &one) {
    return chunk < 0 || one.chunk == chunk;
  });
  if (oldest == owed.end())
    return false;
  Owed one = *oldest;
  owed.erase(oldest);
  return add(one.chunk, ActionKind::weight_gradient, one.microbatch);
}

bool RowWriter::run(const Token &token) {
  int64_t chunk = token.chunk;
  switch (token.letter) {
  case 'F':
    return runForward(chunk < 0 ? chunkInTurn(allForwards) : chunk);
  case 'W':
    return runWeights(chunk);
  default:
    return runGradient(chunk < 0 ? shape.v - 1 - chunkInTurn(allGradients)
                                 : chunk,
                       token.letter == 'I' ? ActionKind::input_gradient
                                           : ActionKind::backward);
  }
}

void RowWriter::run(const ScheduleStep &step) {
  std::vector<Token> tokens = parseTokens(step.tokens);
  std::vector<Token> later =
      step.secondHalf.empty() ? tokens : parseTokens(step.secondHalf);
  int64_t length = tokens.size();
  int64_t most = (shape.m + 1) * shape.v;
  int64_t times =
      step.times ? std::clamp<int64_t>(step.times(shape), 0, most) : most;
  for (int64_t turn = 0; turn < times; ++turn) {
    bool idle = true, open = false;
    for (int64_t at = 0; at < length; ++at) {
      bool second = 2 * (turn * length + at) >= times * length;
      const Token &token = second ? later[at] : tokens[at];
      if (!run(token)) {
        open = false;
        continue;
      }
      idle = false;
      // Both of a pair have run only if the one before was open.
      if (open)
        row[row.size() - 2].overlapsNext = true;
      open = token.overlapsNext;
    }
    if (idle)
      return;
  }
}

/// Adds what steps have left, and returns the row.
std::vector<PipelineAction> RowWriter::takeRow() {
  while (runWeights(-1))
    continue;
  return std::move(row);
}

} // namespace

std::vector<PipelineAction> makeRow(const ScheduleDescription &description,
                                    const ScheduleShape &shape,
                                    const std::vector<int64_t> &stages) {
  RowWriter writer(description, shape, stages);
  for (const ScheduleStep &step : description.steps)
    writer.run(step);
  return writer.takeRow();
}

} // namespace layerpipe::scheduling

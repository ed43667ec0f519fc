//===- BlockProblems.cpp - Problems of blocks for tests -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockProblems.h"

#include <numeric>

namespace layerpipe::scheduling::test {

static void joinChain(BlockProblem &problem) {
  for (size_t b = 1; b < problem.blocks.size(); ++b)
    problem.dependences.push_back(
        {static_cast<int64_t>(b) - 1, static_cast<int64_t>(b)});
}

BlockProblem threeBlocks(int64_t microbatches) {
  BlockProblem problem{2, {{"A", {0}}, {"B", {1}}, {"C", {0, 1}}}, {}, 1};
  problem.microbatches = microbatches;
  joinChain(problem);
  return problem;
}

BlockProblem trainingChain(int64_t devices, int64_t microbatches, bool shared) {
  BlockProblem problem;
  problem.devices = devices;
  problem.microbatches = microbatches;
  std::vector<int64_t> all(devices);
  std::iota(all.begin(), all.end(), 0);
  if (shared)
    problem.blocks.push_back({"embed", all, 1, 0});
  for (int64_t device = 0; device < devices; ++device)
    problem.blocks.push_back({"f" + std::to_string(device), {device}, 1, 1});
  for (int64_t device = devices; device-- > 0;)
    problem.blocks.push_back({"b" + std::to_string(device), {device}, 2, -1});
  if (shared)
    problem.blocks.push_back({"unembed", all, 1, 0});
  joinChain(problem);
  return problem;
}

BlockProblem randomBlocks(std::mt19937_64 &random, const RandomBlocks &shape) {
  auto draw = [&](int64_t first, int64_t last) {
    return std::uniform_int_distribution<int64_t>(first, last)(random);
  };
  BlockProblem problem;
  problem.devices = shape.devices;
  problem.microbatches = shape.microbatches;
  for (int64_t b = 0; b < shape.blocks; ++b) {
    Block block{"b" + std::to_string(b), {}, draw(1, 3), 0};
    for (int64_t device = 0; device < shape.devices; ++device)
      if (draw(0, 2) == 0)
        block.devices.push_back(device);
    if (block.devices.empty())
      block.devices.push_back(draw(0, shape.devices - 1));
    problem.blocks.push_back(block);
    for (int64_t from = 0; from < b && !shape.chain; ++from)
      if (draw(0, 2) == 0)
        problem.dependences.push_back({from, b});
  }
  if (shape.chain)
    joinChain(problem);
  if (!shape.memory)
    return problem;
  for (int64_t b = 0; 2 * b + 1 < shape.blocks; ++b) {
    Block &taker = problem.blocks[b];
    Block &freer = problem.blocks[shape.blocks - 1 - b];
    freer.devices = taker.devices;
    taker.memory = draw(0, 2);
    freer.memory = -taker.memory;
  }
  for (int64_t device = 0; device < shape.devices; ++device)
    problem.memory.push_back(draw(2, 4));
  return problem;
}

} // namespace layerpipe::scheduling::test

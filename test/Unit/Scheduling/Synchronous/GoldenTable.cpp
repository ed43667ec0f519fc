//===- GoldenTable.cpp - The zero-bubble paper's table --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GoldenTable.h"

#include "PipelineProblems.h"

#include "layerpipe/Base/Text.h"

#include <cmath>
#include <cstdlib>
#include <fstream>

namespace layerpipe::scheduling::test {

std::vector<GoldenRow> someGoldenRows() {
  return {{"1.5B", 22, 8, 24, 3, 18522, 18086, 9337, 601, 2431, 1055, 1585,
           1083, 1585, 433},
          {"6.2B", 30, 8, 64, 4, 29935, 29621, 19388, 535, 1091, 320, 554, 294,
           554, 10},
          {"28.3B", 62, 32, 96, 2, 10419, 10207, 7715, 408, 2646, 1493, 1421,
           641, 1421, 38}};
}

std::vector<GoldenRow> allGoldenRows() {
  std::vector<GoldenRow> rows;
  const char *folder = std::getenv("LAYERPIPE_TEST_DATA");
  if (!folder)
    return rows;
  std::ifstream file(std::string(folder) + "/zero_bubble_table.csv");
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::vector<std::string_view> cells = base::splitList(line, ',');
    auto number = [&](size_t column, double scale) {
      return std::llround(std::stod(std::string(cells.at(column))) * scale);
    };
    rows.push_back({std::string(cells.at(0)), number(1, 1), number(2, 1),
                    number(3, 1), number(4, 1), number(5, 1e3), number(6, 1e3),
                    number(7, 1e3), number(8, 1e3), number(9, 1e4),
                    number(10, 1e4), number(11, 1e4), number(12, 1e4),
                    number(13, 1e4), number(14, 1e4)});
  }
  return rows;
}

PipelineProblem problemOf(const GoldenRow &row, bool keepsAll) {
  PipelineProblem problem = unitChain(row.stages, row.microbatches);
  for (PipelineStage &stage : problem.stages) {
    stage.forwardTime = row.forwardTime;
    stage.inputGradientTime = row.inputGradientTime;
    stage.weightGradientTime = row.weightGradientTime;
    stage.activationBytes = 1000;
    stage.weightGradientBytes = keepsAll ? 1000 : 0;
  }
  problem.machine.links.others.latency = row.transferTime;
  return problem;
}

} // namespace layerpipe::scheduling::test

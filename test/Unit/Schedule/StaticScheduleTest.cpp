//===- StaticScheduleTest.cpp - Tests of schedule files -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Round trips, good schedules broken in each rule, and garbage.
//
//===----------------------------------------------------------------------===//

#include "../Scheduling/Graphs.h"

#include "layerpipe/Schedule/ScheduleJson.h"
#include "layerpipe/Schedule/StaticSchedule.h"
#include "layerpipe/Scheduling/Assignment/Assignment.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSolver.h"

#include <gmock/gmock.h>

#include <fstream>
#include <limits>
#include <set>
#include <sstream>

using namespace layerpipe::scheduling;
using namespace layerpipe::scheduling::test;
using testing::HasSubstr;

namespace {

StaticSchedule makeGood(int64_t layers = 4, int64_t processors = 2) {
  CyclicProblem problem;
  problem.graph = makeChain(layers);
  problem.machine.processors = processors;
  problem.delays = Delays::least;
  problem.machine.links.others.bandwidth = {100, 1};
  problem.machine.links.others.latency = 1;
  Result<Assignment> assignment = assignProcessors(
      problem.graph, processors, AssignmentStrategy::contiguous);
  EXPECT_TRUE(assignment) << assignment.message();
  problem.assignment = assignment->processor;
  Result<CyclicSchedule> solved = solveCyclicSchedule(problem);
  EXPECT_TRUE(solved) << solved.message();
  Result<StaticSchedule> made = makeStaticSchedule(
      problem, solved->solution, {"chain", "pipedream", "ns"});
  EXPECT_TRUE(made) << made.message();
  return made ? *made : StaticSchedule();
}

/// The schedule after a change, as the checker sees it.
template <typename Change> std::string refusal(Change change) {
  StaticSchedule schedule = makeGood();
  EXPECT_TRUE(check(schedule));
  change(schedule);
  return check(schedule).message();
}

ScheduleEdge &edgeOf(StaticSchedule &schedule, const std::string &from,
                     const std::string &to) {
  for (ScheduleEdge &edge : schedule.edges)
    if (schedule.tasks[edge.from].name == from &&
        schedule.tasks[edge.to].name == to)
      return edge;
  ADD_FAILURE() << "no edge " << from << " → " << to;
  return schedule.edges.front();
}

ScheduleTask &taskOf(StaticSchedule &schedule, const std::string &name) {
  for (ScheduleTask &task : schedule.tasks)
    if (task.name == name)
      return task;
  ADD_FAILURE() << "no task " << name;
  return schedule.tasks.front();
}

} // namespace

TEST(StaticSchedule, survivesTheRoundTrip) {
  StaticSchedule schedule = makeGood();
  schedule.tasks[1].microbatch = 3;
  std::string text = writeScheduleJson(schedule);
  Result<StaticSchedule> again = readScheduleJson(text);
  ASSERT_TRUE(again) << again.message();
  EXPECT_EQ(writeScheduleJson(*again), text);
  EXPECT_TRUE(check(*again));
  EXPECT_EQ(again->tasks[1].microbatch, 3);
}

namespace {

/// The chain with each layer on one of three processors. The first two share
/// memory, and the last two have a link of their own.
StaticSchedule makeOnLinks() {
  CyclicProblem problem;
  problem.graph = makeChain(3);
  problem.machine.processors = 3;
  problem.machine.links = {{{5, 1}, 7}, {{2, {}}}, {{1, 2, {{20, 1}, 2}}}};
  problem.delays = Delays::least;
  for (const Task &task : problem.graph.tasks)
    problem.assignment.push_back(task.kind == TaskKind::input
                                     ? -1
                                     : std::max<int64_t>(task.layer, 1) - 1);
  Result<CyclicSchedule> solved = solveCyclicSchedule(problem);
  EXPECT_TRUE(solved) << solved.message();
  Result<StaticSchedule> made =
      makeStaticSchedule(problem, solved->solution, {"chain", "given", "ns"});
  EXPECT_TRUE(made) << made.message();
  return made ? *made : StaticSchedule();
}

} // namespace

TEST(StaticSchedule, copiesWhatCrossesMemories) {
  StaticSchedule schedule = makeOnLinks();
  std::set<int64_t> counted;
  int64_t copied = 0, shared = 0;
  for (const ScheduleEdge &edge : schedule.edges) {
    if (edge.transfer < 0 || !counted.insert(edge.transfer).second)
      continue;
    const ScheduleTransfer &transfer = schedule.transfers[edge.transfer];
    bool shares = transfer.fromProcessor + transfer.toProcessor == 1;
    bool own = transfer.fromProcessor + transfer.toProcessor == 3;
    int64_t bandwidth = own ? 20 : 5;
    EXPECT_EQ(transfer.latency, shares ? 0 : own ? 2 : 7);
    EXPECT_EQ(transfer.duration,
              shares ? 0 : (edge.bytes + bandwidth - 1) / bandwidth);
    (shares ? shared : copied) += edge.bytes;
  }
  EXPECT_GT(shared, 0);
  EXPECT_EQ(schedule.bytesCopied, copied);
  EXPECT_EQ(schedule.bytesPerIteration, copied + shared);
}

TEST(ScheduleJson, knowsLinksThatDiffer) {
  StaticSchedule schedule = makeOnLinks();
  std::string text = writeScheduleJson(schedule);
  EXPECT_THAT(text,
              HasSubstr(R"("links":{"bandwidth":[5,1],"latency":7,)"
                        R"("levels":[{"processors":2}],)"
                        R"("pairs":[{"processors":[1,2],"bandwidth":[20,1],)"
                        R"("latency":2}]}})"));
  Result<StaticSchedule> again = readScheduleJson(text);
  ASSERT_TRUE(again) << again.message();
  EXPECT_EQ(again->links, schedule.links);
  EXPECT_EQ(writeScheduleJson(*again), text);
}

TEST(ScheduleJson, refusesLinksThatCanNotBe) {
  std::string text = writeScheduleJson(makeOnLinks());
  auto refusalOf = [&](const std::string &from, const std::string &to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    return readScheduleJson(changed).message();
  };
  EXPECT_EQ(refusalOf(R"([{"processors":2}])", R"([{"processors":1}])"),
            "communication.links.levels[0].processors: must be an integer from "
            "2 to 1048576");
  EXPECT_EQ(refusalOf(R"("processors":[1,2])", R"("processors":[1,3])"),
            "communication.links.pairs[0].processors: must be two different "
            "ones of 0 to 2");
  EXPECT_EQ(refusalOf(R"("bandwidth":[20,1])", R"("bandwidth":20)"),
            "communication.links.pairs[0].bandwidth: must be [numerator, "
            "denominator]");
  EXPECT_EQ(refusalOf(R"([{"processors":2}])", R"([{"processors":2,"x":1}])"),
            "");
}

namespace {

/// The chain on one processor for each layer, with gradient edges of this many
/// delays.
StaticSchedule makeGiven(int64_t layers, int64_t delays) {
  CyclicProblem problem;
  problem.graph = makeChain(layers);
  problem.machine.processors = layers;
  for (Edge &edge : problem.graph.edges)
    if (edge.parameter >= 0)
      edge.distance = delays;
  for (const Task &task : problem.graph.tasks)
    problem.assignment.push_back(task.kind == TaskKind::input
                                     ? -1
                                     : std::max<int64_t>(task.layer, 1) - 1);
  Result<CyclicSchedule> solved = solveCyclicSchedule(problem);
  EXPECT_TRUE(solved) << solved.message();
  Result<StaticSchedule> made =
      makeStaticSchedule(problem, solved->solution, {"chain", "given", "ns"});
  EXPECT_TRUE(made) << made.message();
  return made ? *made : StaticSchedule();
}

} // namespace

/// Without delayed gradients all tasks of an iteration stand in one cycle.
TEST(StaticSchedule, saysWhatLimitsThePeriod) {
  EXPECT_THAT(makeGiven(3, 0).limitedBy, testing::StartsWith("cycle '"));
  EXPECT_THAT(makeGiven(3, 9).limitedBy, testing::Not(HasSubstr("cycle '")));
  EXPECT_EQ(makeGiven(1, 9).limitedBy, "work");
}

/// An additional key: files of other producers need not have it.
TEST(ScheduleJson, takesFilesThatDoNotSayWhatLimitsThePeriod) {
  StaticSchedule schedule = makeGood();
  schedule.limitedBy.clear();
  std::string text = writeScheduleJson(schedule);
  EXPECT_THAT(text, testing::Not(HasSubstr("limited_by")));
  Result<StaticSchedule> again = readScheduleJson(text);
  ASSERT_TRUE(again) << again.message();
  EXPECT_EQ(again->limitedBy, "");
  text.replace(text.find("\"utilization\""), 0, "\"limited_by\": 3, ");
  EXPECT_THAT(readScheduleJson(text).message(),
              HasSubstr("limited_by: must be a string"));
}

/// The format as a file: a change here is a change of the contract. The schema
/// test validates the same file.
TEST(ScheduleJson, theGoldenFileStaysTheSame) {
  std::ifstream file(LAYERPIPE_GOLDEN_SCHEDULE);
  ASSERT_TRUE(file) << LAYERPIPE_GOLDEN_SCHEDULE;
  std::stringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(writeScheduleJson(makeGood()), golden.str());
}

TEST(StaticSchedule, rule1Precedence) {
  EXPECT_THAT(refusal([](StaticSchedule &s) { taskOf(s, "F1").lag += 9; }),
              HasSubstr("rule 1:"));
  EXPECT_THAT(refusal([](StaticSchedule &s) { s.transfers[0].lag -= 1; }),
              HasSubstr("rule 1: the transfer of"));
  EXPECT_THAT(refusal([](StaticSchedule &s) { s.transfers[0].lag += 9; }),
              HasSubstr("before the transfer of"));
  EXPECT_THAT(
      refusal([](StaticSchedule &s) { edgeOf(s, "F2", "F3").transfer = -1; }),
      HasSubstr("has no transfer"));
  EXPECT_THAT(
      refusal([](StaticSchedule &s) { edgeOf(s, "U1", "F1").distance = 0; }),
      HasSubstr("rule 1: 'F1'"));
}

TEST(StaticSchedule, rule2Overlap) {
  EXPECT_THAT(refusal([](StaticSchedule &s) {
                ScheduleTask extra;
                extra.name = "extra";
                extra.processor = 0;
                extra.start = taskOf(s, "F1").start;
                extra.duration = 1;
                s.processors[0].order.push_back(s.tasks.size());
                s.tasks.push_back(extra);
              }),
              HasSubstr("rule 2: on processor 0"));
  EXPECT_THAT(refusal([](StaticSchedule &s) {
                ScheduleTransfer twice = s.transfers[0];
                s.transfers.push_back(twice);
              }),
              HasSubstr("rule 2: on link 0–1"));
}

TEST(StaticSchedule, rule3Order) {
  EXPECT_THAT(refusal([](StaticSchedule &s) {
                std::swap(s.processors[0].order[0], s.processors[0].order[1]);
              }),
              HasSubstr("rule 3: processor 0's order runs"));
  EXPECT_THAT(
      refusal([](StaticSchedule &s) { s.processors[0].order.pop_back(); }),
      HasSubstr("rule 3: processor 0's order lacks"));
  EXPECT_THAT(refusal([](StaticSchedule &s) {
                s.processors[0].order.push_back(s.processors[0].order[0]);
              }),
              HasSubstr("twice"));
  EXPECT_THAT(refusal([](StaticSchedule &s) {
                s.processors[0].order.push_back(s.processors[1].order[0]);
              }),
              HasSubstr("which runs on 1"));
}

TEST(StaticSchedule, rule3CyclesOfTasksWithoutTime) {
  // Two processors, each with two tasks without time; each order waits for the
  // other.
  StaticSchedule schedule;
  schedule.period = 10;
  schedule.processors.resize(2);
  schedule.processors[1].id = 1;
  for (int64_t i = 0; i < 4; ++i) {
    ScheduleTask task;
    task.name = std::string(1, static_cast<char>('a' + i));
    task.processor = i / 2;
    schedule.tasks.push_back(task);
  }
  for (auto [from, to] : {std::pair(0, 2), std::pair(3, 1)}) {
    ScheduleEdge edge;
    edge.from = from;
    edge.to = to;
    edge.value = schedule.tasks[from].name;
    edge.transfer = schedule.transfers.size();
    edge.channelCapacity = 2;
    schedule.edges.push_back(edge);
    schedule.transfers.push_back({edge.value, schedule.tasks[from].processor,
                                  schedule.tasks[to].processor, 0, 0, 0, 0});
  }
  schedule.processors[0].order = {0, 1};
  schedule.processors[1].order = {2, 3};
  EXPECT_TRUE(check(schedule)) << check(schedule).message();
  schedule.processors[0].order = {1, 0};
  EXPECT_THAT(check(schedule).message(), HasSubstr("wait for each other"));
}

TEST(StaticSchedule, rule4Capacity) {
  StaticSchedule good = makeGood();
  for (size_t edge = 0; edge < good.edges.size(); ++edge)
    EXPECT_THAT(
        refusal([&](StaticSchedule &s) { --s.edges[edge].channelCapacity; }),
        HasSubstr("rule 4: the channel"));
}

TEST(StaticSchedule, rule5StalenessAndParts) {
  EXPECT_THAT(refusal([](StaticSchedule &s) { ++s.parameters[0].staleness; }),
              HasSubstr("rule 5: 'W1' has staleness"));
  auto split = [](StaticSchedule &s, int64_t end, int64_t begin) {
    TaskPart part{"D", SplitAxis::input_channels, 0, end, 8};
    taskOf(s, "D2").part = part;
    part.begin = begin;
    part.end = 8;
    taskOf(s, "D3").part = part;
  };
  EXPECT_EQ(refusal([&](StaticSchedule &s) { split(s, 4, 4); }), "");
  EXPECT_THAT(refusal([&](StaticSchedule &s) { split(s, 5, 4); }),
              HasSubstr("rule 5: parts 'D2' and 'D3' of 'D' overlap"));
  EXPECT_THAT(refusal([&](StaticSchedule &s) { split(s, 3, 4); }),
              HasSubstr("leave a gap"));
  EXPECT_THAT(refusal([&](StaticSchedule &s) {
                split(s, 4, 4);
                taskOf(s, "D3").part->end = 7;
              }),
              HasSubstr("end at 7, not at their axis' length 8"));
  EXPECT_THAT(refusal([&](StaticSchedule &s) {
                split(s, 4, 4);
                taskOf(s, "D3").part->axis = SplitAxis::batch;
              }),
              HasSubstr("is cut or combined otherwise"));
}

TEST(StaticSchedule, anyNumbersGetAnAnswer) {
  const int64_t numbers[] = {std::numeric_limits<int64_t>::min(),
                             std::numeric_limits<int64_t>::max(), -1, 1 << 30};
  for (uint64_t seed = 0; seed < 5000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    static const StaticSchedule good = makeGood();
    StaticSchedule schedule = good;
    auto task = [&]() -> ScheduleTask & {
      return schedule.tasks[draw(random, 0, schedule.tasks.size() - 1)];
    };
    auto edge = [&]() -> ScheduleEdge & {
      return schedule.edges[draw(random, 0, schedule.edges.size() - 1)];
    };
    auto &transfer =
        schedule.transfers[draw(random, 0, schedule.transfers.size() - 1)];
    int64_t *fields[] = {&schedule.period,
                         &task().start,
                         &task().lag,
                         &task().duration,
                         &task().processor,
                         &edge().distance,
                         &edge().transfer,
                         &edge().from,
                         &edge().to,
                         &edge().parameter,
                         &edge().channelCapacity,
                         &transfer.start,
                         &transfer.lag,
                         &transfer.duration,
                         &transfer.latency,
                         &transfer.toProcessor,
                         &schedule.processors[0].order[0]};
    for (int64_t i = draw(random, 1, 2); i > 0; --i)
      *fields[draw(random, 0, std::size(fields) - 1)] =
          numbers[draw(random, 0, 3)];
    (void)check(schedule).ok();
    (void)writeScheduleJson(schedule);
  }
}

TEST(ScheduleJson, saysWhereAndWhat) {
  EXPECT_THAT(readScheduleJson("{").message(), HasSubstr("is not JSON"));
  EXPECT_THAT(readScheduleJson("[]").message(), HasSubstr("must be an object"));
  EXPECT_THAT(readScheduleJson("{}").message(),
              HasSubstr("format: is missing"));
  EXPECT_THAT(readScheduleJson(std::string(100000, '[')).message(),
              HasSubstr("nested more than 64 deep"));
  std::string text = writeScheduleJson(makeGood());
  auto change = [&](const std::string &from, const std::string &to) {
    std::string changed = text;
    size_t at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    changed.replace(at, from.size(), to);
    return readScheduleJson(changed).message();
  };
  EXPECT_THAT(change("\"version\": 1", "\"version\": 2"),
              HasSubstr("reads version 1"));
  EXPECT_THAT(change("\"lag\":", "\"lap\":"),
              HasSubstr("tasks[0].lag: is missing"));
  EXPECT_THAT(change("\"kind\":\"forward\"", "\"kind\":\"sideways\""),
              HasSubstr("'sideways' is no known kind"));
  EXPECT_THAT(change("\"layer\":1,", "\"layer\":99999999999999999999,"),
              HasSubstr("must be a 64-bit integer"));
  EXPECT_THAT(change("\"from\":\"F1\"", "\"from\":\"F0\""),
              HasSubstr("there is no task 'F0'"));
}

TEST(ScheduleJson, anyChangedByteGetsAnAnswer) {
  const std::string text = writeScheduleJson(makeGood(2, 2));
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    std::string changed = text;
    changed[draw(random, 0, text.size() - 1)] =
        static_cast<char>(draw(random, 0, 255));
    if (Result<StaticSchedule> schedule = readScheduleJson(changed))
      (void)check(*schedule).ok();
  }
}

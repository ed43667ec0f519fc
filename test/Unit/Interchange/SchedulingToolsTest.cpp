//===- SchedulingToolsTest.cpp - Graphs for CIRCT and SDF3 ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/SchedulingTools.h"

#include <gmock/gmock.h>

using namespace layerpipe::interchange;
using namespace layerpipe::scheduling;
using testing::HasSubstr;

namespace {

/// A layer whose weights come back after two iterations.
TaskGraph oneLayer() {
  TaskGraph graph;
  graph.tasks = {{"x", 0, TaskKind::input, 0},
                 {"F1", 1, TaskKind::forward, 10},
                 {"U&1", 1, TaskKind::update, 1}};
  graph.values = {{"x", 0, 4}, {"y", 1, 4}, {"w", 2, 4}};
  graph.edges = {{0, 1, EdgeKind::activation, 0, 0, "", -1},
                 {1, 2, EdgeKind::gradient, 1, 0, "", -1},
                 {2, 1, EdgeKind::weight, 2, 3, "absent", -1},
                 {2, 1, EdgeKind::weight, 2, 2, "absent", -1}};
  return graph;
}

StaticSchedule itsSchedule() {
  StaticSchedule schedule;
  schedule.graph = "one";
  schedule.period = 10;
  schedule.processors = {{0, {1, 1}, 10, 0, {1}}, {1, {1, 1}, 1, 0, {2}}};
  schedule.tasks = {{"x", 0, TaskKind::input, -1, 0, 0, -1, {}, {}},
                    {"F1", 1, TaskKind::forward, 0, 0, 10, -1, {}, {}},
                    {"U&1", 1, TaskKind::update, 1, 3, 1, 0, {}, {}}};
  schedule.edges.resize(2);
  schedule.edges[0].from = 1;
  schedule.edges[0].to = 2;
  schedule.edges[1].from = 2;
  schedule.edges[1].to = 1;
  schedule.edges[1].distance = 2;
  return schedule;
}

} // namespace

TEST(Ssp, AGraphIsACyclicProblem) {
  EXPECT_EQ(writeSsp(oneLayer(), "my net"),
            "ssp.instance @\"my net\" of \"CyclicProblem\" {\n"
            "  library {\n"
            "    operator_type @t0 [latency<0>]\n"
            "    operator_type @t1 [latency<1>]\n"
            "    operator_type @t10 [latency<10>]\n"
            "  }\n"
            "  resource {\n"
            "  }\n"
            "  graph {\n"
            "    operation<@t10> @F1(@\"U&1\" [dist<2>])\n"
            "    operation<@t1> @\"U&1\"(@F1)\n"
            "    operation<@t0> @last(@F1, @\"U&1\")\n"
            "  }\n"
            "}\n");
}

TEST(Ssp, AScheduleIsAModuloProblem) {
  EXPECT_EQ(writeSsp(itsSchedule()),
            "ssp.instance @one of \"ModuloProblem\" [II<10>] {\n"
            "  library {\n"
            "    operator_type @t0 [latency<0>]\n"
            "    operator_type @t1 [latency<1>]\n"
            "    operator_type @t10 [latency<10>]\n"
            "  }\n"
            "  resource {\n"
            "    resource_type @p0 [limit<1>]\n"
            "    resource_type @p1 [limit<1>]\n"
            "  }\n"
            "  graph {\n"
            "    operation<@t10> @F1(@\"U&1\" [dist<2>]) uses[@p0] [t<0>]\n"
            "    operation<@t1> @\"U&1\"(@F1) uses[@p1] [t<13>]\n"
            "    operation<@t0> @last(@F1, @\"U&1\") [t<14>]\n"
            "  }\n"
            "}\n");
}

TEST(Ssp, NamesOfTasksAreKept) {
  TaskGraph graph;
  graph.tasks = {{"last", 0, TaskKind::other, 1},
                 {"a\"b\\\n", 0, TaskKind::other, 1}};
  EXPECT_THAT(writeSsp(graph, "g"), HasSubstr("@last_(@last, "
                                              "@\"a\\22b\\5C\\0A\")"));
}

TEST(Sdf3, AGraphHasATokenForEachDelay) {
  EXPECT_EQ(writeSdf3(oneLayer(), "one"),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<sdf3 type=\"sdf\" version=\"1.0\">\n"
            "  <applicationGraph name=\"one\">\n"
            "    <sdf name=\"one\" type=\"one\">\n"
            "      <actor name=\"F1\" type=\"F1\">\n"
            "        <port name=\"in0\" type=\"in\" rate=\"1\"/>\n"
            "        <port name=\"out1\" type=\"out\" rate=\"1\"/>\n"
            "        <port name=\"out2\" type=\"out\" rate=\"1\"/>\n"
            "        <port name=\"in2\" type=\"in\" rate=\"1\"/>\n"
            "      </actor>\n"
            "      <actor name=\"U&amp;1\" type=\"U&amp;1\">\n"
            "        <port name=\"out0\" type=\"out\" rate=\"1\"/>\n"
            "        <port name=\"in1\" type=\"in\" rate=\"1\"/>\n"
            "        <port name=\"out3\" type=\"out\" rate=\"1\"/>\n"
            "        <port name=\"in3\" type=\"in\" rate=\"1\"/>\n"
            "      </actor>\n"
            "      <channel name=\"c0\" srcActor=\"U&amp;1\" srcPort=\"out0\" "
            "dstActor=\"F1\" dstPort=\"in0\" initialTokens=\"2\"/>\n"
            "      <channel name=\"c1\" srcActor=\"F1\" srcPort=\"out1\" "
            "dstActor=\"U&amp;1\" dstPort=\"in1\"/>\n"
            "      <channel name=\"c2\" srcActor=\"F1\" srcPort=\"out2\" "
            "dstActor=\"F1\" dstPort=\"in2\" initialTokens=\"1\"/>\n"
            "      <channel name=\"c3\" srcActor=\"U&amp;1\" srcPort=\"out3\" "
            "dstActor=\"U&amp;1\" dstPort=\"in3\" initialTokens=\"1\"/>\n"
            "    </sdf>\n"
            "    <sdfProperties>\n"
            "      <actorProperties actor=\"F1\">\n"
            "        <processor type=\"p0\" default=\"true\">\n"
            "          <executionTime time=\"10\"/>\n"
            "        </processor>\n"
            "      </actorProperties>\n"
            "      <actorProperties actor=\"U&amp;1\">\n"
            "        <processor type=\"p0\" default=\"true\">\n"
            "          <executionTime time=\"1\"/>\n"
            "        </processor>\n"
            "      </actorProperties>\n"
            "    </sdfProperties>\n"
            "  </applicationGraph>\n"
            "</sdf3>\n");
}

/// The delays that the lags left, and rings through the tasks of processors.
TEST(Sdf3, AScheduleIsRetimed) {
  std::string text = writeSdf3(itsSchedule());
  // From U to F there is a delay of 2, of which the lags leave 1.
  EXPECT_THAT(text, HasSubstr("dstActor=\"F1\" dstPort=\"in0\" "
                              "initialTokens=\"1\"/>"));
  EXPECT_THAT(text, HasSubstr("dstActor=\"U&amp;1\" dstPort=\"in1\" "
                              "initialTokens=\"1\"/>"));
  EXPECT_THAT(text, HasSubstr("<processor type=\"p1\""));
  StaticSchedule alone = itsSchedule();
  alone.processors = {{0, {1, 1}, 11, 0, {1, 2}}};
  alone.tasks[2].processor = 0;
  text = writeSdf3(alone);
  EXPECT_THAT(text, HasSubstr("<channel name=\"c4\" srcActor=\"F1\" "
                              "srcPort=\"out4\" dstActor=\"U&amp;1\" "
                              "dstPort=\"in4\"/>"));
  EXPECT_THAT(text, HasSubstr("<channel name=\"c5\" srcActor=\"U&amp;1\" "
                              "srcPort=\"out5\" dstActor=\"F1\" "
                              "dstPort=\"in5\" initialTokens=\"1\"/>"));
}

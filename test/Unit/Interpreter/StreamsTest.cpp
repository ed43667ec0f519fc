//===- StreamsTest.cpp - sources, delays, absence, tasks and errors -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GraphTest.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

class StreamsTest : public GraphTest {
protected:
  /// The scalars that `value` has in the first periods; "absent" where it has
  /// none. Iteration i's input is i + 1, parameters are 100.
  std::vector<std::string> stream(GraphOp graph, Value value, int64_t periods) {
    InterpreterOptions options;
    options.input = [](int64_t i) {
      return Tensor::ofFloats({1}, {static_cast<float>(i + 1)});
    };
    options.parameter = [](ParameterOp) {
      return Tensor::ofFloats({1}, {100.0f});
    };
    Interpreter interpreter(graph, options);
    std::vector<std::string> values;
    for (int64_t n = 0; n < periods; ++n) {
      EXPECT_TRUE(succeeded(interpreter.step()));
      Datum datum = interpreter.value(value);
      values.push_back(datum ? std::to_string(int64_t(datum->numbers[0]))
                             : "absent");
    }
    return values;
  }

  /// Steps until the first failure and returns its message.
  std::string errorOf(GraphOp graph, InterpreterOptions options) {
    std::string message;
    ScopedDiagnosticHandler handler(context.get(), [&](Diagnostic &error) {
      message = error.str();
      return success();
    });
    Interpreter interpreter(graph, std::move(options));
    EXPECT_TRUE(failed(interpreter.run(3)));
    return message;
  }
};

} // namespace

TEST_F(StreamsTest, LagShiftsTheInput) {
  GraphOp graph = parse(R"(layerpipe.graph training @net {
    %x = layerpipe.input {lag = 2} : tensor<1xf32>
  })");
  EXPECT_THAT(stream(graph, first<InputOp>(graph).getResult(), 5),
              ElementsAre("absent", "absent", "1", "2", "3"));
}

TEST_F(StreamsTest, DelaysStartWithTheirInitialValue) {
  GraphOp graph = parse(R"(layerpipe.graph training @net {
    %x = layerpipe.input : tensor<1xf32>
    %p = layerpipe.parameter "p" constant(0.0) : tensor<1xf32>
    %a = layerpipe.delay %x by 1 initial(%p) : tensor<1xf32>
    %b = layerpipe.delay %x by 3 initial(-7.0) : tensor<1xf32>
    %c = layerpipe.delay %x by 2 initial(absent) : tensor<1xf32>
    %d = layerpipe.delay %c by 1 initial(absent) : tensor<1xf32>
  })");
  auto delays = llvm::to_vector(graph.getBody().getOps<DelayOp>());
  EXPECT_THAT(stream(graph, delays[0].getResult(), 4),
              ElementsAre("100", "1", "2", "3"));
  EXPECT_THAT(stream(graph, delays[1].getResult(), 5),
              ElementsAre("-7", "-7", "-7", "1", "2"));
  EXPECT_THAT(stream(graph, delays[2].getResult(), 4),
              ElementsAre("absent", "absent", "1", "2"));
  EXPECT_THAT(stream(graph, delays[3].getResult(), 5),
              ElementsAre("absent", "absent", "absent", "1", "2"));
}

TEST_F(StreamsTest, ALongDelayCostsOnlyWhatIsUsed) {
  GraphOp graph = parse(R"(layerpipe.graph training @net {
    %x = layerpipe.input : tensor<1xf32>
    %a = layerpipe.delay %x by 1073741824 initial(absent) : tensor<1xf32>
  })");
  EXPECT_THAT(stream(graph, first<DelayOp>(graph).getResult(), 2),
              ElementsAre("absent", "absent"));
}

TEST_F(StreamsTest, DelaysMayReadWhatStandsBelow) {
  GraphOp graph = parse(R"(layerpipe.graph training @net {
    %sum = layerpipe.add %x, %last : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
    %last = layerpipe.delay %sum by 1 initial(0.0) : tensor<1xf32>
    %x = layerpipe.input : tensor<1xf32>
  })");
  EXPECT_THAT(stream(graph, first<AddOp>(graph).getResult(), 4),
              ElementsAre("1", "3", "6", "10"));
}

TEST_F(StreamsTest, AnAbsentOperandMakesTheResultAbsent) {
  GraphOp graph = parse(R"(layerpipe.graph training @net {
    %x = layerpipe.input : tensor<1xf32>
    %a = layerpipe.delay %x by 2 initial(absent) : tensor<1xf32>
    %y = layerpipe.add %x, %a : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
  })");
  EXPECT_THAT(stream(graph, first<AddOp>(graph).getResult(), 4),
              ElementsAre("absent", "absent", "4", "6"));
}

TEST_F(StreamsTest, AStateOpWithoutDataKeepsItsStates) {
  // The weight decay must not act either.
  GraphOp graph = parse(R"(layerpipe.graph training @net {
    %x = layerpipe.input : tensor<1xf32>
    %g = layerpipe.delay %x by 2 initial(absent) : tensor<1xf32>
    %p = layerpipe.parameter "p" constant(0.0) : tensor<1xf32>
    %w = layerpipe.delay %n by 1 initial(%p) : tensor<1xf32>
    %v = layerpipe.delay %m by 1 initial(8.0) : tensor<1xf32>
    %n, %m = layerpipe.sgd_momentum %w, %v, %g {learning_rate = 1.0 : f32, momentum = 5.0e-1, weight_decay = 1.0} : (tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> (tensor<1xf32>, tensor<1xf32>)
  })");
  auto update = first<SgdMomentumOp>(graph);
  EXPECT_THAT(stream(graph, update.getResult(), 3),
              ElementsAre("100", "100", "-5"));
  EXPECT_THAT(stream(graph, update.getNewVelocity(), 3),
              ElementsAre("8", "8", "105"));
}

TEST_F(StreamsTest, AStateOpWithoutStateYieldsNothing) {
  GraphOp graph = parse(R"(layerpipe.graph training @net {
    %x = layerpipe.input : tensor<1xf32>
    %w = layerpipe.delay %n by 1 initial(absent) : tensor<1xf32>
    %n = layerpipe.sgd %w, %x {learning_rate = 1.0 : f32} : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
  })");
  EXPECT_THAT(stream(graph, first<SgdOp>(graph).getResult(), 3),
              ElementsAre("absent", "absent", "absent"));
}

TEST_F(StreamsTest, TasksDecideAbsenceOpByOp) {
  GraphOp graph = parse(R"(layerpipe.graph training @net {
    %x = layerpipe.input : tensor<1xf32>
    %a = layerpipe.delay %x by 1 initial(absent) : tensor<1xf32>
    %y:2 = layerpipe.task "t" forward layer 1 (%x, %a) {
    ^bb0(%p: tensor<1xf32>, %q: tensor<1xf32>):
      %s = layerpipe.add %p, %p : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
      %t = layerpipe.add %s, %q : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
      layerpipe.yield %s, %t : tensor<1xf32>, tensor<1xf32>
    } : (tensor<1xf32>, tensor<1xf32>) -> (tensor<1xf32>, tensor<1xf32>)
  })");
  auto task = first<TaskOp>(graph);
  EXPECT_THAT(stream(graph, task.getResult(0), 3), ElementsAre("2", "4", "6"));
  EXPECT_THAT(stream(graph, task.getResult(1), 3),
              ElementsAre("absent", "5", "8"));
  // The body's values can be read as well.
  EXPECT_THAT(stream(graph, first<AddOp>(graph).getResult(), 2),
              ElementsAre("2", "4"));
}

TEST_F(StreamsTest, SameNameSameParameter) {
  auto valueOf = [&](StringRef text, uint64_t seed) {
    GraphOp graph = parse(text);
    InterpreterOptions options;
    options.seed = seed;
    Interpreter interpreter(graph, options);
    EXPECT_TRUE(succeeded(interpreter.step()));
    ParameterOp last;
    for (ParameterOp parameter : graph.getBody().getOps<ParameterOp>())
      last = parameter;
    return interpreter.value(last.getResult());
  };
  const char *alone = R"(layerpipe.graph forward @a {
    %w = layerpipe.parameter "w" uniform(0.5) : tensor<64xf32>
  })";
  const char *behind = R"(layerpipe.graph forward @b {
    %v = layerpipe.parameter "v" uniform(0.5) : tensor<3xf32>
    %w = layerpipe.parameter "w" uniform(0.5) : tensor<64xf32>
  })";
  Datum value = valueOf(alone, 1);
  EXPECT_TRUE(identical(value, valueOf(behind, 1)));
  EXPECT_FALSE(identical(value, valueOf(alone, 2)));
  EXPECT_THAT(value->numbers, ::testing::Each(::testing::AllOf(
                                  ::testing::Ge(-0.5f), ::testing::Lt(0.5f))));
}

TEST_F(StreamsTest, LabelsStayBelowTheClasses) {
  GraphOp graph = parse(R"(layerpipe.graph forward @net {
    %x = layerpipe.input : tensor<64x3xf32>
    %t = layerpipe.labels : tensor<64xi32>
    %l = layerpipe.softmax_cross_entropy %x, %t : (tensor<64x3xf32>, tensor<64xi32>) -> tensor<f32>
  })");
  Interpreter interpreter(graph);
  ASSERT_TRUE(succeeded(interpreter.step()));
  auto labels = interpreter.value(first<LabelsOp>(graph).getResult())->integers;
  EXPECT_THAT(labels, ::testing::Each(::testing::AllOf(::testing::Ge(0),
                                                       ::testing::Lt(3))));
  EXPECT_THAT(labels, ::testing::IsSupersetOf({0, 1, 2}));
}

TEST_F(StreamsTest, ALabelOutsideTheClassesIsAnError) {
  GraphOp graph = parse(R"(layerpipe.graph forward @net {
    %x = layerpipe.input : tensor<2x3xf32>
    %t = layerpipe.labels : tensor<2xi32>
    %l = layerpipe.softmax_cross_entropy %x, %t : (tensor<2x3xf32>, tensor<2xi32>) -> tensor<f32>
  })");
  InterpreterOptions options;
  options.labels = [](int64_t) { return Tensor::ofIntegers({2}, {0, 3}); };
  EXPECT_THAT(errorOf(graph, options), HasSubstr("reads label 3 for sample 1"));
  options.labels = [](int64_t) { return Tensor::ofIntegers({2}, {-1, 0}); };
  EXPECT_THAT(errorOf(graph, options),
              HasSubstr("reads label -1 for sample 0"));
}

TEST_F(StreamsTest, AProvidersWrongTypeIsAnError) {
  GraphOp graph = parse(R"(layerpipe.graph forward @net {
    %x = layerpipe.input : tensor<2x3xf32>
  })");
  InterpreterOptions options;
  options.input = [](int64_t) {
    return Tensor::ofFloats({3, 2}, {0, 0, 0, 0, 0, 0});
  };
  EXPECT_THAT(errorOf(graph, options), HasSubstr("another type"));
  options.input = [](int64_t) { return Tensor::ofFloats({2, 3}, {0}); };
  EXPECT_THAT(errorOf(graph, options), HasSubstr("another type"));
}

TEST_F(StreamsTest, AnOpOfAnotherDialectIsAnError) {
  context->allowUnregisteredDialects();
  GraphOp graph = parse(R"(layerpipe.graph training @net {
    %x = layerpipe.input : tensor<2x3xf32>
    "other.op"(%x) : (tensor<2x3xf32>) -> ()
  })");
  EXPECT_THAT(errorOf(graph, {}), HasSubstr("has no meaning"));
}

//===- ReaderTest.cpp - Tests of reading ONNX models ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Runtime/TemporaryFolder.h"
#include "Models.h"

#include <gmock/gmock.h>
#include <google/protobuf/unknown_field_set.h>

#include <climits>

#include <sys/stat.h>

using namespace layerpipe::onnx;
using namespace layerpipe::onnx::test;
using ::onnx::AttributeProto;
using ::onnx::ModelProto;
using ::onnx::TensorProto;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// Adds an entry of metadata where the schema of ONNX 1.12 knows none.
template <typename Message>
void addMetadata(Message &message, int number, const std::string &key,
                 const std::string &value) {
  ::onnx::StringStringEntryProto entry;
  entry.set_key(key);
  entry.set_value(value);
  message.GetReflection()->MutableUnknownFields(&message)->AddLengthDelimited(
      number, entry.SerializeAsString());
}

} // namespace

TEST(OnnxReader, ReadsWhatAModelSaysOfItself) {
  ModelProto model = smallModel();
  model.set_producer_name("pytorch");
  model.set_producer_version("2.14");
  auto &other = *model.add_opset_import();
  other.set_domain("com.microsoft");
  other.set_version(1);
  auto &entry = *model.add_metadata_props();
  entry.set_key("a");
  entry.set_value("b");
  Result<Model> read = test::read(model);
  ASSERT_TRUE(read) << read.message();
  EXPECT_EQ(read->irVersion, 8);
  EXPECT_EQ(read->producer, "pytorch");
  EXPECT_EQ(read->producerVersion, "2.14");
  EXPECT_EQ(read->opset(), 17);
  EXPECT_EQ(read->opsets.at("com.microsoft"), 1);
  EXPECT_EQ(read->metadata.at("a"), "b");
  EXPECT_EQ(read->graph.name, "g");
}

TEST(OnnxReader, ReadsInputsWithNumbersNamesAndNothing) {
  ModelProto model = smallModel();
  auto &shape = *model.mutable_graph()
                     ->mutable_input(0)
                     ->mutable_type()
                     ->mutable_tensor_type()
                     ->mutable_shape();
  shape.mutable_dim(1)->set_dim_param("batch");
  shape.add_dim();
  Result<Model> read = test::read(model);
  ASSERT_TRUE(read) << read.message();
  ASSERT_EQ(read->graph.inputs.size(), 1u);
  const ValueInfo &input = read->graph.inputs[0];
  EXPECT_EQ(input.name, "x");
  EXPECT_EQ(input.element, ElementType::float32);
  ASSERT_EQ(input.shape->size(), 3u);
  EXPECT_EQ((*input.shape)[0].extent, 2);
  EXPECT_EQ((*input.shape)[1].symbol, "batch");
  EXPECT_FALSE((*input.shape)[1].extent);
  EXPECT_FALSE((*input.shape)[2].extent);
  EXPECT_EQ((*input.shape)[2].symbol, "");
}

TEST(OnnxReader, ReadsAttributes) {
  ModelProto model = smallModel();
  ::onnx::NodeProto &node = *model.mutable_graph()->mutable_node(0);
  addInteger(node, "axis", -1);
  AttributeProto &number = addAttribute(node, "alpha");
  number.set_type(AttributeProto::FLOAT);
  number.set_f(0.5f);
  AttributeProto &list = addAttribute(node, "pads");
  list.set_type(AttributeProto::INTS);
  list.add_ints(1);
  list.add_ints(2);
  AttributeProto &text = addAttribute(node, "mode");
  text.set_type(AttributeProto::STRING);
  text.set_s("linear");
  AttributeProto &tensor = addAttribute(node, "value");
  tensor.set_type(AttributeProto::TENSOR);
  setType(*tensor.mutable_t(), "", TensorProto::INT64, {1});
  tensor.mutable_t()->add_int64_data(9);
  Result<Model> read = test::read(model);
  ASSERT_TRUE(read) << read.message();
  const Node &made = read->graph.nodes[0];
  EXPECT_EQ(*made.get<int64_t>("axis"), -1);
  EXPECT_EQ(*made.get<float>("alpha"), 0.5f);
  EXPECT_THAT(*made.get<std::vector<int64_t>>("pads"), ElementsAre(1, 2));
  EXPECT_EQ(*made.get<std::string>("mode"), "linear");
  EXPECT_THAT(*made.get<Tensor>("value")->toIntegers(), ElementsAre(9));
  EXPECT_EQ(made.get<float>("axis"), nullptr);
  EXPECT_EQ(kindOf(made.find("pads")->value), "a list of integers");
}

TEST(OnnxReader, NotesWhatSubgraphsRead) {
  ModelProto model = smallModel("If");
  AttributeProto &branch =
      addAttribute(*model.mutable_graph()->mutable_node(0), "then_branch");
  branch.set_type(AttributeProto::GRAPH);
  ::onnx::NodeProto &inner = *branch.mutable_g()->add_node();
  inner.set_op_type("Add");
  inner.add_input("w");
  inner.add_input("own");
  inner.add_output("own");
  TensorProto &weights = addInitializer(model, "w", TensorProto::FLOAT, {1});
  weights.add_float_data(1);
  Result<Model> read = test::read(model);
  ASSERT_TRUE(read) << read.message();
  const auto *graphs = read->graph.nodes[0].get<Subgraphs>("then_branch");
  ASSERT_NE(graphs, nullptr);
  EXPECT_THAT(graphs->captured, ElementsAre("w"));
  dropUnused(read->graph);
  EXPECT_EQ(read->graph.initializers.size(), 1u);
}

TEST(OnnxReader, ReadsMetadataThatTheSchemaDoesNotKnow) {
  ModelProto model = smallModel();
  ::onnx::GraphProto &graph = *model.mutable_graph();
  TensorProto &weights = addInitializer(model, "w", TensorProto::FLOAT, {1});
  weights.add_float_data(1);
  ::onnx::ValueInfoProto &value = *graph.add_value_info();
  value.set_name("w");
  addMetadata(graph, 16, "pkg.torch.export.ExportedProgram.graph_signature",
              "p_w: PARAMETER target='w'");
  addMetadata(value, 4, "pkg.onnxscript.optimizer.folded_from", "v");
  addMetadata(*graph.mutable_node(0), 9, "namespace", "n");
  addMetadata(weights, 16, "k", "t");
  Result<Model> read = test::read(model);
  ASSERT_TRUE(read) << read.message();
  EXPECT_EQ(read->graph.metadata.at(
                "pkg.torch.export.ExportedProgram.graph_signature"),
            "p_w: PARAMETER target='w'");
  EXPECT_EQ(
      read->graph.values[0].metadata.at("pkg.onnxscript.optimizer.folded_from"),
      "v");
  EXPECT_EQ(read->graph.nodes[0].metadata.at("namespace"), "n");
  EXPECT_EQ(read->graph.initializers[0].metadata.at("k"), "t");
}

TEST(OnnxReader, AnInitializerAmongTheInputsIsAnInitializer) {
  ModelProto model = smallModel();
  addInput(model, "w", {1});
  addInitializer(model, "w", TensorProto::FLOAT, {1}).add_float_data(1);
  Result<Model> read = test::read(model);
  ASSERT_TRUE(read) << read.message();
  EXPECT_EQ(read->graph.inputs.size(), 1u);
  EXPECT_EQ(read->graph.initializers.size(), 1u);
}

TEST(OnnxReader, UnusedNodesInitializersAndInputsCanBeDropped) {
  ModelProto model = smallModel();
  addInput(model, "idle", {1});
  addInitializer(model, "w", TensorProto::FLOAT, {1}).add_float_data(1);
  addNode(model, "Identity", {"w"}, {"nobody"});
  Result<Model> read = test::read(model);
  ASSERT_TRUE(read) << read.message();
  dropUnused(read->graph);
  EXPECT_EQ(read->graph.nodes.size(), 1u);
  EXPECT_EQ(read->graph.initializers.size(), 0u);
  ASSERT_EQ(read->graph.inputs.size(), 1u);
  EXPECT_EQ(read->graph.inputs[0].name, "x");
}

TEST(OnnxReader, VersionsOfOperatorsHaveLimits) {
  EXPECT_TRUE(read(smallModel("Relu", 7)));
  EXPECT_TRUE(read(smallModel("Relu", 23)));
  for (int64_t opset : {6, 24})
    EXPECT_THAT(problemOf(smallModel("Relu", opset)),
                HasSubstr("ONNX's operators; versions 7 to 23 can be read"));
  ModelProto none = smallModel();
  none.clear_opset_import();
  EXPECT_THAT(problemOf(none), HasSubstr("imports no version"));
  ModelProto twice = smallModel();
  twice.add_opset_import()->set_domain("ai.onnx");
  EXPECT_THAT(problemOf(twice), HasSubstr("the domain '' twice"));
}

TEST(OnnxReader, BytesThatAreNoModelAreRefused) {
  EXPECT_EQ(parseModel("", "m.onnx").message(),
            "m.onnx: it has no graph, so it is no ONNX model");
  EXPECT_EQ(parseModel("no model", "m.onnx").message(),
            "m.onnx: it is no protobuf message, or a damaged one");
}

TEST(OnnxReader, EveryTruncationIsRefused) {
  ModelProto model = smallModel();
  const std::string bytes = model.SerializeAsString();
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(parseModel(bytes.substr(0, size), "m")) << size;
  EXPECT_THAT(parseModel(bytes.substr(0, bytes.size() / 2), "m").message(),
              HasSubstr("it is truncated"));
}

TEST(OnnxReader, DeepMessagesAreRefused) {
  ModelProto model = smallModel("If");
  AttributeProto *branch =
      &addAttribute(*model.mutable_graph()->mutable_node(0), "then_branch");
  for (int depth = 0; depth < 40; ++depth) {
    branch->set_type(AttributeProto::GRAPH);
    branch = &addAttribute(*branch->mutable_g()->add_node(), "then_branch");
  }
  EXPECT_EQ(problemOf(model),
            "m.onnx: it holds messages in messages more than 100 deep");
}

TEST(OnnxReader, FilesThatCannotBeReadAreRefused) {
  ::TemporaryFolder folder;
  EXPECT_THAT(readModel(folder / "none.onnx").message(),
              HasSubstr("none.onnx: No such file"));
  EXPECT_THAT(readModel(folder.path).message(),
              HasSubstr("it is not a regular file"));
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(readModel(folder / "pipe").message(),
              HasSubstr("it is not a regular file"));
  writeFile(folder / "large.onnx", "");
  std::filesystem::resize_file(folder / "large.onnx", int64_t(INT_MAX) + 1);
  EXPECT_THAT(readModel(folder / "large.onnx").message(),
              HasSubstr("protobuf messages have at most 2147483647"));
  writeFile(folder / "text.onnx", "no model");
  EXPECT_THAT(readModel(folder / "text.onnx").message(),
              HasSubstr("text.onnx: it is no protobuf message"));
}

TEST(OnnxReader, AFileIsReadLikeItsBytes) {
  ::TemporaryFolder folder;
  writeFile(folder / "m.onnx", smallModel().SerializeAsString());
  Result<Model> read = readModel(folder / "m.onnx");
  ASSERT_TRUE(read) << read.message();
  EXPECT_EQ(read->graph.nodes[0].op, "Relu");
}

TEST(OnnxReader, FunctionsAreRefused) {
  ModelProto model = smallModel();
  model.add_functions()->set_name("Block");
  EXPECT_THAT(problemOf(model), HasSubstr("it defines the function 'Block'"));
}

TEST(OnnxReader, SparseInitializersAreRefused) {
  ModelProto model = smallModel();
  model.mutable_graph()->add_sparse_initializer()->mutable_values()->set_name(
      "w");
  EXPECT_THAT(problemOf(model), HasSubstr("initializer 'w' is sparse"));
}

TEST(OnnxReader, InputsMustBeTensors) {
  ModelProto model = smallModel();
  auto &type = *model.mutable_graph()->mutable_input(0)->mutable_type();
  type.mutable_tensor_type()->set_elem_type(TensorProto::STRING);
  EXPECT_THAT(problemOf(model),
              HasSubstr("input 'x': its element type is string"));
  type.mutable_sequence_type();
  EXPECT_THAT(problemOf(model), HasSubstr("input 'x' is a sequence"));
  type.Clear();
  EXPECT_THAT(problemOf(model), HasSubstr("input 'x' has no type"));
}

TEST(OnnxReader, DimensionsMustNotBeNegative) {
  ModelProto model = smallModel();
  addInput(model, "z", {2, -1});
  EXPECT_THAT(problemOf(model), HasSubstr("input 'z': dimension 1 is -1"));
}

TEST(OnnxReader, AttributesAreChecked) {
  ModelProto model = smallModel();
  ::onnx::NodeProto &node = *model.mutable_graph()->mutable_node(0);
  node.set_name("r");
  addInteger(node, "axis", 1);
  addInteger(node, "axis", 2);
  EXPECT_EQ(problemOf(model), "m.onnx: node 0 'r' (Relu): attribute 'axis' is "
                              "given twice");
  node.clear_attribute();
  addAttribute(node, "axis");
  EXPECT_EQ(problemOf(model), "m.onnx: node 0 'r' (Relu): attribute 'axis': "
                              "it doesn't say of which type it is");
  node.clear_attribute();
  addAttribute(node, "axis").set_ref_attr_name("outer");
  EXPECT_THAT(problemOf(model), HasSubstr("refers to one of a function"));
}

TEST(OnnxReader, TensorsAreNamedInErrors) {
  ModelProto model = smallModel();
  addInitializer(model, "w", TensorProto::FLOAT, {2}).add_float_data(1);
  EXPECT_EQ(problemOf(model), "m.onnx: initializer 'w': it holds 1 elements, "
                              "but float32[2] has 2");
}

TEST(OnnxReader, ANodeMustHaveAnOp) {
  ModelProto model = smallModel("");
  EXPECT_THAT(problemOf(model), HasSubstr("doesn't say what it computes"));
}

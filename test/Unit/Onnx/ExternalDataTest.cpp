//===- ExternalDataTest.cpp - Tests of tensors in files of their own ------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../Runtime/TemporaryFolder.h"
#include "Models.h"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

using namespace layerpipe::onnx;
using namespace layerpipe::onnx::test;
using ::onnx::ModelProto;
using ::onnx::TensorProto;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// Tells where the tensor's bytes are: key and value are ONNX's.
void addPlace(TensorProto &tensor, const std::string &key,
              const std::string &value) {
  tensor.set_data_location(TensorProto::EXTERNAL);
  auto &entry = *tensor.add_external_data();
  entry.set_key(key);
  entry.set_value(value);
}

class OnnxExternalData : public testing::Test {
protected:
  OnnxExternalData() {
    const float values[] = {1, 2, 3};
    std::filesystem::create_directory(folder / "model");
    // The values begin at an odd byte.
    writeFile(folder / "model/w.bin",
              "h" + std::string(reinterpret_cast<const char *>(values),
                                sizeof values));
  }

  /// Reads a model whose only initializer is in a file.
  Result<Model> read(const std::string &location, const std::string &offset,
                     const std::string &length) {
    ModelProto model = smallModel();
    TensorProto &tensor = addInitializer(model, "w", TensorProto::FLOAT, {2});
    addPlace(tensor, "checksum", "not looked at");
    if (!location.empty())
      addPlace(tensor, "location", location);
    if (!offset.empty())
      addPlace(tensor, "offset", offset);
    if (!length.empty())
      addPlace(tensor, "length", length);
    return test::read(model, folder / "model");
  }
  std::string problem(const std::string &location,
                      const std::string &offset = "",
                      const std::string &length = "") {
    return read(location, offset, length).message();
  }

  ::TemporaryFolder folder;
};

} // namespace

TEST_F(OnnxExternalData, IsReadAtAnyOffset) {
  Result<Model> model = read("w.bin", "5", "8");
  ASSERT_TRUE(model) << model.message();
  EXPECT_THAT(*model->graph.initializers[0].tensor.toFloats(),
              ElementsAre(2, 3));
}

TEST_F(OnnxExternalData, NeedsNoLength) {
  Result<Model> model = read("w.bin", "1", "");
  ASSERT_TRUE(model) << model.message();
  EXPECT_THAT(*model->graph.initializers[0].tensor.toFloats(),
              ElementsAre(1, 2));
}

TEST_F(OnnxExternalData, OutlivesTheFilesName) {
  Result<Model> model = read("w.bin", "1", "");
  ASSERT_TRUE(model) << model.message();
  unlink((folder / "model/w.bin").c_str());
  EXPECT_THAT(*model->graph.initializers[0].tensor.toFloats(),
              ElementsAre(1, 2));
}

TEST_F(OnnxExternalData, IsFoundBesideTheModelFile) {
  ModelProto model = smallModel();
  TensorProto &tensor = addInitializer(model, "w", TensorProto::INT8, {1});
  addPlace(tensor, "location", "w.bin");
  writeFile(folder / "model/m.onnx", model.SerializeAsString());
  Result<Model> read = readModel(folder / "model/m.onnx");
  ASSERT_TRUE(read) << read.message();
  EXPECT_EQ(read->graph.initializers[0].tensor.bytes(), "h");
}

TEST_F(OnnxExternalData, OtherLengthsAreRefused) {
  EXPECT_THAT(problem("w.bin", "0", "7"),
              HasSubstr("initializer 'w': its external data has 7 bytes, but "
                        "float32[2] takes 8"));
}

TEST_F(OnnxExternalData, AShortFileIsRefused) {
  EXPECT_THAT(problem("w.bin", "6"),
              HasSubstr("initializer 'w': its external data takes 8 bytes from "
                        "byte 6 of the file 'w.bin', which is too short with "
                        "13 bytes"));
}

TEST_F(OnnxExternalData, OffsetsBehindTheFileAreRefused) {
  EXPECT_THAT(problem("w.bin", "9223372036854775807"),
              HasSubstr("begins at byte 9223372036854775807 of the file "
                        "'w.bin', which has 13 bytes"));
}

TEST_F(OnnxExternalData, OffsetsThatAreNoCountsAreRefused) {
  EXPECT_THAT(problem("w.bin", "-1"), HasSubstr("'-1' is too small"));
  EXPECT_THAT(problem("w.bin", "1e3"), HasSubstr("not a whole number"));
  EXPECT_THAT(problem("w.bin", "99999999999999999999"),
              HasSubstr("the offset of its external data is wrong: "
                        "'99999999999999999999' is too large"));
}

TEST_F(OnnxExternalData, AMissingFileIsRefused) {
  EXPECT_THAT(problem("none.bin"),
              HasSubstr("initializer 'w': its external data is in the file "
                        "'none.bin', which can't be found beside the model"));
  EXPECT_THAT(problem(""), HasSubstr("which is no name of a file"));
}

TEST_F(OnnxExternalData, AnEmptyFileIsTooShort) {
  writeFile(folder / "model/empty.bin", "");
  EXPECT_THAT(problem("empty.bin"), HasSubstr("too short with 0 bytes"));
}

TEST_F(OnnxExternalData, PathsOutOfTheFolderAreRefused) {
  writeFile(folder / "secret", "12345678");
  std::filesystem::create_directory(folder / "model/sub");
  for (const std::string &path :
       {std::string("../secret"), std::string("sub/../../secret"),
        folder / "secret"})
    EXPECT_THAT(problem(path), HasSubstr("may lie outside the model's folder"));
}

TEST_F(OnnxExternalData, LinksOutOfTheFolderAreRefused) {
  writeFile(folder / "secret", "12345678");
  ASSERT_EQ(symlink("../secret", (folder / "model/link").c_str()), 0);
  ASSERT_EQ(symlink("..", (folder / "model/up").c_str()), 0);
  for (const char *path : {"link", "up/secret"})
    EXPECT_THAT(problem(path), HasSubstr("a link that leads out"));
}

TEST_F(OnnxExternalData, LinksWithinTheFolderAreFollowed) {
  ASSERT_EQ(symlink("w.bin", (folder / "model/link").c_str()), 0);
  EXPECT_EQ(problem("link"), "");
}

TEST_F(OnnxExternalData, APipeIsRefused) {
  ASSERT_EQ(mkfifo((folder / "model/pipe").c_str(), 0600), 0);
  EXPECT_THAT(problem("pipe"), HasSubstr("it is not a regular file"));
}

TEST_F(OnnxExternalData, NeedsAFolder) {
  ModelProto model = smallModel();
  TensorProto &tensor = addInitializer(model, "w", TensorProto::FLOAT, {2});
  addPlace(tensor, "location", "w.bin");
  EXPECT_THAT(problemOf(model), HasSubstr("was given without its folder"));
}

//===- ManifestTest.cpp - Tests of the manifest's rules -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Takes the hand-written program's manifest and breaks it in every rule.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Manifest.h"
#include "layerpipe/Runtime/ProgramABI.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

using namespace layerpipe::runtime;
using testing::HasSubstr;
using Json = nlohmann::json;

static Json goodManifest() {
  return Json::parse(
      std::string_view(layerpipe_program, layerpipe_program_size));
}

static std::string errorOf(const Json &json) {
  Result<Manifest> manifest = parseManifest(json.dump(), {4, 1});
  if (manifest)
    return "";
  EXPECT_EQ(manifest.error().kind, ErrorKind::Defect);
  return manifest.error().message;
}

/// The error after `value` has been put at `pointer` (RFC 6901).
static std::string errorWith(const char *pointer, const Json &value) {
  Json json = goodManifest();
  json[Json::json_pointer(pointer)] = value;
  return errorOf(json);
}

/// The error after the element at `pointer` has been taken away.
static std::string errorWithout(const char *pointer) {
  Json json = goodManifest();
  Json::json_pointer path(pointer);
  Json &parent = json[path.parent_pointer()];
  if (parent.is_array())
    parent.erase(std::stoul(path.back()));
  else
    parent.erase(path.back());
  return errorOf(json);
}

TEST(Manifest, GoodOneIsRead) {
  ASSERT_EQ(errorOf(goodManifest()), "");
  Result<Manifest> read = parseManifest(goodManifest().dump(), {4, 1});
  EXPECT_EQ(read->tasks[3].reads[1].distance, 2);
  EXPECT_EQ(read->processors[1].slots, (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(read->parameters[0].elements(), 12);
  EXPECT_EQ(read->inputs[0].elementsPerSample(), 4);
  EXPECT_FALSE(read->channels[0].unchecked);
  EXPECT_TRUE(read->evaluation);
}

TEST(Manifest, KernelsMayNameTheirCandidates) {
  Json json = goodManifest();
  json["kernels"][0]["candidate"] = "onednn.any";
  Result<Manifest> read = parseManifest(json.dump(), {4, 1});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->kernels[0].candidate, "onednn.any");
  EXPECT_EQ(read->kernels[1].candidate, "");
}

TEST(Manifest, M1KeysAndTypes) {
  EXPECT_THAT(parseManifest("{", {4, 1}).error().message,
              HasSubstr("not JSON"));
  EXPECT_THAT(errorWith("/version", 2), HasSubstr("M1"));
  EXPECT_THAT(errorWith("/format", "x"), HasSubstr("M1"));
  EXPECT_THAT(errorWith("/more", 1), HasSubstr("program.more: is not a known"));
  EXPECT_THAT(errorWith("/tasks/0/lag", "0"),
              HasSubstr("program.tasks[0].lag: must be a 64-bit integer"));
  EXPECT_THAT(errorWith("/batch", 18446744073709551615u), HasSubstr("64-bit"));
  EXPECT_THAT(errorWith("/tasks", 3), HasSubstr("must be an array"));
  EXPECT_THAT(errorWith("/channels/0/unchecked", 1),
              HasSubstr("true or false"));
  EXPECT_THAT(errorWith("/labels/0/kind", "soft"), HasSubstr("\"class\" or"));
  EXPECT_THAT(errorWith("/kernels/0/candidate", 3),
              HasSubstr("program.kernels[0].candidate: must be a string"));
  EXPECT_THAT(errorWith("/kernels/0/candidate", ""),
              HasSubstr("program.kernels[0].candidate: must be a text that is "
                        "not empty"));
  Json json = goodManifest();
  for (const auto &item : json.items()) {
    std::string pointer = "/" + item.key();
    EXPECT_THAT(errorWithout(pointer.c_str()), HasSubstr("missing"));
  }
}

TEST(Manifest, M2Sizes) {
  EXPECT_THAT(errorWith("/batch", 0), HasSubstr("M2"));
  EXPECT_THAT(errorWith("/buffers/2/slots", 0), HasSubstr("M2"));
  EXPECT_THAT(errorWith("/buffers/2/bytes", -4), HasSubstr("M2"));
  EXPECT_THAT(errorWith("/period", -1), HasSubstr("M2"));
  EXPECT_THAT(errorWith("/processors/0/scratch_bytes", -1), HasSubstr("M2"));
  EXPECT_THAT(errorWith("/tasks/0/reads/0/distance", -1), HasSubstr("M2"));
  EXPECT_THAT(errorWith("/parameters/0/shape", {3, 0}), HasSubstr("M2"));
  EXPECT_THAT(errorWith("/parameters/0/shape", {1 << 30, 1 << 30}),
              HasSubstr("M2"));
}

TEST(Manifest, M3Indices) {
  EXPECT_THAT(errorWith("/tasks/0/function", 4), HasSubstr("M3"));
  EXPECT_THAT(errorWith("/tasks/0/reads/0/buffer", 7), HasSubstr("M3"));
  EXPECT_THAT(errorWith("/tasks/0/writes/0/buffer", -1), HasSubstr("M3"));
  EXPECT_THAT(errorWith("/tasks/0/kernels/0", 4), HasSubstr("M3"));
  EXPECT_THAT(errorWith("/tasks/0/processor", 2), HasSubstr("M3"));
  EXPECT_THAT(errorWith("/processors/0/slots/0", 4), HasSubstr("M3"));
  EXPECT_THAT(errorWith("/buffers/5/initial/parameter", 1), HasSubstr("M3"));
  EXPECT_THAT(errorWith("/loss/buffer", 9), HasSubstr("M3"));
  EXPECT_THAT(errorWith("/parameters/0/init", {{"values", 1}}),
              HasSubstr("M3"));
  EXPECT_THAT(errorWith("/parameters/0/init", {{"values", -1}}),
              HasSubstr("M3"));
}

TEST(Manifest, M4EachTaskHasItsPlace) {
  EXPECT_THAT(errorWithout("/processors/0/slots/0"), HasSubstr("M4"));
  EXPECT_THAT(errorWith("/processors/0/slots", {0, 3, 0}), HasSubstr("M4"));
  EXPECT_THAT(errorWith("/processors/0/slots", {0, 1}), HasSubstr("M4"));
  EXPECT_THAT(errorWith("/processors/1/id", 0), HasSubstr("M4"));
  EXPECT_THAT(errorWith("/sequential", {0, 3, 1}), HasSubstr("M4"));
  EXPECT_THAT(errorWith("/sequential", {0, 3, 1, 1}), HasSubstr("M4"));
}

TEST(Manifest, M5Memory) {
  EXPECT_THAT(errorWith("/buffers/2/offset", 520), HasSubstr("M5"));
  EXPECT_THAT(errorWith("/buffers/6/offset", 4096 - 64), HasSubstr("M5"));
  EXPECT_THAT(errorWith("/arena_bytes", 900), HasSubstr("M5"));
  EXPECT_THAT(errorWith("/tasks/0/scratch", {0}), HasSubstr("M5"));
  Json json = goodManifest();
  json["buffers"][4]["initial"] = {{"constant", 1}};
  json["buffers"][4]["offset"] = 832 - 64;
  EXPECT_THAT(errorOf(json), HasSubstr("M5: buffers dweight and weight"));
}

TEST(Manifest, M6Writers) {
  EXPECT_THAT(errorWith("/tasks/2/writes/0/buffer", 3), HasSubstr("M6"));
  EXPECT_THAT(errorWith("/tasks/2/writes/0/buffer", 0), HasSubstr("M6"));
  EXPECT_THAT(errorWithout("/tasks/2/writes/0"), HasSubstr("M6"));
  EXPECT_THAT(errorWithout("/tasks/1/writes/0"), HasSubstr("M6"));
}

TEST(Manifest, M7Channels) {
  for (const char *channel : {"/channels/0", "/channels/3", "/channels/5"})
    EXPECT_THAT(errorWithout(channel), HasSubstr("M7")) << channel;
  EXPECT_THAT(errorWith("/channels/3/capacity", 3), HasSubstr("M7"));
  EXPECT_THAT(errorWith("/channels/3/capacity", 0), HasSubstr("M7"));
  EXPECT_THAT(errorWith("/channels/3/from", 1), HasSubstr("M7"));
  Json json = goodManifest();
  json["channels"].push_back(json["channels"][3]);
  EXPECT_THAT(errorOf(json), HasSubstr("there twice"));
}

TEST(Manifest, M8OrderWithinAProcessor) {
  // The gradient before its loss, and one that is overwritten too early.
  EXPECT_THAT(errorWith("/processors/1/slots", {2, 1}), HasSubstr("M8"));
  EXPECT_THAT(errorWith("/tasks/2/lag", 2), HasSubstr("1 slots are too few"));
  // The forward reads the weight that the update before it has replaced.
  EXPECT_THAT(errorWith("/processors/0/slots", {3, 0}), HasSubstr("M8"));
}

TEST(Manifest, M9SequentialOrder) {
  EXPECT_THAT(errorWith("/sequential", {0, 3, 2, 1}), HasSubstr("M9"));
  EXPECT_THAT(errorWith("/buffers/2/slots", 1), HasSubstr("M7"));
  Json json = goodManifest();
  json["buffers"][2]["slots"] = 1;
  json["channels"][3]["capacity"] = 1;
  EXPECT_THAT(errorOf(json), HasSubstr("M9"));
  json["channels"][3]["unchecked"] = true;
  EXPECT_EQ(errorOf(json), "");
}

TEST(Manifest, M10Parameters) {
  EXPECT_THAT(errorWith("/parameters/0/shape", {3, 5}), HasSubstr("M10"));
  EXPECT_THAT(errorWith("/parameters/0/buffer", 4), HasSubstr("M10"));
  EXPECT_THAT(errorWith("/parameters/0/name", ""), HasSubstr("M10"));
}

TEST(Manifest, M11Interfaces) {
  EXPECT_THAT(errorWith("/inputs/0/shape", {3, 1, 2, 2}), HasSubstr("M11"));
  EXPECT_THAT(errorWith("/inputs/0/shape", {4, 1, 2, 3}), HasSubstr("M11"));
  EXPECT_THAT(errorWith("/labels/0/shape", {4, 3}), HasSubstr("M11"));
  EXPECT_THAT(errorWith("/buffers/1/bytes", 12), HasSubstr("M11"));
  EXPECT_THAT(errorWith("/buffers/6/bytes", 8), HasSubstr("M11"));
}

TEST(Manifest, M12Evaluation) {
  EXPECT_THAT(errorWith("/evaluation/buffers/2/slots", 2), HasSubstr("M5"));
  EXPECT_THAT(errorWith("/evaluation/tasks/0/reads/0/distance", 1),
              HasSubstr("M12"));
  EXPECT_THAT(errorWith("/evaluation/inputs/0/buffer", 2), HasSubstr("M12"));
  EXPECT_THAT(errorWith("/labels/0/classes", 4), HasSubstr("M12"));
  EXPECT_EQ(errorWith("/evaluation", nullptr), "");
}

TEST(Manifest, M13Layouts) {
  Json json = goodManifest();
  const Json shape = json["parameters"][0]["shape"];
  ASSERT_EQ(shape, Json({3, 4}));
  json["parameters"][0]["layout"] = "ba";
  json["kernels"] = {
      {{"op", "linear_grad_weight"},
       {"attributes", {{"batch", 2}, {"in", 4}, {"out", 3}, {"has_bias", 0}}},
       {"weights", "ba"}}};
  for (Json &task : json["tasks"])
    task["kernels"] = {0};
  for (Json &task : json["evaluation"]["tasks"])
    task["kernels"] = {0};
  EXPECT_EQ(errorOf(json), "");
  json["kernels"][0]["weights"] = "aB2b";
  EXPECT_THAT(errorOf(json), HasSubstr("M13: task"));
  json["kernels"][0]["weights"] = "aB3b";
  EXPECT_THAT(errorOf(json),
              HasSubstr("blocks of 3 don't divide extent 4 of dimension b"));
  json["kernels"][0].erase("weights");
  EXPECT_THAT(errorOf(json), HasSubstr("in layout 'ba'"));
  EXPECT_THAT(errorWith("/parameters/0/layout", "Ab4a"),
              HasSubstr("M13: parameter"));
  EXPECT_THAT(errorWith("/parameters/0/layout", ""), HasSubstr("M1"));
}

//===- Reader.cpp - Reading ONNX files ------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A file is parsed as it is read, so that its bytes are not in memory beside
// the message that is made of them.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Onnx/Reader.h"

#include "GraphReader.h"
#include "MetadataReader.h"
#include "NodeOrder.h"
#include "layerpipe/Base/Text.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/stubs/logging.h>

#include <climits>
#include <cstring>
#include <filesystem>

#include <unistd.h>

namespace layerpipe::onnx {

namespace {

namespace io = google::protobuf::io;

/// Protobuf reads messages in messages so deep, to save the stack.
constexpr int deepest = 100;

template <typename Message>
bool parse(Message &message, io::ZeroCopyInputStream &stream, int depth) {
  // Protobuf would write to the standard error stream about bytes that are no
  // UTF-8.
  google::protobuf::LogSilencer silence;
  io::CodedInputStream coded(&stream);
  coded.SetRecursionLimit(depth);
  return message.ParseFromCodedStream(&coded) && coded.ConsumedEntireMessage();
}

/// Returns where the bytes break off in a field at the top of a message, or
/// nothing if they don't. Each field begins with its number and its encoding,
/// and one that holds a message has its length next.
std::optional<std::string> findTruncation(std::string_view bytes) {
  auto size = static_cast<int>(bytes.size());
  io::CodedInputStream coded(reinterpret_cast<const uint8_t *>(bytes.data()),
                             size);
  while (uint32_t tag = coded.ReadTag()) {
    constexpr uint32_t encodingBits = 7, number = 0, message = 2;
    uint64_t ignored = 0;
    uint32_t length = 0;
    if ((tag & encodingBits) == number && coded.ReadVarint64(&ignored))
      continue;
    if ((tag & encodingBits) != message || !coded.ReadVarint32(&length))
      break;
    if (length > uint32_t(size - coded.CurrentPosition()))
      return fmt::format("it is truncated: from byte {} on, {} bytes belong to "
                         "each other, and it has {}",
                         coded.CurrentPosition(), length, size);
    coded.Skip(int(length));
  }
  return std::nullopt;
}

/// Says why protobuf could not read a message.
template <typename Message> std::string problemOf(std::string_view bytes) {
  Message message;
  io::ArrayInputStream stream(bytes.data(), int(bytes.size()));
  if (parse(message, stream, 10 * deepest))
    return fmt::format("it holds messages in messages more than {} deep",
                       deepest);
  if (std::optional<std::string> truncation = findTruncation(bytes))
    return *truncation;
  return "it is no protobuf message, or a damaged one";
}

class ModelReader {
public:
  ModelReader(std::string origin, std::string folder)
      : origin(std::move(origin)), tensors(std::move(folder)) {}
  Result<Model> take(proto::ModelProto &message);
  Error fault(const std::string &what) const {
    return Error{fmt::format("{}: {}", origin, what)};
  }

private:
  Result<void> readOpsets(const proto::ModelProto &message);
  Result<void> checkKinds(const proto::ModelProto &message) const;

  std::string origin;
  TensorReader tensors;
  Model model;
};

Result<void> ModelReader::readOpsets(const proto::ModelProto &message) {
  for (const proto::OperatorSetIdProto &opset : message.opset_import()) {
    std::string domain = opset.domain() == "ai.onnx" ? "" : opset.domain();
    if (!model.opsets.try_emplace(domain, opset.version()).second)
      return fault(fmt::format("it imports the operators of the domain '{}' "
                               "twice",
                               base::printable(domain)));
  }
  auto found = model.opsets.find("");
  const std::string range =
      fmt::format("versions {} to {} can be read; exporters take the version "
                  "as an option",
                  leastOpset, mostOpset);
  if (found == model.opsets.end())
    return fault("it imports no version of ONNX's own operators; " + range);
  if (found->second < leastOpset || found->second > mostOpset)
    return fault(fmt::format("it uses version {} of ONNX's operators; {}",
                             found->second, range));
  return {};
}

/// Checks that the model has what can be read, and nothing that would be lost.
Result<void> ModelReader::checkKinds(const proto::ModelProto &message) const {
  if (!message.has_graph())
    return fault("it has no graph, so it is no ONNX model");
  for (const proto::FunctionProto &function : message.functions())
    return fault(fmt::format("it defines the function '{}'; functions are not "
                             "supported, inline them when you export",
                             base::printable(function.name())));
  return {};
}

Result<Model> ModelReader::take(proto::ModelProto &message) {
  if (Result<void> checked = checkKinds(message); !checked)
    return checked;
  if (Result<void> read = readOpsets(message); !read)
    return read;
  model.irVersion = message.ir_version();
  model.producer = message.producer_name();
  model.producerVersion = message.producer_version();
  model.metadata = readMetadata(message.metadata_props());
  Result<Graph> graph = takeGraph(*message.mutable_graph(), tensors);
  if (!graph)
    return fault(graph.message());
  if (Result<void> sorted = sortNodes(*graph); !sorted)
    return fault(sorted.message());
  model.graph = std::move(*graph);
  return std::move(model);
}

/// Closes a file at the end of a scope.
struct Descriptor {
  int number;
  ~Descriptor() { close(number); }
};

/// Protobuf counts bytes in 31 bits.
Error tooLarge(const std::string &origin, int64_t size) {
  return Error{fmt::format("{}: it has {} bytes, but protobuf messages have at "
                           "most {}; exporters can put tensors into files of "
                           "their own (external data)",
                           origin, size, INT_MAX)};
}

} // namespace

Result<Model> readModel(const std::string &path) {
  int64_t size = 0;
  Result<int> opened = openRegularFile(path, size);
  if (!opened)
    return opened.error();
  Descriptor file{*opened};
  if (size > INT_MAX)
    return tooLarge(path, size);
  const std::string folder = std::filesystem::path(path).parent_path().string();
  ModelReader reader(path, folder.empty() ? "." : folder);
  constexpr int blockBytes = 1 << 20;
  proto::ModelProto message;
  io::FileInputStream stream(file.number, blockBytes);
  if (parse(message, stream, deepest))
    return reader.take(message);
  if (stream.GetErrno() != 0)
    return Error{fmt::format("can't read {}: {}", path,
                             std::strerror(stream.GetErrno()))};
  message.Clear();
  Result<std::shared_ptr<const MappedFile>> mapped = MappedFile::open(path);
  if (!mapped)
    return mapped.error();
  return reader.fault(problemOf<proto::ModelProto>((*mapped)->bytes()));
}

/// Parses a message that is in memory; the error says why it can't be.
template <typename Message>
static Result<Message> parseBytes(std::string_view bytes,
                                  const std::string &origin) {
  auto size = static_cast<int64_t>(bytes.size());
  if (size > INT_MAX)
    return tooLarge(origin, size);
  Message message;
  io::ArrayInputStream stream(bytes.data(), int(size));
  if (parse(message, stream, deepest))
    return message;
  return Error{fmt::format("{}: {}", origin, problemOf<Message>(bytes))};
}

Result<Model> parseModel(std::string_view bytes, const std::string &origin,
                         const std::string &folder) {
  auto message = parseBytes<proto::ModelProto>(bytes, origin);
  if (!message)
    return message.error();
  return ModelReader(origin, folder).take(*message);
}

Result<Tensor> parseTensor(std::string_view bytes, const std::string &origin) {
  auto message = parseBytes<proto::TensorProto>(bytes, origin);
  if (!message)
    return message.error();
  return TensorReader("").take(*message, origin);
}

} // namespace layerpipe::onnx

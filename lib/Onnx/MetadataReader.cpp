//===- MetadataReader.cpp - Metadata out of protobuf messages -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MetadataReader.h"

#include <google/protobuf/unknown_field_set.h>

namespace layerpipe::onnx {

Metadata readMetadata(const MetadataEntries &entries) {
  Metadata metadata;
  for (const proto::StringStringEntryProto &entry : entries)
    metadata[entry.key()] = entry.value();
  return metadata;
}

/// Reads the entries in unknown fields of that number.
static Metadata readUnknown(const google::protobuf::UnknownFieldSet &fields,
                            int number) {
  Metadata metadata;
  for (int i = 0; i < fields.field_count(); ++i) {
    const google::protobuf::UnknownField &field = fields.field(i);
    proto::StringStringEntryProto entry;
    if (field.number() == number &&
        field.type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED &&
        entry.ParseFromString(field.length_delimited()))
      metadata[entry.key()] = entry.value();
  }
  return metadata;
}

// The numbers are those of ONNX's onnx.proto.

Metadata readMetadata(const proto::GraphProto &graph) {
  return readUnknown(graph.unknown_fields(), 16);
}

Metadata readMetadata(const proto::NodeProto &node) {
  return readUnknown(node.unknown_fields(), 9);
}

Metadata readMetadata(const proto::ValueInfoProto &value) {
  return readUnknown(value.unknown_fields(), 4);
}

Metadata readMetadata(const proto::TensorProto &tensor) {
  return readUnknown(tensor.unknown_fields(), 16);
}

} // namespace layerpipe::onnx

//===- MetadataReader.h - Metadata out of protobuf messages -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Since ONNX 1.16, graphs, nodes, values and tensors have metadata, as models
// always had. The protobuf classes of Debian 12 are those of ONNX 1.12, which
// keep such fields as unknown ones.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_ONNX_METADATAREADER_H
#define LAYERPIPE_LIB_ONNX_METADATAREADER_H

#include "Proto.h"
#include "layerpipe/Onnx/Model.h"

namespace layerpipe::onnx {

using MetadataEntries =
    google::protobuf::RepeatedPtrField<proto::StringStringEntryProto>;

Metadata readMetadata(const MetadataEntries &entries);

/// Each of these reads the field that newer schemas call metadata_props.
Metadata readMetadata(const proto::GraphProto &graph);
Metadata readMetadata(const proto::NodeProto &node);
Metadata readMetadata(const proto::ValueInfoProto &value);
Metadata readMetadata(const proto::TensorProto &tensor);

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_ONNX_METADATAREADER_H

//===- PipedreamProfile.h - Reading PipeDream's profiles --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// PipeDream's profiler writes a graph.txt, which has a line for each node, and
// a line with a tab in front for each edge, in any order:
//
//   node4 -- Linear(4, 2) -- forward_compute_time=1.5,
//     backward_compute_time=3.0, activation_size=512.0, parameter_size=32.0
//   <TAB>node3 -- node4
//
// (A node's line is broken here.) Times are milliseconds, and sizes are bytes;
// a size may be a list, "[8.0; 16.0]", which means its sum. Further fields are
// ignored.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_NETWORK_PIPEDREAMPROFILE_H
#define LAYERPIPE_NETWORK_PIPEDREAMPROFILE_H

#include "layerpipe/Scheduling/Model/Result.h"
#include "layerpipe/Scheduling/Stages/LayerGraph.h"

#include <string_view>

namespace layerpipe::network {

/// The profile gives a node's backward time as a whole. This says how it is
/// divided into the gradient of the input and that of the weights. Nodes that
/// are not divided keep it for the input.
struct BackwardSplit {
  enum class Nodes {
    /// Nodes whose description begins with "Conv" or "Linear" are divided,
    /// because the gradients of such layers are two products of about the
    /// forward's size.
    products,
    /// All nodes that have parameters are divided.
    parameters
  };
  Nodes nodes = Nodes::products;
  /// The input gets so many thousandths of the time, rounded down to a
  /// nanosecond.
  int64_t inputPerMille = 500;
};

/// Reads "products" or "parameters", or either with the input's share behind a
/// colon, as in "parameters:0.4". The share is a number from 0 to 1 with at
/// most three decimals.
scheduling::Result<BackwardSplit> parseBackwardSplit(std::string_view text);

/// Returns true if the profile says in which stage PipeDream put each node, as
/// in " -- stage_id=1". The reader below ignores that.
bool namesStages(std::string_view text);

/// Reads the network of a profile. Times become nanoseconds, rounded to the
/// nearest; sizes are rounded up. Fails, naming the line, on text that is no
/// such file, on numbers that are negative, not finite or too large, on a node
/// given twice and an edge of an unknown node. Fails, too, when no node is
/// left, or on a cycle.
///
/// Channels are those of "Conv2d(in, out, …" and "Linear(in_features=in,
/// out_features=out, …". The profile does not say for how many samples it was
/// measured. Without `samples`, the reader takes the number that the
/// activations of its linear layers agree on, as floats; the number is unknown
/// if they don't agree. Layers that are known to treat samples apart have that
/// axis: convolutions, linear layers, activations, pooling, and layers that
/// only move data. Batch normalisation, recurrent layers and all others have
/// not.
///
/// As in PipeDream's optimizer, nodes that read nothing and whose description
/// begins with "Input" are left out with their edges, since their time is that
/// of loading data. So are the unread ones that begin with "__getitem__". An
/// edge that is given twice is one edge; a byte order mark in front is skipped.
scheduling::Result<scheduling::LayerGraph>
readPipedreamProfile(std::string_view text, const BackwardSplit &split = {},
                     int64_t samples = 0);

} // namespace layerpipe::network

#endif // LAYERPIPE_NETWORK_PIPEDREAMPROFILE_H

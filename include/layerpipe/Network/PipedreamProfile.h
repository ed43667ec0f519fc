//===- PipedreamProfile.h - Reading PipeDream's profiles --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The graph.txt of PipeDream's profiler: a line for each node, and a line with
// a tab in front for each edge, in any order:
//
//   node4 -- Linear(4, 2) -- forward_compute_time=1.5,
//     backward_compute_time=3.0, activation_size=512.0, parameter_size=32.0
//   <TAB>node3 -- node4
//
// (a node's is one line). Times are milliseconds, sizes bytes; a size may be a
// list, "[8.0; 16.0]", which means its sum. Further fields are ignored.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_NETWORK_PIPEDREAMPROFILE_H
#define LAYERPIPE_NETWORK_PIPEDREAMPROFILE_H

#include "layerpipe/Scheduling/LayerGraph.h"
#include "layerpipe/Scheduling/Result.h"

#include <string_view>

namespace layerpipe::network {

/// How a node's backward time, which the profile gives as a whole, is divided
/// into the gradient of the input and that of the weights. Nodes that are not
/// divided keep it for the input.
struct BackwardSplit {
  enum class Nodes {
    /// Those whose description begins with "Conv" or "Linear": the gradients
    /// of such layers are two products of about the forward's size.
    products,
    /// All that have parameters.
    parameters
  };
  Nodes nodes = Nodes::products;
  /// The input's share in thousandths, rounded down to a nanosecond.
  int64_t inputPerMille = 500;
};

/// "products", "parameters", or either with the input's share behind a colon,
/// "parameters:0.4": a number from 0 to 1 with at most three decimals.
scheduling::Result<BackwardSplit> parseBackwardSplit(std::string_view text);

/// True if the profile says for nodes in which stage PipeDream put them,
/// " -- stage_id=1". The reader below ignores that.
bool namesStages(std::string_view text);

/// The network of a profile, times in nanoseconds (rounded to the nearest),
/// sizes rounded up. Channels are those of "Conv2d(in, out, …" and
/// "Linear(in_features=in, out_features=out, …". The profile does not say for
/// how many samples it was measured: without `samples` that is what the
/// activations of its linear layers agree on, as floats, and unknown if they do
/// not. Layers known to treat samples apart (convolutions, linear layers,
/// activations, pooling, and those that only move data) have that axis; batch
/// normalisation, recurrent layers and all others have not. As PipeDream's
/// optimizer does, nodes that read nothing and whose description begins with
/// "Input" are left out with their edges (their time is that of loading data),
/// and so are the unread ones that begin with "__getitem__". An edge that is
/// given twice is one edge; a byte order mark in front is skipped. Fails,
/// naming the line, on text that is no such file, on numbers that are negative,
/// not finite or too large, on a node given twice and an edge of an unknown
/// node; and when no node is left, or on a cycle.
scheduling::Result<scheduling::LayerGraph>
readPipedreamProfile(std::string_view text, const BackwardSplit &split = {},
                     int64_t samples = 0);

} // namespace layerpipe::network

#endif // LAYERPIPE_NETWORK_PIPEDREAMPROFILE_H

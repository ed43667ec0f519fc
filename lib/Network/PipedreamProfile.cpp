//===- PipedreamProfile.cpp - Reading PipeDream's profiles ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Network/PipedreamProfile.h"

#include "ProfileAxes.h"
#include "layerpipe/Scheduling/Model/Fraction.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <unordered_map>

namespace layerpipe::network {
namespace {

using namespace scheduling;

constexpr std::string_view separator = " -- ";
/// Editors on Windows put this in front of UTF-8.
constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Returns the texts between separators.
std::vector<std::string_view> split(std::string_view text,
                                    std::string_view separator) {
  std::vector<std::string_view> pieces;
  for (size_t end; (end = text.find(separator)) != std::string_view::npos;
       text.remove_prefix(end + separator.size()))
    pieces.push_back(trim(text.substr(0, end)));
  pieces.push_back(trim(text));
  return pieces;
}

struct ProfileNode {
  std::string_view name;
  std::string_view description;
  double forward = 0, backward = 0; // These are milliseconds.
  double activation = 0, parameters = 0;
  size_t line = 0;
  bool kept = true;
};

class Reader {
public:
  Reader(const BackwardSplit &backward, int64_t samples)
      : backward(backward), samples(samples) {}
  Result<LayerGraph> read(std::string_view text);

private:
  Status readNode(std::string_view line);
  Status readEdge(std::string_view line);
  Status readFields(std::string_view fields, ProfileNode &node);
  Result<double> readNumber(std::string_view key, std::string_view text);
  Result<double> readSize(std::string_view key, std::string_view text);
  Status resolveEdges();
  void dropUnmodelled();
  Result<LayerGraph> makeGraph() const;
  Layer makeLayer(const ProfileNode &node) const;
  void setSamples(LayerGraph &graph) const;
  Error fault(const std::string &what) const {
    return Error{fmt::format("line {}: {}", line, what)};
  }

  const BackwardSplit &backward;
  int64_t samples;
  size_t line = 0;
  std::vector<ProfileNode> nodes;
  std::unordered_map<std::string_view, int64_t> nodeOf;
  /// An edge holds names, which are resolved when all nodes are known, and its
  /// line.
  struct NamedEdge {
    std::string_view from, to;
    size_t line = 0;
  };
  std::vector<NamedEdge> named;
  std::vector<LayerEdge> edges;
};

Result<double> Reader::readNumber(std::string_view key, std::string_view text) {
  double value = 0;
  const char *end = text.data() + text.size();
  auto [rest, error] = std::from_chars(text.data(), end, value);
  // A sum beyond this could not be kept exactly.
  constexpr double largest = 1e15;
  if (error != std::errc() || rest != end || !(value >= 0) ||
      !(value <= largest))
    return fault(fmt::format("{} is '{}', which is no number from 0 to {:g}",
                             key, text, largest));
  return value;
}

/// Reads a number, or the sum of a list.
Result<double> Reader::readSize(std::string_view key, std::string_view text) {
  if (!text.starts_with('['))
    return readNumber(key, text);
  if (!text.ends_with(']'))
    return fault(fmt::format("{} is '{}', a list without its end", key, text));
  double sum = 0;
  for (std::string_view part : split(text.substr(1, text.size() - 2), ";")) {
    Result<double> value = readNumber(key, part);
    if (!value)
      return value;
    sum += *value;
  }
  return sum;
}

Status Reader::readFields(std::string_view fields, ProfileNode &node) {
  struct Field {
    std::string_view key;
    double *value;
    bool found = false;
  };
  Field known[] = {{"forward_compute_time", &node.forward},
                   {"backward_compute_time", &node.backward},
                   {"activation_size", &node.activation},
                   {"parameter_size", &node.parameters}};
  for (std::string_view piece : split(fields, ",")) {
    size_t equals = piece.find('=');
    std::string_view key = piece.substr(0, equals);
    for (Field &field : known) {
      if (field.key != key || equals == std::string_view::npos)
        continue;
      if (field.found)
        return fault(fmt::format("{} is given twice", key));
      Result<double> value = readSize(key, piece.substr(equals + 1));
      if (!value)
        return value.error();
      *field.value = *value;
      field.found = true;
    }
  }
  for (const Field &field : known)
    if (!field.found)
      return fault(fmt::format("{} is missing", field.key));
  return Status::success();
}

/// Reads a node's line. The description may hold any text, even the separator.
/// The fields are therefore the last piece that holds an '='; a stage number
/// may follow.
Status Reader::readNode(std::string_view text) {
  size_t first = text.find(separator);
  size_t fields = text.find("forward_compute_time=");
  if (first == std::string_view::npos || fields == std::string_view::npos ||
      fields < first + separator.size())
    return fault("is neither a node, 'NAME -- DESCRIPTION -- "
                 "forward_compute_time=…', nor an edge behind a tab");
  ProfileNode node;
  node.line = line;
  node.name = trim(text.substr(0, first));
  std::string_view middle = trim(
      text.substr(first + separator.size(), fields - first - separator.size()));
  if (middle.ends_with("--"))
    middle.remove_suffix(2);
  node.description = trim(middle);
  std::string_view rest = text.substr(fields);
  if (Status status = readFields(rest.substr(0, rest.find(separator)), node);
      !status)
    return status;
  if (node.name.empty())
    return fault("the node has no name");
  if (!nodeOf.emplace(node.name, nodes.size()).second)
    return fault(fmt::format("a second node '{}'; the first is on line {}",
                             node.name, nodes[nodeOf[node.name]].line));
  nodes.push_back(node);
  return Status::success();
}

Status Reader::readEdge(std::string_view text) {
  std::vector<std::string_view> ends = split(text, separator);
  if (ends.size() != 2 || ends[0].empty() || ends[1].empty())
    return fault("an edge is 'NAME -- NAME' behind a tab");
  named.push_back({ends[0], ends[1], line});
  return Status::success();
}

Status Reader::resolveEdges() {
  std::set<std::pair<int64_t, int64_t>> seen;
  for (const NamedEdge &edge : named) {
    line = edge.line;
    auto from = nodeOf.find(edge.from), to = nodeOf.find(edge.to);
    if (from == nodeOf.end() || to == nodeOf.end())
      return fault(fmt::format("there is no node '{}'",
                               from == nodeOf.end() ? edge.from : edge.to));
    // Some profiles say twice that one node reads another.
    if (seen.emplace(from->second, to->second).second)
      edges.push_back({from->second, to->second});
  }
  return Status::success();
}

/// Drops nodes that load data, and parts of results that nobody takes.
void Reader::dropUnmodelled() {
  std::vector<bool> isRead(nodes.size(), false), reads(nodes.size(), false);
  for (const LayerEdge &edge : edges) {
    isRead[edge.from] = true;
    reads[edge.to] = true;
  }
  for (size_t index = 0; index < nodes.size(); ++index) {
    std::string_view description = nodes[index].description;
    bool input = !reads[index] && description.starts_with("Input");
    bool unread = !isRead[index] && description.starts_with("__getitem__");
    nodes[index].kept = !input && !unread;
  }
}

Layer Reader::makeLayer(const ProfileNode &node) const {
  auto nanoseconds = [](double milliseconds) {
    return static_cast<int64_t>(std::llround(milliseconds * 1e6));
  };
  Layer layer;
  layer.name = node.name;
  layer.forwardTime = nanoseconds(node.forward);
  layer.backwardTime = nanoseconds(node.backward);
  layer.activationBytes = static_cast<int64_t>(std::ceil(node.activation));
  layer.parameterBytes = static_cast<int64_t>(std::ceil(node.parameters));
  bool product = node.description.starts_with("Conv") ||
                 node.description.starts_with("Linear");
  bool divided =
      layer.parameterBytes > 0 &&
      (product || backward.nodes == BackwardSplit::Nodes::parameters);
  int64_t input = layer.backwardTime;
  if (divided)
    input = static_cast<int64_t>(Wide(layer.backwardTime) *
                                 backward.inputPerMille / 1000);
  layer.gradients = GradientTimes{input, layer.backwardTime - input};
  layer.axes = describedAxes(node.description);
  return layer;
}

/// Sets the number of samples: the user's number, or the one that all linear
/// layers agree on.
void Reader::setSamples(LayerGraph &graph) const {
  int64_t known = samples;
  bool agreed = true;
  size_t layer = 0;
  for (const ProfileNode &node : nodes) {
    if (!node.kept)
      continue;
    std::optional<int64_t> here =
        describedSamples(node.description, graph.layers[layer++]);
    if (samples > 0 || !here)
      continue;
    agreed &= known == 0 || known == *here;
    known = *here;
  }
  for (Layer &made : graph.layers)
    if (made.axes.samples > 0)
      made.axes.samples = agreed ? known : 0;
}

Result<LayerGraph> Reader::makeGraph() const {
  LayerGraph graph;
  std::vector<int64_t> place(nodes.size(), -1);
  for (size_t index = 0; index < nodes.size(); ++index)
    if (nodes[index].kept) {
      place[index] = static_cast<int64_t>(graph.layers.size());
      graph.layers.push_back(makeLayer(nodes[index]));
    }
  for (const LayerEdge &edge : edges)
    if (place[edge.from] >= 0 && place[edge.to] >= 0)
      graph.edges.push_back({place[edge.from], place[edge.to]});
  setSamples(graph);
  if (graph.layers.empty())
    return Error{"the profile has no node but inputs"};
  if (Status status = check(graph); !status)
    return status;
  return graph;
}

Result<LayerGraph> Reader::read(std::string_view text) {
  if (text.starts_with(byteOrderMark))
    text.remove_prefix(byteOrderMark.size());
  while (!text.empty()) {
    ++line;
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view content = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (trim(content).empty())
      continue;
    Status status = content.starts_with('\t') ? readEdge(content.substr(1))
                                              : readNode(content);
    if (!status)
      return status;
  }
  if (Status status = resolveEdges(); !status)
    return status;
  dropUnmodelled();
  return makeGraph();
}

/// Reads a number from 0 to 1 as thousandths.
std::optional<int64_t> parsePerMille(std::string_view text) {
  double value = 0;
  const char *end = text.data() + text.size();
  auto [rest, error] = std::from_chars(text.data(), end, value);
  double scaled = value * 1000;
  if (error != std::errc() || rest != end || !(scaled >= 0 && scaled <= 1000) ||
      std::abs(scaled - std::round(scaled)) > 1e-6)
    return std::nullopt;
  return std::llround(scaled);
}

} // namespace

Result<BackwardSplit> parseBackwardSplit(std::string_view text) {
  BackwardSplit split;
  size_t colon = text.find(':');
  std::string_view nodes = text.substr(0, colon);
  std::optional<int64_t> share = split.inputPerMille;
  if (colon != std::string_view::npos)
    share = parsePerMille(text.substr(colon + 1));
  if ((nodes != "products" && nodes != "parameters") || !share)
    return Error{fmt::format(
        "'{}' divides no backward; it must be products or parameters, with the "
        "input's share behind a colon if it is not half: parameters:0.4",
        text)};
  split.nodes = nodes == "products" ? BackwardSplit::Nodes::products
                                    : BackwardSplit::Nodes::parameters;
  split.inputPerMille = *share;
  return split;
}

bool namesStages(std::string_view text) {
  return text.find(" -- stage_id=") != std::string_view::npos;
}

Result<LayerGraph> readPipedreamProfile(std::string_view text,
                                        const BackwardSplit &split,
                                        int64_t samples) {
  return Reader(split, samples).read(text);
}

} // namespace layerpipe::network

//===- CommunicationRows.cpp - Actions, sends and receives ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Transport/CommunicationRows.h"

#include <fmt/format.h>

#include <map>
#include <tuple>

namespace layerpipe::scheduling {
namespace {

using Kind = RowStep::Kind;

/// The end of a message at one processor is a send or a receive.
std::string describeEnd(const Message &message, Kind kind) {
  bool send = kind == Kind::send;
  const PipelineAction &own = send ? message.producer : message.consumer;
  return fmt::format("{}{}_{}{}", own.stage, send ? "SEND" : "RECV",
                     message.producer.kind == ActionKind::forward ? "F" : "B",
                     own.microbatch);
}

/// Looks at all rows and notes where each message is sent, received, made and
/// read.
class Checker {
public:
  explicit Checker(const CommunicationRows &rows)
      : rows(rows), sent(rows.messages.size(), -1),
        received(rows.messages.size(), -1) {}

  Status run();

private:
  using Key = std::tuple<int64_t, ActionKind, int64_t>;

  Status checkMessages();
  Status checkRow(int64_t processor);
  Status checkEnd(int64_t processor, int64_t at);
  Status checkPartners();
  Status checkActions(int64_t processor);

  static Key keyOf(const PipelineAction &action) {
    return {action.stage, action.kind, action.microbatch};
  }
  int64_t countProcessors() const {
    return static_cast<int64_t>(rows.processors.size());
  }

  const CommunicationRows &rows;
  /// These give the step of each message's end in its row; −1 where there is
  /// none.
  std::vector<int64_t> sent, received;
};

Status Checker::checkMessages() {
  for (size_t i = 0; i < rows.messages.size(); ++i) {
    const Message &message = rows.messages[i];
    auto exists = [&](int64_t processor) {
      return processor >= 0 && processor < countProcessors();
    };
    if (!exists(message.fromProcessor) || !exists(message.toProcessor))
      return Error{
          fmt::format("message {} names a processor that is not there", i)};
    if (message.fromProcessor == message.toProcessor)
      return Error{
          fmt::format("'{}' stays on processor {}, and needs no message",
                      describeEnd(message, Kind::send), message.fromProcessor)};
  }
  return Status::success();
}

Status Checker::checkEnd(int64_t processor, int64_t at) {
  const RowStep &step = rows.processors[processor][at];
  if (step.message < 0 ||
      step.message >= static_cast<int64_t>(rows.messages.size()))
    return Error{fmt::format("step {} of processor {} names message {} of {}",
                             at, processor, step.message,
                             rows.messages.size())};
  const Message &message = rows.messages[step.message];
  bool send = step.kind == Kind::send;
  int64_t owner = send ? message.fromProcessor : message.toProcessor;
  if (owner != processor)
    return Error{fmt::format("processor {} has '{}', which is processor {}'s",
                             processor, describe(rows, step), owner)};
  int64_t &place = (send ? sent : received)[step.message];
  if (place >= 0)
    return Error{fmt::format("processor {} has '{}' twice", processor,
                             describe(rows, step))};
  place = at;
  return Status::success();
}

Status Checker::checkRow(int64_t processor) {
  const std::vector<RowStep> &row = rows.processors[processor];
  for (int64_t at = 0; at < static_cast<int64_t>(row.size()); ++at)
    if (row[at].kind != Kind::compute)
      if (Status valid = checkEnd(processor, at); !valid)
        return valid;
  return Status::success();
}

/// Names the first end, in the order of rows, that has no other end.
Status Checker::checkPartners() {
  for (int64_t processor = 0; processor < countProcessors(); ++processor)
    for (const RowStep &step : rows.processors[processor]) {
      if (step.kind == Kind::compute)
        continue;
      const Message &message = rows.messages[step.message];
      bool send = step.kind == Kind::send;
      if ((send ? received : sent)[step.message] >= 0)
        continue;
      Kind other = send ? Kind::receive : Kind::send;
      return Error{fmt::format(
          "'{}' of processor {} has no '{}' on processor {}",
          describe(rows, step), processor, describeEnd(message, other),
          send ? message.toProcessor : message.fromProcessor)};
    }
  for (size_t i = 0; i < rows.messages.size(); ++i)
    if (sent[i] < 0)
      return Error{fmt::format("processor {} lacks '{}'",
                               rows.messages[i].fromProcessor,
                               describeEnd(rows.messages[i], Kind::send))};
  return Status::success();
}

/// Checks that values are made before they are sent, and received before they
/// are read.
Status Checker::checkActions(int64_t processor) {
  const std::vector<RowStep> &row = rows.processors[processor];
  std::map<Key, int64_t> place;
  for (int64_t at = 0; at < static_cast<int64_t>(row.size()); ++at)
    if (row[at].kind == Kind::compute)
      place.emplace(keyOf(row[at].action), at);
  for (int64_t at = 0; at < static_cast<int64_t>(row.size()); ++at) {
    const RowStep &step = row[at];
    if (step.kind == Kind::compute)
      continue;
    const Message &message = rows.messages[step.message];
    bool send = step.kind == Kind::send;
    const PipelineAction &own = send ? message.producer : message.consumer;
    auto found = place.find(keyOf(own));
    if (found == place.end())
      return Error{fmt::format(
          "processor {} has '{}', but not '{}', which {} it", processor,
          describe(rows, step), toString(own), send ? "makes" : "reads")};
    if (send ? found->second > at : found->second < at)
      return Error{fmt::format("processor {} has '{}' {} '{}', which {} it",
                               processor, describe(rows, step),
                               send ? "before" : "after", toString(own),
                               send ? "makes" : "reads")};
  }
  return Status::success();
}

Status Checker::run() {
  if (Status valid = checkMessages(); !valid)
    return valid;
  for (int64_t processor = 0; processor < countProcessors(); ++processor)
    if (Status valid = checkRow(processor); !valid)
      return valid;
  if (Status valid = checkPartners(); !valid)
    return valid;
  for (int64_t processor = 0; processor < countProcessors(); ++processor)
    if (Status valid = checkActions(processor); !valid)
      return valid;
  return Status::success();
}

} // namespace

std::string describe(const CommunicationRows &rows, const RowStep &step) {
  return step.kind == Kind::compute
             ? toString(step.action)
             : describeEnd(rows.messages[step.message], step.kind);
}

Status check(const CommunicationRows &rows) { return Checker(rows).run(); }

} // namespace layerpipe::scheduling

//===- ManifestWriter.cpp - A program as the runtime's manifest -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Buffers, slots and parameters are numbered by their positions. The result is
// read back with the runtime's own reader, so that an executable never meets a
// manifest that it refuses.
//
//===----------------------------------------------------------------------===//

#include "ManifestWriter.h"
#include "Layerpipe/IR/LayerpipeInitializers.h"

#include "BufferLayouts.h"

#include "Sched/IR/ProgramParts.h"
#include "layerpipe/Base/Json.h"
#include "layerpipe/Runtime/Manifest.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::sched;
using Json = nlohmann::ordered_json;

namespace {

/// Maps names to their positions.
using Indices = DenseMap<StringAttr, int64_t>;

class ManifestWriter {
public:
  ManifestWriter(ProgramOp program, const ProgramView &view,
                 ArrayRef<LoweredSlot> slots)
      : program(program), view(view), slots(slots) {}

  FailureOr<Json> write(StringRef kernelLibrary);
  /// Returns the values that the manifest refers to.
  std::vector<ElementsAttr> givenValues() const { return given; }

private:
  void addParameters();
  Json writeInitial(Attribute initial) const;
  Json writeBuffer(BufferOp buffer) const;
  Json writeTask(const LoweredSlot &slot, int64_t function, int64_t processor,
                 const Indices &buffers);
  Json writeChannel(ChannelOp channel) const;
  Json writeEvaluation(EvaluationOp evaluation);
  Json writeInitializer(ParameterAttr parameter);
  Json writeParameter(BufferOp buffer);
  void writeProcessors(Json &json);
  void writeStreams(Json &json) const;
  LogicalResult writeEnds(Json &json);
  SmallVector<SoftmaxCrossEntropyOp> lossesOf(const BufferView &labels) const;
  FailureOr<Json> writeLabels(FlatSymbolRefAttr name) const;
  FailureOr<double> learningRate() const;
  std::string fingerprint() const;
  Json bufferReference(FlatSymbolRefAttr name) const;

  ProgramOp program;
  const ProgramView &view;
  ArrayRef<LoweredSlot> slots;
  Indices buffers;
  Indices parameterIndices;
  std::vector<BufferOp> parameterBuffers;
  Json kernels = Json::array();
  BufferLayouts layouts;
  std::vector<ElementsAttr> given;
};

} // namespace

static ArrayRef<int64_t> shapeOf(BufferOp buffer) {
  return buffer.getTensorType().getShape();
}

static int64_t scratchSize(const LoweredSlot &slot) {
  int64_t size = 0;
  for (int64_t bytes : slot.scratchBytes)
    size += alignUp(bytes);
  return size;
}

void ManifestWriter::addParameters() {
  for (const BufferView &buffer : view.buffers) {
    BufferOp op = buffer.op;
    auto parameter = dyn_cast_or_null<ParameterAttr>(op.getInitialAttr());
    if (!parameter)
      continue;
    parameterIndices[parameter.getName()] = parameterBuffers.size();
    parameterBuffers.push_back(op);
  }
}

Json ManifestWriter::writeInitial(Attribute initial) const {
  if (auto parameter = dyn_cast_or_null<ParameterAttr>(initial))
    return {{"parameter", parameterIndices.lookup(parameter.getName())}};
  if (auto latest = dyn_cast_or_null<LatestAttr>(initial))
    return {{"parameter", parameterIndices.lookup(latest.getName())}};
  if (auto constant = dyn_cast_or_null<ConstantAttr>(initial))
    return {{"constant", constant.getValue().getValue().convertToFloat()}};
  return isa_and_present<AbsentAttr>(initial) ? Json("absent") : Json();
}

Json ManifestWriter::writeBuffer(BufferOp buffer) const {
  return {{"name", buffer.getSymName()},
          {"bytes", buffer.getBytes()},
          {"slots", buffer.getSlots()},
          {"offset", *buffer.getOffset()},
          {"initial", writeInitial(buffer.getInitialAttr())}};
}

Json ManifestWriter::writeTask(const LoweredSlot &lowered, int64_t function,
                               int64_t processor, const Indices &indices) {
  SlotOp slot = lowered.slot;
  Json reads = Json::array(), writes = Json::array();
  for (auto read : slot.getReads().getAsRange<ReadAttr>())
    reads.push_back({{"buffer", indices.lookup(read.getBuffer().getAttr())},
                     {"distance", read.getDistance()}});
  for (auto name : slot.getWrites().getAsRange<FlatSymbolRefAttr>())
    writes.push_back({{"buffer", indices.lookup(name.getAttr())}});
  Json scratch = Json::array(), own = Json::array();
  int64_t offset = 0;
  for (int64_t bytes : lowered.scratchBytes) {
    scratch.push_back(offset);
    offset += alignUp(bytes);
  }
  for (const runtime::KernelDescription &kernel : lowered.kernels) {
    own.push_back(kernels.size());
    kernels.push_back({{"op", kernel.op}, {"attributes", kernel.attributes}});
    if (!kernel.candidate.empty())
      kernels.back()["candidate"] = kernel.candidate;
    if (!kernel.weights.empty())
      kernels.back()["weights"] = kernel.weights;
  }
  return {{"name", slot.getName()},
          {"kind", stringifyTaskKind(slot.getKind())},
          {"layer", slot.getLayer() ? std::to_string(slot.getLayer()) : ""},
          {"function", function},
          {"processor", processor},
          {"start", slot.getStart()},
          {"duration", slot.getDuration()},
          {"lag", int64_t(slot.getLag())},
          {"reads", reads},
          {"writes", writes},
          {"scratch", scratch},
          {"kernels", own}};
}

Json ManifestWriter::bufferReference(FlatSymbolRefAttr name) const {
  return {{"buffer", buffers.lookup(name.getAttr())}};
}

Json ManifestWriter::writeChannel(ChannelOp channel) const {
  Json json = bufferReference(channel.getBufferAttr());
  json["from"] = int64_t(channel.getFrom());
  json["to"] = int64_t(channel.getTo());
  json["capacity"] = channel.getCapacity();
  json["unchecked"] = channel.getUnchecked();
  return json;
}

Json ManifestWriter::writeEvaluation(EvaluationOp evaluation) {
  if (!evaluation)
    return Json();
  Indices indices;
  Json list = Json::array(), tasks = Json::array();
  for (auto buffer : evaluation.getBody().getOps<BufferOp>()) {
    indices[buffer.getSymNameAttr()] = list.size();
    list.push_back(writeBuffer(buffer));
  }
  int64_t scratch = 0;
  for (size_t slot = view.slots.size(); slot < slots.size(); ++slot) {
    tasks.push_back(writeTask(slots[slot], slot, 0, indices));
    scratch = std::max(scratch, scratchSize(slots[slot]));
  }
  auto reference = [&](FlatSymbolRefAttr name) -> Json {
    return {{"buffer", indices.lookup(name.getAttr())}};
  };
  Json inputs = Json::array();
  for (auto name : evaluation.getInputs().getAsRange<FlatSymbolRefAttr>())
    inputs.push_back(reference(name));
  return {{"arena_bytes", *evaluation.getArenaBytes()},
          {"scratch_bytes", scratch},
          {"buffers", list},
          {"tasks", tasks},
          {"inputs", inputs},
          {"prediction", reference(evaluation.getPredictionAttr())}};
}

/// Returns the step size. A run has only one, so all updates must agree on it.
FailureOr<double> ManifestWriter::learningRate() const {
  FloatAttr rate;
  for (const SlotView &view : view.slots) {
    SlotOp slot = view.op;
    for (auto op : slot.getBody().getOps<StateOpInterface>()) {
      auto own = op->getAttrOfType<FloatAttr>("learning_rate");
      if (own && rate && own != rate)
        return op->emitOpError("has learning rate ")
               << own.getValueAsDouble() << ", another update has "
               << rate.getValueAsDouble() << "; a run has one for all";
      rate = own ? own : rate;
    }
  }
  return rate ? rate.getValueAsDouble() : 0.0;
}

/// Returns the names and shapes of the parameters, which a checkpoint must
/// agree with.
std::string ManifestWriter::fingerprint() const {
  llvm::SHA256 hash;
  for (BufferOp buffer : parameterBuffers) {
    hash.update(
        cast<ParameterAttr>(buffer.getInitialAttr()).getName().strref());
    for (int64_t extent : shapeOf(buffer))
      hash.update(":" + std::to_string(extent));
    hash.update(";");
  }
  return llvm::toHex(hash.final(), /*LowerCase=*/true).substr(0, 32);
}

void ManifestWriter::writeProcessors(Json &json) {
  Json &processors = json["processors"] = Json::array();
  for (size_t id = 0; id < view.processors.size(); ++id)
    processors.push_back(
        {{"id", id}, {"slots", Json::array()}, {"scratch_bytes", 0}});
  Json &tasks = json["tasks"] = Json::array();
  for (auto [index, slot] : llvm::enumerate(view.slots)) {
    tasks.push_back(writeTask(slots[index], index, slot.processor, buffers));
    Json &processor = processors[slot.processor];
    processor["slots"].push_back(index);
    processor["scratch_bytes"] = std::max(
        processor["scratch_bytes"].get<int64_t>(), scratchSize(slots[index]));
  }
}

void ManifestWriter::writeStreams(Json &json) const {
  Json &list = json["buffers"] = Json::array();
  for (const BufferView &buffer : view.buffers)
    list.push_back(writeBuffer(buffer.op));
  Json &channels = json["channels"] = Json::array();
  for (ChannelOp channel : view.channels)
    channels.push_back(writeChannel(channel));
}

/// Says what the parameter starts from: a number, or an entry of the table of
/// given values.
Json ManifestWriter::writeInitializer(ParameterAttr parameter) {
  if (auto values = dyn_cast<ElementsAttr>(parameter.getValue())) {
    StringRef bytes = initialBytes(values);
    if (bytes.size() == sizeof(float))
      return {{"constant", initialElement(bytes, 0)}};
    given.push_back(values);
    return {{"values", given.size() - 1}};
  }
  float number =
      cast<FloatAttr>(parameter.getValue()).getValue().convertToFloat();
  return {{stringifyInit(parameter.getInit()).str(), number}};
}

Json ManifestWriter::writeParameter(BufferOp buffer) {
  auto parameter = cast<ParameterAttr>(buffer.getInitialAttr());
  Json json = {{"name", parameter.getName().str()},
               {"shape", std::vector<int64_t>(shapeOf(buffer))},
               {"init", writeInitializer(parameter)},
               {"buffer", buffers.lookup(buffer.getSymNameAttr())},
               {"staleness", parameter.getStaleness()}};
  if (StringRef layout = layouts.lookup(buffer); !layout.empty())
    json["layout"] = layout.str();
  return json;
}

/// Returns the losses that read labels of classes.
SmallVector<SoftmaxCrossEntropyOp>
ManifestWriter::lossesOf(const BufferView &labels) const {
  SmallVector<SoftmaxCrossEntropyOp> losses;
  for (const ReaderView &reader : labels.readers) {
    SlotOp slot = view.slots[reader.slot].op;
    SmallVector<Value> open{slot.getBody().front().getArgument(reader.index)};
    while (!open.empty())
      for (Operation *user : open.pop_back_val().getUsers()) {
        if (auto loss = dyn_cast<SoftmaxCrossEntropyOp>(user))
          losses.push_back(loss);
        if (isa<SliceOp, ViewOpInterface>(user))
          open.push_back(user->getResult(0));
      }
  }
  return losses;
}

/// Describes labels: dense ones have a column for each class, others the
/// classes of the logits that they are compared with. Fails where losses take
/// them as different classes.
FailureOr<Json> ManifestWriter::writeLabels(FlatSymbolRefAttr name) const {
  const BufferView &labels = view.buffers[view.bufferIndex(name.getAttr())];
  bool dense = BufferOp(labels.op).getTensorType().getElementType().isF32();
  Json json = bufferReference(name);
  json["name"] = name.getValue().str();
  json["shape"] = std::vector<int64_t>(shapeOf(labels.op));
  json["kind"] = dense ? "dense" : "class";
  json["classes"] = shapeOf(labels.op).back();
  SmallVector<SoftmaxCrossEntropyOp> losses;
  if (!dense)
    losses = lossesOf(labels);
  auto classesOf = [](SoftmaxCrossEntropyOp loss) {
    return loss.getLogits().getType().getDimSize(1);
  };
  for (SoftmaxCrossEntropyOp loss : losses)
    if (classesOf(loss) != classesOf(losses[0]) ||
        loss.getIgnored() != losses[0].getIgnored())
      return loss.emitOpError("takes the labels '")
             << name.getValue()
             << "' as other classes than another loss does; give it labels "
                "with a name of their own";
  if (losses.empty())
    return json;
  json["classes"] = classesOf(losses[0]);
  if (std::optional<uint64_t> ignored = losses[0].getIgnored())
    json["ignored"] = static_cast<int64_t>(*ignored);
  return json;
}

/// Writes the buffers that the host fills and reads.
LogicalResult ManifestWriter::writeEnds(Json &json) {
  Json &inputs = json["inputs"] = Json::array();
  for (auto name : program.getInputs().getAsRange<FlatSymbolRefAttr>()) {
    inputs.push_back(bufferReference(name));
    inputs.back()["name"] = name.getValue().str();
    inputs.back()["shape"] = std::vector<int64_t>(
        shapeOf(view.buffers[view.bufferIndex(name.getAttr())].op));
  }
  Json &labels = json["labels"] = Json::array();
  for (auto name : program.getLabels().getAsRange<FlatSymbolRefAttr>())
    if (FailureOr<Json> own = writeLabels(name); succeeded(own))
      labels.push_back(*own);
    else
      return failure();
  json["loss"] = bufferReference(program.getLossAttr());
  return success();
}

FailureOr<Json> ManifestWriter::write(StringRef kernelLibrary) {
  FailureOr<double> rate = learningRate();
  FailureOr<std::vector<int64_t>> sequential = view.sequentialOrder();
  FailureOr<BufferLayouts> weights = findBufferLayouts(program);
  if (failed(rate) || failed(sequential) || failed(weights))
    return failure();
  layouts = std::move(*weights);
  addParameters();
  for (auto [index, buffer] : llvm::enumerate(view.buffers))
    buffers[BufferOp(buffer.op).getSymNameAttr()] = index;

  Json json;
  json["format"] = "layerpipe-program";
  json["version"] = 1;
  json["name"] = program.getSymName();
  json["strategy"] = program.getStrategy();
  auto parts = program->getAttrOfType<StringAttr>(partsAttribute);
  json["parts"] = parts ? Json(parts.str()) : Json();
  json["kernels_library"] = kernelLibrary;
  json["fingerprint"] = fingerprint();
  json["batch"] = program.getBatch();
  json["time_unit"] = program.getTimeUnit();
  json["period"] = program.getPeriod();
  json["lower_bound"] = program.getLowerBound();
  json["learning_rate"] = *rate;
  json["arena_bytes"] = *program.getArenaBytes();
  writeProcessors(json);
  json["sequential"] = *sequential;
  writeStreams(json);
  Json &parameters = json["parameters"] = Json::array();
  for (BufferOp buffer : parameterBuffers)
    parameters.push_back(writeParameter(buffer));
  if (failed(writeEnds(json)))
    return failure();
  json["evaluation"] = writeEvaluation(view.evaluation);
  json["kernels"] = kernels;
  return json;
}

FailureOr<WrittenManifest> layerpipe::writeManifest(ProgramOp program,
                                                    const ProgramView &view,
                                                    ArrayRef<LoweredSlot> slots,
                                                    StringRef kernelLibrary) {
  ManifestWriter writer(program, view, slots);
  FailureOr<Json> json = writer.write(kernelLibrary);
  if (failed(json))
    return failure();
  std::string text = base::dumpJson(*json);
  std::vector<ElementsAttr> values = writer.givenValues();
  runtime::Result<runtime::Manifest> read = runtime::parseManifest(
      text, {int64_t(slots.size()), int64_t(values.size())});
  if (!read)
    return program.emitOpError("can't be made executable: ")
           << read.error().message;
  return WrittenManifest{std::move(text), std::move(values)};
}

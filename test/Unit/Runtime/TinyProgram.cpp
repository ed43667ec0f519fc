//===- TinyProgram.cpp - A compiled program, written by hand --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the compiler would emit for one dense layer (2 x 2 images, 3 classes)
// on two processors: processor 0 has the forward and the update, processor 1
// the loss and the weight gradient, which the update applies two iterations
// later. Linked with the runtime's main() it is an executable like any other.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/ProgramABI.h"

// With TINY_PROGRAM_RACES the logits' channel has one slot too few and its
// check is off: ThreadSanitizer must see that.
#ifdef TINY_PROGRAM_RACES
#define LOGITS_SLOTS "1"
#define LOGITS_CAPACITY "1, \"unchecked\": true"
#else
#define LOGITS_SLOTS "2"
#define LOGITS_CAPACITY "2"
#endif

static void forward(void *const *buffers, void *const *kernels,
                    const layerpipe_run_numbers *, int64_t) {
  void *args[] = {buffers[0], buffers[1], buffers[2]};
  layerpipe_kernel_execute(kernels[0], args);
}

static void loss(void *const *buffers, void *const *kernels,
                 const layerpipe_run_numbers *, int64_t) {
  void *value[] = {buffers[0], buffers[1], buffers[2]};
  layerpipe_kernel_execute(kernels[0], value);
  void *gradient[] = {buffers[0], buffers[1], buffers[3]};
  layerpipe_kernel_execute(kernels[1], gradient);
}

static void gradWeight(void *const *buffers, void *const *kernels,
                       const layerpipe_run_numbers *, int64_t) {
  void *args[] = {buffers[0], buffers[1], buffers[2]};
  layerpipe_kernel_execute(kernels[0], args);
}

static void update(void *const *buffers, void *const *,
                   const layerpipe_run_numbers *numbers, int64_t iteration) {
  const auto *old = static_cast<const float *>(buffers[0]);
  const auto *gradient = static_cast<const float *>(buffers[1]);
  auto *updated = static_cast<float *>(buffers[2]);
  for (int i = 0; i < 12; ++i)
    updated[i] =
        old[i] - (iteration < 2 ? 0 : numbers->learning_rate * gradient[i]);
}

extern "C" {

const char layerpipe_program[] = R"({
  "format": "layerpipe-program", "version": 1, "name": "tiny",
  "fingerprint": "tiny-1", "strategy": "by-hand", "batch": 4, "parts": null,
  "kernels_library": "reference", "time_unit": "us", "period": 10,
  "lower_bound": 8, "learning_rate": 0.5, "arena_bytes": 4096,
  "processors": [
    {"id": 0, "slots": [0, 3], "scratch_bytes": 0},
    {"id": 1, "slots": [1, 2], "scratch_bytes": 0}],
  "sequential": [0, 3, 1, 2],
  "tasks": [
    {"name": "fc.forward", "kind": "forward", "layer": "fc", "function": 0,
     "processor": 0, "start": 0, "duration": 4, "lag": 0,
     "reads": [{"buffer": 0, "distance": 0}, {"buffer": 5, "distance": 1}],
     "writes": [{"buffer": 2}], "scratch": [], "kernels": [0]},
    {"name": "loss", "kind": "loss", "layer": "", "function": 1,
     "processor": 1, "start": 0, "duration": 4, "lag": 1,
     "reads": [{"buffer": 2, "distance": 0}, {"buffer": 1, "distance": 0}],
     "writes": [{"buffer": 6}, {"buffer": 3}], "scratch": [],
     "kernels": [1, 2]},
    {"name": "fc.grad_weight", "kind": "grad_weight", "layer": "fc",
     "function": 2, "processor": 1, "start": 4, "duration": 4, "lag": 1,
     "reads": [{"buffer": 3, "distance": 0}, {"buffer": 0, "distance": 0}],
     "writes": [{"buffer": 4}], "scratch": [], "kernels": [3]},
    {"name": "fc.update", "kind": "update", "layer": "fc", "function": 3,
     "processor": 0, "start": 4, "duration": 2, "lag": 0,
     "reads": [{"buffer": 5, "distance": 1}, {"buffer": 4, "distance": 2}],
     "writes": [{"buffer": 5}], "scratch": [], "kernels": []}],
  "buffers": [
    {"name": "input", "bytes": 64, "slots": 4, "offset": 0, "initial": null},
    {"name": "labels", "bytes": 16, "slots": 4, "offset": 256, "initial": null},
    {"name": "logits", "bytes": 48, "slots": )" LOGITS_SLOTS
                                 R"(, "offset": 512, "initial": null},
    {"name": "dlogits", "bytes": 48, "slots": 1, "offset": 640,
     "initial": null},
    {"name": "dweight", "bytes": 48, "slots": 2, "offset": 704,
     "initial": "absent"},
    {"name": "weight", "bytes": 48, "slots": 1, "offset": 832,
     "initial": {"parameter": 0}},
    {"name": "loss", "bytes": 4, "slots": 8, "offset": 896, "initial": null}],
  "channels": [
    {"buffer": 0, "from": -1, "to": 0, "capacity": 4},
    {"buffer": 0, "from": -1, "to": 1, "capacity": 4},
    {"buffer": 1, "from": -1, "to": 1, "capacity": 4},
    {"buffer": 2, "from": 0, "to": 1, "capacity": )" LOGITS_CAPACITY R"(},
    {"buffer": 4, "from": 1, "to": 0, "capacity": 2},
    {"buffer": 6, "from": 1, "to": -1, "capacity": 8}],
  "parameters": [{"name": "fc.weight", "shape": [3, 4],
    "init": {"uniform": 0.5}, "buffer": 5, "staleness": 2}],
  "kernels": [
    {"op": "linear",
     "attributes": {"batch": 4, "in": 4, "out": 3, "has_bias": 0}},
    {"op": "softmax_cross_entropy", "attributes": {"batch": 4, "classes": 3}},
    {"op": "softmax_cross_entropy_grad",
     "attributes": {"batch": 4, "classes": 3}},
    {"op": "linear_grad_weight",
     "attributes": {"batch": 4, "in": 4, "out": 3, "has_bias": 0}}],
  "inputs": [{"name": "input", "buffer": 0, "shape": [4, 1, 2, 2]}],
  "labels": [{"name": "labels", "buffer": 1, "shape": [4], "classes": 3,
              "kind": "class"}],
  "loss": {"buffer": 6},
  "evaluation": {
    "arena_bytes": 192, "scratch_bytes": 0,
    "buffers": [
      {"name": "input", "bytes": 64, "slots": 1, "offset": 0, "initial": null},
      {"name": "weight", "bytes": 48, "slots": 1, "offset": 64,
       "initial": {"parameter": 0}},
      {"name": "logits", "bytes": 48, "slots": 1, "offset": 128,
       "initial": null}],
    "tasks": [
      {"name": "fc.forward", "kind": "forward", "layer": "fc", "function": 0,
       "processor": 0, "start": 0, "duration": 0, "lag": 0,
       "reads": [{"buffer": 0, "distance": 0}, {"buffer": 1, "distance": 0}],
       "writes": [{"buffer": 2}], "scratch": [], "kernels": [0]}],
    "inputs": [{"buffer": 0}], "prediction": {"buffer": 2}}
})";

const int64_t layerpipe_program_size = sizeof(layerpipe_program) - 1;
const layerpipe_task_function layerpipe_task_functions[] = {forward, loss,
                                                            gradWeight, update};
const int64_t layerpipe_task_function_count = 4;
const void *const layerpipe_parameter_values[] = {nullptr};
const int64_t layerpipe_parameter_value_count = 0;
const layerpipe_kernel_library_function layerpipe_program_kernels =
    layerpipe_kernel_library_reference;
}

//===- PrimitiveKernel.cpp - A kernel that is one oneDNN primitive --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file prepares reorders and lays out the workspace.
//
//===----------------------------------------------------------------------===//

#include "PrimitiveKernel.h"

#include <cstdio>
#include <cstdlib>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::onednn;

static constexpr size_t alignment = 64;

void PrimitiveKernel::Call::run(dnnl_stream_t stream) const noexcept {
  dnnl_status_t status = dnnl_primitive_execute(
      primitive.get(), stream, int(arguments.size()), arguments.data());
  if (status == dnnl_success)
    return;
  // Only a broken installation comes here. Results would be wrong from now on.
  std::fprintf(stderr, "error: oneDNN failed to execute a kernel (%d)\n",
               int(status));
  std::_Exit(3);
}

/// Makes a memory object of `desc` in the next free part of the workspace.
dnnl::memory PrimitiveKernel::place(const dnnl::memory::desc &desc) {
  dnnl::memory memory(desc, engine, nullptr);
  placed.push_back({memory, workspaceSize});
  workspaceSize += (desc.get_size() + alignment - 1) / alignment * alignment;
  return memory;
}

PrimitiveKernel::Call PrimitiveKernel::makeReorder(const dnnl::memory &from,
                                                   const dnnl::memory &to) {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  dnnl::reorder::primitive_desc description(from, to, attributes);
  Call call{dnnl::reorder(description),
            {{DNNL_ARG_FROM, from.get()}, {DNNL_ARG_TO, to.get()}}};
  if (description.scratchpad_desc().get_size() > 0)
    call.arguments.push_back(
        {DNNL_ARG_SCRATCHPAD, place(description.scratchpad_desc()).get()});
  return call;
}

PrimitiveKernel::PrimitiveKernel(const dnnl::engine &engine,
                                 const dnnl::primitive &primitive,
                                 const dnnl::memory::desc &scratchpad,
                                 const std::vector<Operand> &operands)
    : engine(engine), stream(engine) {
  Call main{primitive, {}};
  std::vector<Call> after;
  for (const Operand &operand : operands) {
    if (!operand.wantedWeights.empty())
      wanted.push_back(operand.wantedWeights);
    dnnl::memory user(operand.kept, engine, nullptr);
    bound.push_back({user, operand.index});
    if (operand.kept == operand.wanted) {
      main.arguments.push_back({operand.name, user.get()});
      continue;
    }
    dnnl::memory own = place(operand.wanted);
    main.arguments.push_back({operand.name, own.get()});
    if (operand.isOutput)
      after.push_back(makeReorder(own, user));
    else
      calls.push_back(makeReorder(user, own));
  }
  if (scratchpad.get_size() > 0)
    main.arguments.push_back({DNNL_ARG_SCRATCHPAD, place(scratchpad).get()});
  calls.push_back(std::move(main));
  calls.insert(calls.end(), after.begin(), after.end());
}

void PrimitiveKernel::execute(void *const *args, void *workspace) noexcept {
  for (const Bound &argument : bound)
    dnnl_memory_set_data_handle(argument.memory.get(), args[argument.index]);
  if (workspace != boundWorkspace) {
    for (const Placed &area : placed)
      dnnl_memory_set_data_handle(area.memory.get(),
                                  static_cast<char *>(workspace) + area.offset);
    boundWorkspace = workspace;
  }
  for (const Call &call : calls)
    call.run(stream.get());
}

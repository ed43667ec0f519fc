//===- PrimitiveKernel.h - A kernel that is one oneDNN primitive ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This class wraps a oneDNN primitive as a Kernel. Where the primitive wants
// another layout than plain, its arguments are reordered into and out of the
// workspace, which also holds its scratchpad. Nothing is allocated to execute.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_ONEDNN_PRIMITIVEKERNEL_H
#define LAYERPIPE_LIB_RUNTIME_ONEDNN_PRIMITIVEKERNEL_H

#include "layerpipe/Runtime/Kernel.h"

#include <dnnl.hpp>

#include <vector>

namespace layerpipe::runtime::onednn {

/// This is one argument of a primitive.
struct Operand {
  int name;     ///< This is a DNNL_ARG_….
  size_t index; ///< It is one of the kernel's arguments.
  bool isOutput;
  dnnl::memory::desc kept;   ///< The program keeps it so.
  dnnl::memory::desc wanted; ///< The primitive takes it so.
  /// It is weights, or their gradient, that the primitive takes in this layout;
  /// without a text they lie in rows, or oneDNN alone knows the layout.
  std::string wantedWeights = {};
};

class PrimitiveKernel final : public Kernel {
public:
  /// Throws dnnl::error. `scratchpad` is the primitive's, in user mode.
  PrimitiveKernel(const dnnl::engine &engine, const dnnl::primitive &primitive,
                  const dnnl::memory::desc &scratchpad,
                  const std::vector<Operand> &operands);

  size_t workspaceBytes() const override { return workspaceSize; }
  std::vector<std::string> wantedWeights() const override { return wanted; }
  void execute(void *const *args, void *workspace) noexcept override;

private:
  /// This is a primitive with its arguments, ready for the C interface, which
  /// unlike the C++ one doesn't allocate.
  struct Call {
    dnnl::primitive primitive;
    std::vector<dnnl_exec_arg_t> arguments;
    void run(dnnl_stream_t stream) const noexcept;
  };
  struct Placed {
    dnnl::memory memory;
    size_t offset; ///< The workspace holds it there.
  };
  struct Bound {
    dnnl::memory memory;
    size_t index; ///< It is one of the kernel's arguments.
  };

  dnnl::memory place(const dnnl::memory::desc &desc);
  Call makeReorder(const dnnl::memory &from, const dnnl::memory &to);

  dnnl::engine engine;
  dnnl::stream stream;
  std::vector<Bound> bound;
  std::vector<Placed> placed;
  /// They reorder in, run the primitive, and reorder out.
  std::vector<Call> calls;
  std::vector<std::string> wanted;
  size_t workspaceSize = 0;
  void *boundWorkspace = nullptr;
};

} // namespace layerpipe::runtime::onednn

#endif // LAYERPIPE_LIB_RUNTIME_ONEDNN_PRIMITIVEKERNEL_H

//===- BufferLayouts.cpp - In which layouts buffers lie -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BufferLayouts.h"

#include "Layerpipe/IR/LayerpipeKernels.h"
#include "Sched/IR/WeightClasses.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::sched;

FailureOr<BufferLayouts> layerpipe::findBufferLayouts(ProgramOp program) {
  BufferLayouts layouts;
  for (const WeightClass &own : findWeightClasses(program)) {
    StringRef layout = weightLayoutOf(own.kernels[0]);
    for (KernelOpInterface kernel : own.kernels) {
      StringRef other = weightLayoutOf(kernel);
      if (other != layout)
        return kernel->emitOpError("has its weights in layout '")
               << other << "', another kernel of the same weights has '"
               << layout << "'";
    }
    if (layout.empty())
      continue;
    if (own.needsRows) {
      InFlightDiagnostic error =
          KernelOpInterface(own.kernels[0])
              ->emitOpError("has its weights in layout '")
          << layout << "', but another op needs rows";
      error.attachNote(own.needsRows->getLoc()) << "it is this op";
      return error;
    }
    for (BufferOp buffer : own.buffers)
      layouts[buffer] = layout;
  }
  return layouts;
}

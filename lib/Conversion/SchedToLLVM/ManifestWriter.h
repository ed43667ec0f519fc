//===- ManifestWriter.h - A program as the runtime's manifest ---*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_MANIFESTWRITER_H
#define LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_MANIFESTWRITER_H

#include "SlotLowering.h"

#include "Sched/IR/ProgramView.h"

namespace layerpipe {

/// A manifest is JSON (docs/runtime.md); it refers to the values that
/// parameters start from by their places in `values`.
struct WrittenManifest {
  std::string text;
  std::vector<mlir::ElementsAttr> values;
};

/// Returns the manifest of a program. `slots` are those of `view`,
/// in its order, then the evaluation's, as in the function table. Fails with an
/// error when the runtime would not accept it.
mlir::FailureOr<WrittenManifest>
writeManifest(sched::ProgramOp program, const sched::ProgramView &view,
              llvm::ArrayRef<LoweredSlot> slots, llvm::StringRef kernelLibrary);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_CONVERSION_SCHEDTOLLVM_MANIFESTWRITER_H

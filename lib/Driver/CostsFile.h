//===- CostsFile.h - Measured times as costs of a pipeline ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_DRIVER_COSTSFILE_H
#define LAYERPIPE_LIB_DRIVER_COSTSFILE_H

#include "layerpipe/Base/TemporaryFolder.h"
#include "layerpipe/Pipelines/Pipelines.h"
#include "layerpipe/Runtime/NamedTimes.h"

#include "mlir/Support/LLVM.h"

#include <optional>
#include <string>

namespace layerpipe::driver {

/// This is a temporary profile whose times are the costs of a pipeline. The
/// pipeline must not run after this is gone.
class CostsFile {
public:
  /// Makes these times the costs, in place of those before. Errors are printed.
  mlir::LogicalResult use(const runtime::NamedTimes &times,
                          PipelineOptions &pipeline);

private:
  std::optional<base::TemporaryFolder> folder;
};

/// Reads the times of a profile, in the order of the names. Errors are printed.
mlir::FailureOr<runtime::NamedTimes> readTimes(const std::string &profile);

} // namespace layerpipe::driver

#endif // LAYERPIPE_LIB_DRIVER_COSTSFILE_H

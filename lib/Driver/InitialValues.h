//===- InitialValues.h - Values that are set aside --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How long tasks take doesn't depend on the values that parameters start from,
// but programs that carry hundreds of megabytes are slow to make. While a
// network is measured, its parameters start with numbers instead.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_DRIVER_INITIALVALUES_H
#define LAYERPIPE_LIB_DRIVER_INITIALVALUES_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"

namespace layerpipe::driver {

class InitialValues {
public:
  /// Takes the values out of the module's graphs.
  static InitialValues takeFrom(mlir::ModuleOp module);

  /// Gives the parameters of these names their values again.
  void giveTo(mlir::ModuleOp module) const;

private:
  llvm::StringMap<mlir::Attribute> values;
};

} // namespace layerpipe::driver

#endif // LAYERPIPE_LIB_DRIVER_INITIALVALUES_H

//===- PipedreamImport.h - Graphs from profiles -----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IMPORT_PIPEDREAMIMPORT_H
#define LAYERPIPE_IMPORT_PIPEDREAMIMPORT_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "layerpipe/Scheduling/Stages/LayerGraph.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace layerpipe {

/// Makes a forward graph with an opaque op for each layer, in topological
/// order. Times are in nanoseconds, values have types of measured bytes, and
/// ops have the axes of their layers. If several layers are unread, a layer
/// "outputs" that takes no time joins them; the loss is a squared error, which
/// takes none either. A layer whose input needs no gradient has the whole
/// backward time in the gradient of its weights; one without weights has it in
/// that of its input. `layers` must have passed scheduling::check, and have a
/// layer.
mlir::OwningOpRef<mlir::ModuleOp>
importLayers(mlir::MLIRContext *context, mlir::StringRef name,
             const scheduling::LayerGraph &layers);

} // namespace layerpipe

#endif // LAYERPIPE_IMPORT_PIPEDREAMIMPORT_H

//===- LayerpipeOps.td - all ops of the dialect ----------------*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_OPS
#define LAYERPIPE_OPS

include "Layerpipe/IR/LayerpipeStructureOps.td"
include "Layerpipe/IR/LayerpipeLayerOps.td"
include "Layerpipe/IR/LayerpipePointwiseOps.td"
include "Layerpipe/IR/LayerpipeReductionOps.td"
include "Layerpipe/IR/LayerpipeCompositeOps.td"
include "Layerpipe/IR/LayerpipeStatisticsOps.td"
include "Layerpipe/IR/LayerpipeRandomOps.td"
include "Layerpipe/IR/LayerpipeGradientOps.td"
include "Layerpipe/IR/LayerpipeUpdateOps.td"
include "Layerpipe/IR/LayerpipeSliceOps.td"
include "Layerpipe/IR/LayerpipeOpaqueOps.td"

#endif // LAYERPIPE_OPS

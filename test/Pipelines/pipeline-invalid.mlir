// Options that some pass of the pipeline refuses, unknown ones, and a graph
// that has been through it.

// RUN: not layerpipe-opt %S/../Transforms/Inputs/chain3.mlir --layerpipe-pipeline=processors=0 2>&1 | FileCheck %s --check-prefix=ZERO
// RUN: not layerpipe-opt %S/../Transforms/Inputs/chain3.mlir --layerpipe-pipeline=processors=two 2>&1 | FileCheck %s --check-prefix=TEXT
// RUN: not layerpipe-opt %S/../Transforms/Inputs/chain3.mlir --layerpipe-pipeline=processors=99999999999999999999 2>&1 | FileCheck %s --check-prefix=LONG
// RUN: not layerpipe-opt %S/../Transforms/Inputs/chain3.mlir --layerpipe-pipeline=strategy=fast 2>&1 | FileCheck %s --check-prefix=STRATEGY
// RUN: not layerpipe-opt %S/../Transforms/Inputs/chain3.mlir --layerpipe-pipeline=batch=-1 2>&1 | FileCheck %s --check-prefix=BATCH
// RUN: not layerpipe-opt %S/../Transforms/Inputs/chain3.mlir --layerpipe-pipeline=cost-model=time 2>&1 | FileCheck %s --check-prefix=MODEL
// RUN: not layerpipe-opt %S/../Transforms/Inputs/chain3.mlir --layerpipe-pipeline=cores=2 2>&1 | FileCheck %s --check-prefix=OPTION
// RUN: not layerpipe-opt %S/../Transforms/Inputs/chain3.mlir --layerpipe-pipeline --layerpipe-pipeline 2>&1 | FileCheck %s --check-prefix=TWICE

// ZERO: chain3.mlir:2:1: error: 0 processors; there must be between 1 and 1048576
// TEXT: 'two' value invalid for long argument
// LONG: '99999999999999999999' value invalid for long argument
// STRATEGY: chain3.mlir:2:1: error: there is no strategy 'fast'; there are sequential, pipedream, pipedream-replicated, layerpipe-intra, layerpipe, gpipe, 1f1b, interleaved-1f1b, zb-h1, zb-h2, zb-v, v-half, v-min, dualpipe-v, chimera, synchronous
// BATCH: chain3.mlir:2:1: error: the batch must be at least 1, got -1
// MODEL: chain3.mlir:2:1: error: unknown cost model 'time'; there are macs, roofline and profile
// OPTION: no such option cores
// TWICE: error: this pass works on a graph of phase forward, but 'chain3' is scheduled: it is differentiated already

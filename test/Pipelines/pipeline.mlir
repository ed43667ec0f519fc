// The whole way from a forward graph to a verified schedule, on one, two and
// four processors and with each strategy.

// RUN: layerpipe-opt %S/../Transforms/Inputs/chain3.mlir --layerpipe-pipeline -o %t
// RUN: FileCheck %s --check-prefix=ONE < %t
// RUN: layerpipe-opt %t --layerpipe-verify-schedule -o /dev/null
// RUN: layerpipe-opt %S/../Transforms/Inputs/chain3.mlir --layerpipe-pipeline=processors=2 | FileCheck %s --check-prefix=TWO
// RUN: layerpipe-opt %S/../Transforms/Inputs/chain3.mlir --layerpipe-pipeline=processors=4 | FileCheck %s --check-prefix=FOUR
// RUN: layerpipe-opt %S/../Transforms/Inputs/chain3.mlir --layerpipe-pipeline=processors=4 | layerpipe-opt --layerpipe-verify-schedule | FileCheck %s --check-prefix=FOUR
// RUN: layerpipe-opt %S/../Transforms/Inputs/chain3.mlir --layerpipe-pipeline="processors=2 strategy=pipedream" | FileCheck %s --check-prefix=PIPEDREAM
// RUN: layerpipe-opt %S/../Transforms/Inputs/chain3.mlir --layerpipe-pipeline=processors=100 | FileCheck %s --check-prefix=HUNDRED
// RUN: layerpipe-opt %S/../Transforms/Inputs/chain3.mlir --layerpipe-pipeline="batch=8 optimizer=momentum lr=0.5 coefficients=momentum=0.25,weight-decay=0.125 processors=1" | FileCheck %s --check-prefix=OPTIONS

// One processor works without a gap and without staleness.
// ONE: layerpipe.graph scheduled @chain3 attributes {limited_by = "work", lower_bound = 512 : i64, period = 512 : i64, processors = 1 : i64, strategy = "layerpipe-intra", time_unit = "cycles"}
// ONE-NOT: initial(absent)

// TWO: gradient_delays = {{.*}} lower_bound = 256 : i64, period = 256 : i64, processors = 2 : i64
// HUNDRED: lower_bound = 64 : i64, period = {{[0-9]+}} : i64, processors = 100 : i64
// FOUR: gradient_delays = {{.*}} lower_bound = 128 : i64, period = 128 : i64, processors = 4 : i64

// Backward tasks of two units, in whole layers: 5 units and 3.
// PIPEDREAM: lower_bound = 256 : i64, period = 320 : i64, processors = 2 : i64, strategy = "pipedream"
// PIPEDREAM: "l3.backward" backward layer 3{{.*}} processor = 1 : i64

// OPTIONS: period = 1024 : i64
// OPTIONS: layerpipe.input : tensor<8x4xf32>
// OPTIONS: layerpipe.sgd_momentum {{.*}} {learning_rate = 5.000000e-01 : f32, momentum = 2.500000e-01 : f64, weight_decay = 1.250000e-01 : f64}

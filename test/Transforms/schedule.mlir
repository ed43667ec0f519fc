// Starts, lags and slots; the least staleness for the period, or the delays
// that are given; a period that is demanded.

// RUN: layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks --layerpipe-estimate-costs --layerpipe-assign-processors=processors=2 -o %t
// RUN: layerpipe-opt %t --layerpipe-schedule | FileCheck %s --check-prefix=LEAST
// RUN: layerpipe-opt %t --layerpipe-schedule=delays=given | FileCheck %s --check-prefix=GIVEN
// RUN: layerpipe-opt %t --layerpipe-schedule=max-staleness=0 | FileCheck %s --check-prefix=FRESH
// RUN: layerpipe-opt %t --layerpipe-schedule=period=1000 | FileCheck %s --check-prefix=PERIOD
// RUN: layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks --layerpipe-estimate-costs --layerpipe-delay-gradients --layerpipe-retime=stages=3 --layerpipe-assign-processors=processors=3 --layerpipe-schedule=delays=given | FileCheck %s --check-prefix=RETIMED

// 8 units of 64 on 2 processors. The delays are recorded and in the graph.
// LEAST: layerpipe.graph scheduled @chain3 attributes {gradient_delays = {{{.*}}}, lower_bound = 256 : i64, period = 256 : i64, processors = 2 : i64
// LEAST: "l1.forward" {{.*}} attributes {lag = 0 : i64, processor = 0 : i64, slot = {{[0-9]+}} : i64, start = 0 : i64, time = 64 : i64}
// LEAST: "l1.update" {{.*}}({{%.*}}, [[G1:%.*]]) attributes {lag = {{[0-9]+}} : i64, processor = 0 : i64, slot = {{[0-9]+}} : i64, start = {{[0-9]+}} : i64, time = 0 : i64}
// LEAST: [[G1]] = layerpipe.delay {{%.*}} by {{[1-4]}} initial(absent)

// Without staleness, six of the eight tasks lie on a cycle with one delay, and
// where l2's gradients share a processor with l1's a seventh waits in between.
// GIVEN: layerpipe.graph scheduled @chain3 attributes {lower_bound = 384 : i64, period = 448 : i64
// GIVEN-NOT: initial(absent)

// The same limit, asked for where delays may be chosen.
// FRESH: layerpipe.graph scheduled @chain3 attributes {lower_bound = 256 : i64, period = 448 : i64
// FRESH-NOT: initial(absent)

// At leisure no staleness is needed.
// PERIOD: layerpipe.graph scheduled @chain3 attributes {lower_bound = 256 : i64, period = 1000 : i64
// PERIOD-NOT: initial(absent)

// The scheduler keeps what retiming did.
// RETIMED: gradient_delays = {l1.weight = 4 : i64, l2.weight = 2 : i64}, lower_bound = 171 : i64, period = 192 : i64
// RETIMED: "l2.forward" {{.*}} retimed = 1 : i64

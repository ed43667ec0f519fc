// Schedules that are broken by hand, one rule each.

// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics --layerpipe-verify-schedule

// expected-error @+1 {{has no schedule: run --layerpipe-schedule first}}
layerpipe.graph training @early {
}

// -----

// expected-error @+1 {{has no schedule: run --layerpipe-schedule first}}
layerpipe.graph scheduled @no_period {
}

// -----

// Two tasks of one processor at the same time.
// expected-error @+1 {{the schedule is invalid: rule 2: on processor 0, 'a' from 0 to 6 overlaps 'b' from 5 (period 10)}}
layerpipe.graph scheduled @overlap attributes {processors = 2 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 0 : i64, start = 0 : i64, time = 6 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.task "b" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 1 : i64, start = 5 : i64, time = 4 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// The second task wraps around the end of the period into the first.
// expected-error @+1 {{the schedule is invalid: rule 2: on processor 0, 'b' from 7 to 11 overlaps 'a' from 10 (period 10)}}
layerpipe.graph scheduled @overlap_wrapped attributes {processors = 2 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 0 : i64, start = 0 : i64, time = 6 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.task "b" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 1 : i64, start = 7 : i64, time = 4 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// The reader starts a unit before its operand is there.
// expected-error @+1 {{the schedule is invalid: rule 1: 'b' (start 5, lag 0, distance 0) begins 1 before}}
layerpipe.graph scheduled @too_early attributes {processors = 2 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 0 : i64, start = 0 : i64, time = 6 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.task "b" forward layer 1 (%a) attributes {lag = 0 : i64, processor = 1 : i64, slot = 0 : i64, start = 5 : i64, time = 4 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// A lag too small: the reader works an iteration ahead of its producer.
// expected-error @+1 {{the schedule is invalid: rule 1: 'b' (start 6, lag 1, distance 0) begins 10 before}}
layerpipe.graph scheduled @too_early_by_lag attributes {processors = 2 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 2 : i64, processor = 0 : i64, slot = 0 : i64, start = 0 : i64, time = 6 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.task "b" forward layer 1 (%a) attributes {lag = 1 : i64, processor = 1 : i64, slot = 0 : i64, start = 6 : i64, time = 4 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// The slots contradict the starts.
// expected-error @+1 {{the schedule is invalid: rule 3: processor 0's order runs 'b' (start 5, duration 4) before 'a' (start 0, duration 4)}}
layerpipe.graph scheduled @order attributes {processors = 2 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 1 : i64, start = 0 : i64, time = 4 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.task "b" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 0 : i64, start = 5 : i64, time = 4 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// A slot is left out.
layerpipe.graph scheduled @slots attributes {processors = 2 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 0 : i64, start = 0 : i64, time = 4 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  // expected-error @+1 {{has slot 2 of its processor, but the slots of a processor are numbered 0, 1, 2, …, and this is number 1}}
  %b = layerpipe.task "b" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 2 : i64, start = 5 : i64, time = 4 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// Tasks without duration at one instant, in an order that makes one wait for
// the other for ever.
// expected-error @+1 {{the schedule is invalid: rule 3: the orders and the edges within one period wait for each other: 'a' → 'b' → 'a'}}
layerpipe.graph scheduled @tie attributes {processors = 2 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 1 : i64, start = 3 : i64, time = 0 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.task "b" forward layer 1 (%a) attributes {lag = 0 : i64, processor = 0 : i64, slot = 0 : i64, start = 3 : i64, time = 0 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// A start beyond the period.
// expected-error @+1 {{the schedule is invalid: task 'a' starts at 10, outside the period 0 to 10}}
layerpipe.graph scheduled @start attributes {processors = 2 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 0 : i64, start = 10 : i64, time = 4 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// A task longer than the period.
// expected-error @+1 {{the schedule is invalid: task 'a' takes 11, which must lie between 0 and the period 10}}
layerpipe.graph scheduled @long attributes {processors = 2 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 0 : i64, start = 0 : i64, time = 11 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// A processor that does not exist.
// expected-error @+1 {{is no scheduling problem: task 'a' is assigned to processor 2; there are 0 to 1}}
layerpipe.graph scheduled @processor attributes {processors = 2 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 2 : i64, slot = 0 : i64, start = 0 : i64, time = 4 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// 48 bytes take 4 units, so that they are there at 8 + 2.
// expected-error @+1 {{the schedule is invalid: rule 1: 'b' (start 9, lag 0, distance 0) begins 1 before}}
layerpipe.graph scheduled @arrives_late attributes {machine = #layerpipe.machine<bandwidth 12, latency 2>, processors = 2 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 0 : i64, start = 0 : i64, time = 4 : i64, transfers = [#layerpipe.transfer<0 to 1 start 4 lag 0>]} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.task "b" forward layer 1 (%a) attributes {lag = 0 : i64, processor = 1 : i64, slot = 0 : i64, start = 9 : i64, time = 0 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// The link of the pair takes as long, whatever the other links do.
// expected-error @+1 {{the schedule is invalid: rule 1: 'b' (start 9, lag 0, distance 0) begins 1 before}}
layerpipe.graph scheduled @arrives_late_on_its_pair attributes {machine = #layerpipe.machine<bandwidth 48, pairs [0 and 2 bandwidth 12 latency 2]>, processors = 3 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 0 : i64, start = 0 : i64, time = 4 : i64, transfers = [#layerpipe.transfer<0 to 2 start 4 lag 0>]} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.task "b" forward layer 1 (%a) attributes {lag = 0 : i64, processor = 2 : i64, slot = 0 : i64, start = 9 : i64, time = 0 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// No level has both processors.
// expected-error @+1 {{the schedule is invalid: rule 1: 'b' (start 9, lag 0, distance 0) begins 1 before}}
layerpipe.graph scheduled @arrives_late_between_levels attributes {machine = #layerpipe.machine<bandwidth 12, latency 2, levels [2 shared]>, processors = 3 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 1 : i64, slot = 0 : i64, start = 0 : i64, time = 4 : i64, transfers = [#layerpipe.transfer<0 to 2 start 4 lag 0>]} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.task "b" forward layer 1 (%a) attributes {lag = 0 : i64, processor = 2 : i64, slot = 0 : i64, start = 9 : i64, time = 0 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// The value leaves before it is made.
// expected-error @+1 {{the schedule is invalid: rule 1: }}
layerpipe.graph scheduled @leaves_early attributes {machine = #layerpipe.machine<bandwidth 12>, processors = 2 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 0 : i64, start = 0 : i64, time = 4 : i64, transfers = [#layerpipe.transfer<0 to 1 start 3 lag 0>]} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.task "b" forward layer 1 (%a) attributes {lag = 0 : i64, processor = 1 : i64, slot = 0 : i64, start = 9 : i64, time = 0 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// A slow processor ends later than its value leaves.
// expected-error @+1 {{the schedule is invalid: rule 1: }}
layerpipe.graph scheduled @slow attributes {machine = #layerpipe.machine<speeds [1/2, 1], bandwidth 48>, processors = 2 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 0 : i64, start = 0 : i64, time = 4 : i64, transfers = [#layerpipe.transfer<0 to 1 start 4 lag 0>]} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.task "b" forward layer 1 (%a) attributes {lag = 0 : i64, processor = 1 : i64, slot = 0 : i64, start = 9 : i64, time = 0 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// Nobody reads the value there.
layerpipe.graph scheduled @unread attributes {machine = #layerpipe.machine<bandwidth 12>, processors = 2 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{transfers result 0 to processor 3, where no task reads it}}
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 0 : i64, start = 0 : i64, time = 4 : i64, transfers = [#layerpipe.transfer<0 to 1 start 4 lag 0>, #layerpipe.transfer<0 to 3 start 4 lag 0>]} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.task "b" forward layer 1 (%a) attributes {lag = 0 : i64, processor = 1 : i64, slot = 0 : i64, start = 9 : i64, time = 0 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// Processor 0 holds the value until it has left.
// expected-error @+1 {{the schedule is invalid: processor 0 holds 48 bytes; its memory is 47}}
layerpipe.graph scheduled @memory attributes {machine = #layerpipe.machine<memory [47, 1000]>, processors = 2 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 0 : i64, start = 0 : i64, time = 4 : i64, transfers = []} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.task "b" forward layer 1 (%a) attributes {lag = 0 : i64, processor = 1 : i64, slot = 0 : i64, start = 9 : i64, time = 0 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// Two values on one link at the same time, which are listed for no other time.
// expected-error @+1 {{the schedule is invalid: rule 2: }}
layerpipe.graph scheduled @busy_link attributes {machine = #layerpipe.machine<bandwidth 24>, processors = 2 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a:2 = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 0 : i64, start = 0 : i64, time = 4 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0, %i0 : tensor<4x3xf32>, tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> (tensor<4x3xf32>, tensor<4x3xf32>)
  %b = layerpipe.task "b" forward layer 1 (%a#0, %a#1) attributes {lag = 0 : i64, processor = 1 : i64, slot = 0 : i64, start = 9 : i64, time = 0 : i64} {
  ^bb0(%i0: tensor<4x3xf32>, %i1: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// A machine of one speed, a graph of two processors: G9 has said so already, and
// so the pass says it of a graph that has no processors yet.
// expected-error @+1 {{has no processors: run --layerpipe-assign-processors first}}
layerpipe.graph scheduled @no_processors attributes {machine = #layerpipe.machine<speeds [1]>, period = 10 : i64} {
}

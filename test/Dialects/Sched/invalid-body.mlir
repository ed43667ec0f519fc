// What a program holds, and which buffers it names: rules S1, S3 and S4.
// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{S1: batch and period must be positive, got 0 and 10}}
sched.program @no_batch batch 0 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

// expected-error@+1 {{S1: batch and period must be positive, got 1 and 0}}
sched.program @no_period batch 1 period 0 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

// expected-error@+1 {{S1: has no processor}}
sched.program @no_processor batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
}

// -----

sched.program @processors_not_in_order batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  // expected-error@+1 {{S1: stands where processor 0 is expected}}
  sched.processor 1 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @channel_in_a_processor batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    // expected-error@+1 {{S1: a processor holds only slots}}
    sched.channel @t from -1 to 0 capacity 1
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @two_slots_of_one_name batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
    // expected-error@+1 {{S1: a slot named 'loss' exists already}}
    sched.slot "loss" forward layer 0 start 1 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @two_evaluations batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.evaluation inputs [@x] prediction @x {
    sched.buffer @x slots 1 : tensor<f32>
  }
  // expected-error@+1 {{S1: a program has at most one evaluation}}
  sched.evaluation inputs [@x] prediction @x {
    sched.buffer @x slots 1 : tensor<f32>
  }
}

// -----

sched.program @op_that_computes batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  // expected-error@+1 {{S1: does not belong in a program}}
  %w = layerpipe.parameter "w" constant(1.0) : tensor<f32>
}

// -----

sched.program @reads_a_buffer_that_is_missing batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    // expected-error@+1 {{S3: reads buffer @nothing, which does not exist}}
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@nothing by 0>] writes [@l] {
    ^bb0(%nothing: tensor<f32>):
      sched.yield %nothing : tensor<f32>
    }
  }
}

// -----

sched.program @writes_a_buffer_that_is_missing batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    // expected-error@+1 {{S3: writes buffer @nothing, which does not exist}}
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l, @nothing] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x, %x : tensor<f32>, tensor<f32>
    }
  }
}

// -----

sched.program @carries_a_buffer_that_is_missing batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  // expected-error@+1 {{S3: carries buffer @nothing, which does not exist}}
  sched.channel @nothing from 0 to 1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

// expected-error@+1 {{S3: names buffer @nothing, which does not exist}}
sched.program @input_that_is_missing batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@nothing] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @evaluates_with_a_buffer_that_is_missing batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.evaluation inputs [@x] prediction @x {
    sched.buffer @x slots 1 : tensor<f32>
    // expected-error@+1 {{S3: names buffer @nothing, which does not exist in the evaluation}}
    sched.slot "evaluate" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@nothing by 0>] writes [@x] {
    ^bb0(%nothing: tensor<f32>):
      sched.yield %nothing : tensor<f32>
    }
  }
}

// -----

sched.program @two_writers batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
    // expected-error@+1 {{S4: writes buffer @l, which slot 'loss' writes already}}
    sched.slot "again" forward layer 0 start 1 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @input_that_is_written batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  // expected-error@+1 {{S4: is filled by the host and written by the program}}
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @c slots 1 initial(#sched.constant<1.0 : f32>) : tensor<f32>
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@c by 0>] writes [@l, @x] {
    ^bb0(%c: tensor<f32>):
      sched.yield %c, %c : tensor<f32>, tensor<f32>
    }
  }
}

// -----

sched.program @loss_that_is_not_written batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  // expected-error@+1 {{S4: is the loss, but no slot writes it}}
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [] {
    ^bb0(%x: tensor<f32>):
      sched.yield
    }
  }
}

// -----

sched.program @buffer_without_values batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  // expected-error@+1 {{S4: has neither a writer nor a parameter or a constant as initial value}}
  sched.buffer @y slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @buffer_that_stays_absent batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  // expected-error@+1 {{S4: has neither a writer nor a parameter or a constant as initial value}}
  sched.buffer @y slots 1 initial(#sched.absent) : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

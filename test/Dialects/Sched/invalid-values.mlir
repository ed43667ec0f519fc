// What slots read and write: rules S5, S6 and S8, and S14 of parameters.
// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics

sched.program @too_few_arguments batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @c slots 1 initial(#sched.constant<1.0 : f32>) : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    // expected-error@+1 {{S5: has 2 reads, but 1 block arguments}}
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>, #sched.read<@c by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @yields_too_little batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    // expected-error@+1 {{S5: must end with a sched.yield of as many values as it has writes, 1}}
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield
    }
  }
}

// -----

sched.program @reads_another_type batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @c slots 1 initial(#sched.constant<1.0 : f32>) : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    // expected-error@+1 {{S5: buffer @c holds 'tensor<f32>', the body has 'tensor<2xf32>'}}
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>, #sched.read<@c by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>, %c: tensor<2xf32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @writes_another_type batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @c slots 1 initial(#sched.constant<1.0 : f32>) : tensor<2xf32>
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    // expected-error@+1 {{S5: buffer @l holds 'tensor<f32>', the body has 'tensor<2xf32>'}}
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@c by 0>] writes [@l] {
    ^bb0(%c: tensor<2xf32>):
      sched.yield %c : tensor<2xf32>
    }
  }
}

// -----

sched.program @reads_the_future batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @c slots 1 initial(#sched.constant<1.0 : f32>) : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    // expected-error@+1 {{S6: reads @c at the negative distance -1}}
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>, #sched.read<@c by -1>] writes [@l] {
    ^bb0(%x: tensor<f32>, %c: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @reads_before_the_first_value batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    // expected-error@+1 {{S6: reads @x at distance 1, but the buffer has no initial value}}
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 1>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

// The weight w has no value in iteration 0.
sched.program @state_that_is_absent batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @w slots 1 initial(#sched.absent) : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
    sched.slot "update" update layer 0 start 1 duration 1 lag 0 reads [#sched.read<@w by 1>, #sched.read<@x by 0>] writes [@w] {
    ^bb0(%w: tensor<f32>, %x: tensor<f32>):
      // expected-error@+1 {{S8: a state of it is absent in the first 1 iterations; a state needs an initial value}}
      %next = layerpipe.sgd %w, %x {learning_rate = 1.0e-1 : f32} : (tensor<f32>, tensor<f32>) -> tensor<f32>
      sched.yield %next : tensor<f32>
    }
  }
}

// -----

// The loss of iteration 0 is made from an x that is not there.
sched.program @result_that_is_absent batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 initial(#sched.absent) : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    // expected-error@+1 {{S8: writes @l, which is absent in the first 1 iterations; only data operands of state ops may be absent}}
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 1>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @two_buffers_of_one_parameter batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @w slots 1 initial(#sched.parameter<"w" constant(1.0 : f32) staleness 0>) : tensor<f32>
  // expected-error@+1 {{S14: parameter 'w' has no name, or a buffer already}}
  sched.buffer @v slots 1 initial(#sched.parameter<"w" constant(1.0 : f32) staleness 0>) : tensor<f32>
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

sched.program @parameter_without_a_name batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  // expected-error@+1 {{S14: parameter '' has no name, or a buffer already}}
  sched.buffer @w slots 1 initial(#sched.parameter<"" constant(1.0 : f32) staleness 0>) : tensor<f32>
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

sched.program @parameter_of_integers batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  // expected-error@+1 {{S14: a parameter has f32 elements}}
  sched.buffer @w slots 1 initial(#sched.parameter<"w" constant(1.0 : f32) staleness 0>) : tensor<1xi32>
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

sched.program @parameter_of_other_values batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  // expected-error@+1 {{P4: has values of type 'tensor<2xf32>', not of its own type 'tensor<1xf32>'}}
  sched.buffer @w slots 1 initial(#sched.parameter<"w" values(dense<1.0> : tensor<2xf32>) staleness 0>) : tensor<1xf32>
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

sched.program @parameter_without_a_number batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  // expected-error@+1 {{P2: starts with a number of type f32, got "one"}}
  sched.buffer @w slots 1 initial(#sched.parameter<"w" constant("one") staleness 0>) : tensor<1xf32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

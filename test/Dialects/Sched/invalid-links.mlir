// Links and their transfers: rules S16 and S17.
// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics

sched.program @link_to_nobody batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 2 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.channel @y from 0 to 1 capacity 2
  // expected-error@+1 {{S16: joins processors 0 and 2; it must join two of 0 to 1, the smaller one first}}
  sched.link 0 and 2 carries [#sched.transfer<@y from 0 start 2 duration 4 latency 2 lag 0>]
  sched.processor 0 {
    sched.slot "first" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    sched.slot "loss" forward layer 0 start 8 duration 1 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

// -----

sched.program @link_backwards batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 2 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.channel @y from 0 to 1 capacity 2
  // expected-error@+1 {{S16: joins processors 1 and 0}}
  sched.link 1 and 0 carries [#sched.transfer<@y from 0 start 2 duration 4 latency 2 lag 0>]
  sched.processor 0 {
    sched.slot "first" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    sched.slot "loss" forward layer 0 start 8 duration 1 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

// -----

sched.program @two_links batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 2 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.channel @y from 0 to 1 capacity 2
  sched.link 0 and 1 carries [#sched.transfer<@y from 0 start 2 duration 4 latency 2 lag 0>]
  // expected-error@+1 {{S16: joins processors 0 and 1, which another link joins already}}
  sched.link 0 and 1 carries []
  sched.processor 0 {
    sched.slot "first" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    sched.slot "loss" forward layer 0 start 8 duration 1 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

// -----

sched.program @unknown_buffer batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 2 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.channel @y from 0 to 1 capacity 2
  // expected-error@+1 {{S3: carries buffer @z, which does not exist}}
  sched.link 0 and 1 carries [#sched.transfer<@z from 0 start 2 duration 4 latency 2 lag 0>]
  sched.processor 0 {
    sched.slot "first" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    sched.slot "loss" forward layer 0 start 8 duration 1 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

// -----

sched.program @from_elsewhere batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 2 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.channel @y from 0 to 1 capacity 2
  // expected-error@+1 {{S16: carries @y from processor 2, which it does not join}}
  sched.link 0 and 1 carries [#sched.transfer<@y from 2 start 2 duration 4 latency 2 lag 0>]
  sched.processor 0 {
    sched.slot "first" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    sched.slot "loss" forward layer 0 start 8 duration 1 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

// -----

sched.program @beyond_the_period batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 2 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.channel @y from 0 to 1 capacity 2
  // expected-error@+1 {{S16: carries @y with start 10 and duration 4, which don't fit in a period of 10}}
  sched.link 0 and 1 carries [#sched.transfer<@y from 0 start 10 duration 4 latency 2 lag 0>]
  sched.processor 0 {
    sched.slot "first" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    sched.slot "loss" forward layer 0 start 8 duration 1 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

// -----

sched.program @negative_latency batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 2 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.channel @y from 0 to 1 capacity 2
  // expected-error@+1 {{S16: carries @y with latency -1 and lag 0}}
  sched.link 0 and 1 carries [#sched.transfer<@y from 0 start 2 duration 4 latency -1 lag 0>]
  sched.processor 0 {
    sched.slot "first" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    sched.slot "loss" forward layer 0 start 8 duration 1 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

// -----

sched.program @two_at_once batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 2 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.channel @y from 0 to 1 capacity 2
  // expected-error@+1 {{S16: carries @y until 6 and @y from 5 (period 10)}}
  sched.link 0 and 1 carries [#sched.transfer<@y from 0 start 2 duration 4 latency 2 lag 0>, #sched.transfer<@y from 0 start 5 duration 1 latency 2 lag 0>]
  sched.processor 0 {
    sched.slot "first" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    sched.slot "loss" forward layer 0 start 8 duration 1 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

// -----

sched.program @around_the_period batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 2 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.channel @y from 0 to 1 capacity 2
  // expected-error@+1 {{S16: carries @y until 14 and @y from 2 (period 10)}}
  sched.link 0 and 1 carries [#sched.transfer<@y from 0 start 2 duration 4 latency 2 lag 0>, #sched.transfer<@y from 0 start 9 duration 5 latency 2 lag 0>]
  sched.processor 0 {
    sched.slot "first" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    sched.slot "loss" forward layer 0 start 8 duration 1 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

// -----

sched.program @carries_nothing batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 2 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.channel @y from 0 to 1 capacity 2
  // expected-error@+1 {{S17: carries @y from processor 1 to 0, but it is not written on the one and read on the other}}
  sched.link 0 and 1 carries [#sched.transfer<@y from 1 start 2 duration 4 latency 2 lag 0>]
  sched.processor 0 {
    sched.slot "first" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    sched.slot "loss" forward layer 0 start 8 duration 1 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

// -----

sched.program @carries_twice batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 2 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.channel @y from 0 to 1 capacity 2
  // expected-error@+1 {{S17: carries @y from processor 0 to 1 twice}}
  sched.link 0 and 1 carries [#sched.transfer<@y from 0 start 2 duration 4 latency 2 lag 0>, #sched.transfer<@y from 0 start 6 duration 1 latency 0 lag 0>]
  sched.processor 0 {
    sched.slot "first" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    sched.slot "loss" forward layer 0 start 8 duration 1 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

// -----

sched.program @leaves_early batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 2 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.channel @y from 0 to 1 capacity 2
  // expected-error@+1 {{S17: carries @y to processor 1 1 before its writer 'first' ends}}
  sched.link 0 and 1 carries [#sched.transfer<@y from 0 start 0 duration 4 latency 2 lag 0>]
  sched.processor 0 {
    sched.slot "first" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    sched.slot "loss" forward layer 0 start 8 duration 1 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

// -----

sched.program @arrives_late batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 2 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.channel @y from 0 to 1 capacity 2
  sched.link 0 and 1 carries [#sched.transfer<@y from 0 start 3 duration 4 latency 2 lag 0>]
  sched.processor 0 {
    sched.slot "first" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    // expected-error@+1 {{S17: reads @y at distance 0, 1 before it arrives over the link}}
    sched.slot "loss" forward layer 0 start 8 duration 1 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

// -----

sched.program @no_transfer batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  // expected-error@+1 {{S17: goes from processor 0 to processor 1 without a transfer, in a program with links}}
  sched.buffer @y slots 2 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.channel @y from 0 to 1 capacity 2
  sched.link 0 and 1 carries []
  sched.processor 0 {
    sched.slot "first" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    sched.slot "loss" forward layer 0 start 8 duration 1 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

//===- Passes.td - passes on training graphs -------------------*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TRANSFORMS_PASSES
#define LAYERPIPE_TRANSFORMS_PASSES

include "mlir/Pass/PassBase.td"

def SetBatch : Pass<"layerpipe-set-batch", "::layerpipe::GraphOp"> {
  let summary = "Gives a forward graph another batch size";
  let description = [{
    Replaces the leading dimension of input and labels and infers every other
    type anew. With `microbatches`, the batch becomes that of a microbatch, for
    `--layerpipe-unfold`: a part of the samples that `batch` or else the graph
    says, or, where layers were measured for one batch only, all of them.
    Phase: forward.
  }];
  let options = [
    Option<"batch", "batch", "int64_t", "0", "samples per iteration, at least 1">,
    Option<"microbatches", "microbatches", "int64_t", "1",
           "into how many parts these are divided">
  ];
}

def Decompose : Pass<"layerpipe-decompose", "::layerpipe::GraphOp"> {
  let summary = "Puts compositions of ops in the place of their names";
  let description = [{
    Replaces each composite op, such as `layerpipe.softmax`, by the ops that it
    is composed of. `--layerpipe-differentiate` begins with this.
    Training-preserving, bit for bit. Phase: forward.
  }];
}

def Unfold : Pass<"layerpipe-unfold", "::layerpipe::GraphOp"> {
  let summary = "Divides a batch into microbatches with one update";
  let description = [{
    Repeats forward passes, losses and gradients for each microbatch, each of as
    many samples as the graph's batch had; input and labels then have the samples
    of all of them. An update gets the sum of the gradients, added in the order of
    the microbatches. The loss is the mean of the microbatches' losses, and each
    gradient of a loss is divided by their number. So one iteration is the step
    that the whole batch would make at once, with the same random draws, up to
    rounding. Batch normalisation is the exception: it normalises each microbatch
    by its own statistics, and its running statistics move once for each.

    To divide a batch that the graph has, set it to that of a microbatch first
    with `--layerpipe-set-batch`. All microbatches have one size. Phase: training,
    before delays and tasks.
  }];
  let options = [
    Option<"microbatches", "microbatches", "int64_t", "1",
           "how many there are, at least 1">
  ];
  let dependentDialects = ["::layerpipe::LayerpipeDialect"];
}
def Differentiate : Pass<"layerpipe-differentiate", "::layerpipe::GraphOp"> {
  let summary = "Makes the training graph of a forward graph";
  let description = [{
    Decomposes composite ops. Then numbers the layers: each op with weights begins one, in topological order;
    another op belongs to the latest layer that it depends on or, if it depends
    on none, to the earliest that reads it. So values flow to later layers only,
    and gradients to earlier ones. Then creates the
    gradient of the loss with respect to every parameter, in coupled form where
    an op yields both kinds of gradient, one optimizer update per parameter, and
    one delay per parameter that carries it to the next iteration. That closes
    the cycles of training. A parameter that only detach ops read is frozen: it
    has no gradient, update or delay, and keeps its value. Detach ops have no other
    meaning, so their operands take their place. States of forward ops, such as the
    running statistics of a batch normalisation, get a delay and nothing else. Phase: forward → training.

    The optimizers are the ops of
    [updates](layerpipe-dialect.md#updates), and their
    coefficients are the attributes of these, with hyphens.

    With `clip-norm=X` all gradients of an iteration are multiplied by
    min(1, X / (norm + 10⁻⁶)), where the norm is the root of the sum of the squares
    of all elements of all gradients. Every update then depends on all gradients
    of its iteration, which schedules pay for with delays.

    Fails when the graph has no loss or several, when an op reads the loss, when
    a parameter influences the loss's target, when one does not influence its
    prediction, or when a running statistic would get a gradient.
  }];
  let options = [
    Option<"optimizer", "optimizer", "std::string", "\"sgd\"",
           "the name of an optimizer, such as adam">,
    Option<"learningRate", "lr", "std::string", "\"\"",
           "step size η, greater than 0; without it, the optimizer's default">,
    ListOption<"coefficients", "coefficients", "std::string",
               "numbers of the optimizer in place of its defaults, such as "
               "beta1=0.8,weight-decay=0.01">,
    ListOption<"noDecay", "no-decay", "std::string",
               "parameters whose names match one of these globs have no weight "
               "decay, such as *.bias">,
    Option<"clipNorm", "clip-norm", "std::string", "\"\"",
           "the most that the norm of all gradients of an iteration may be; "
           "without it, any">
  ];
  let dependentDialects = ["::layerpipe::LayerpipeDialect"];
}

def DecoupleGradients : Pass<"layerpipe-decouple-gradients", "::layerpipe::GraphOp"> {
  let summary = "Takes coupled backward ops apart into grad_input and grad_weight";
  let description = [{
    This is LayerPipe's intra-layer optimisation: earlier layers don't need the
    gradient with respect to the weights, so it becomes an op of its own that
    can run elsewhere and later. Training-preserving, bit for bit. Phase:
    training.
  }];
}

def FormTasks : Pass<"layerpipe-form-tasks", "::layerpipe::GraphOp"> {
  let summary = "Groups ops into the tasks that are scheduled";
  let description = [{
    Makes one task per layer and role (forward, backward or grad_input,
    grad_weight, update), and one for the loss with its gradient. Where gradients
    are clipped, each layer has a task norm, too, and that of the first layer makes
    the factor for all. Ops without
    products join their layer's task: activations the forward one, gradients of
    activations the backward or grad_input one, or the grad_weight one where the
    layer needs no input gradient or where they wait for the gradient of a
    weight, as those of a computed weight do. Training-preserving, bit for bit.
    Phase: training.

    With `activation-gradients=apart`, gradients of activations that come before
    their layer's product form a task `activation_grad` of their own, so that
    grad_input and grad_weight hold products only, which can be cut by channels.

    Tasks never wait for each other in a graph that `--layerpipe-differentiate`
    made. Fails where layer numbers that you wrote by hand would close a cycle
    without a delay.
  }];
  let options = [
    Option<"activationGradients", "activation-gradients", "std::string", "\"joined\"",
           "joined or apart">
  ];
}

def Plan : Pass<"layerpipe-plan", "::layerpipe::GraphOp"> {
  let summary = "Schedules a training graph by a strategy, or as a file says";
  let description = [{
    Makes the tasks of the graph in all forms (with backwards coupled,
    decoupled, and with their activations' gradients apart), gives them times,
    lets the strategy choose among them, and applies what it planned: it adds
    gradients up in the order of stages, cuts tasks, delays gradients, and gives
    each task its processor, start, slot and lag. The planner is that of `layerpipe compare`, so that both agree. The
    result is verified from the IR.

    With `schedule=FILE`, it applies a schedule in the format of
    docs/schedule-format.md instead: one of `layerpipe compare
    --emit-schedules`, or anybody's. A schedule that breaks a rule of the format
    is refused, and one of another network with the first task or edge that
    differs. Its processors have the speeds, and its links the bandwidths and
    latencies, that the file says. A file that doesn't say how fast its links are,
    but whose transfers take time, needs them as options, or on the graph.

    The machine is that of the options, or, without any of them, that of the
    graph; it stands on the graph afterwards.

    Layers that the options place, or that the graph pins, run on their
    processors: all of their tasks, whole. What that costs is `free_period` on
    the graph, the shortest period that is known without pins. A schedule of a
    file that breaks a pin is refused. Phase: training, before tasks are formed
    → scheduled.
  }];
  let options = [
    Option<"processors", "processors", "int64_t", "1", "number of processors">,
    Option<"strategy", "strategy", "std::string", "\"layerpipe-intra\"",
           "sequential, pipedream, layerpipe-intra or layerpipe">,
    Option<"schedule", "schedule", "std::string", "\"\"",
           "a schedule file to apply in place of a strategy">,
    Option<"costModel", "cost-model", "std::string", "\"macs\"",
           "macs, roofline or profile">,
    Option<"profile", "profile", "std::string", "\"\"",
           "task times, with cost-model=profile">,
    Option<"gigaflops", "gflops", "double", "100",
           "GFLOP/s of a processor, with cost-model=roofline">,
    Option<"gigabytesPerSecond", "gigabytes", "double", "20",
           "GB/s of a processor to its memory, likewise">,
    Option<"split", "split", "std::string", "\"all\"",
           "what may be cut: none, grad_input, gradients or all">,
    Option<"splitQuantum", "split-quantum", "int64_t", "16",
           "cuts of channels are multiples of it">,
    Option<"objectives", "objectives", "std::string", "\"\"",
           "what decides first, second, …: period, staleness, memory, communication">,
    Option<"tolerance", "tolerance", "double", "1",
           "per cent above its bound that are short enough">,
    Option<"maxStaleness", "max-staleness", "int64_t", "-1",
           "no gradient may be later; -1: any">,
    Option<"bandwidth", "bandwidth", "double", "0",
           "of each link, in bytes per time unit; 0: processors share one memory">,
    Option<"latency", "latency", "int64_t", "0",
           "from a transfer's end to its arrival, in time units">,
    ListOption<"speeds", "speeds", "double",
               "relative speed of each processor; the first P count">,
    Option<"memoryLimit", "memory-limit", "int64_t", "0",
           "bytes that each processor may hold; 0: any">,
    ListOption<"place", "place", "std::string",
               "layers with their processors, such as fc1=0,fc2=1">
  ];
  let dependentDialects = ["::layerpipe::LayerpipeDialect"];
}

def SplitGradients : Pass<"layerpipe-split-gradients", "::layerpipe::GraphOp"> {
  let summary = "Cuts tasks into parts that can run on several processors";
  let description = [{
    This is LayerPipe's inter-layer optimisation, for any number of parts. A
    task is cut along an axis: `input_channels` or `output_channels` of its
    layer, or the `batch`. For a product dx = dy·w, slices of w's input channels
    yield slices of dx that are concatenated; slices of the output channels, or
    for grad_weight of the batch, yield summands. Everything else that a task
    holds must have parts along the same axis; a loss or an update has none.

    You can say in two ways which tasks are cut, and where:

    * `cuts` names them: `fc2.grad_input:input_channels:256,512;…` cuts a task
      at channels 256 and 512, into three parts.
    * `parts` cuts every task of the kinds that `split` names into that many
      parts of near-equal length, along `axis`. Without `axis`, it takes the
      first of `input_channels`, `output_channels` and `batch` that applies, and
      prefers those whose parts concatenate. Cuts fall on multiples of
      `quantum`; where there are too few, there are fewer parts.
    `--layerpipe-plan` finds cuts that level the load of processors.

    Training-preserving: bit for bit where parts concatenate, in the
    interpreter and with the kernels `reference`; other kernels may sum
    up a slice in another order than the whole, so that results agree to
    rounding. So do sums of parts: n numbers in another order differ by at most
    2·n·2^-24 times the sum of their absolute values. Parts have no time, nor
    has any task that now cuts or joins slices: run
    `--layerpipe-estimate-costs` after this. Needs tasks, before
    `--layerpipe-retime`. Phase: training or pipelined → the same.
  }];
  let options = [
    Option<"split", "split", "std::string", "\"grad_input\"",
           "kinds of tasks that may be cut, but by `cuts`: none, grad_input, gradients (all backward ones) or all (forward too)">,
    Option<"parts", "parts", "int64_t", "0", "parts of each task, 2 to 1024; 0: as `cuts` says">,
    Option<"axis", "axis", "std::string", "\"\"",
           "with parts: input_channels, output_channels or batch; none: the first that applies">,
    Option<"quantum", "quantum", "int64_t", "1", "with parts: cuts are multiples of it, at least 1">,
    Option<"cuts", "cuts", "std::string", "\"\"", "TASK:AXIS:CUT,CUT,…;… instead of parts">
  ];
}

def EstimateCosts : Pass<"layerpipe-estimate-costs", "::layerpipe::GraphOp"> {
  let summary = "Gives every task its time";
  let description = [{
    You choose one of three models:

    * `macs` counts the multiply-accumulate operations of matrix products and
      convolutions, one cycle each; everything else takes no time. This is the
      model of the LayerPipe papers.
    * `roofline`, in nanoseconds: each op takes as long as its arithmetic at
      `gflops`, two operations for a multiply-accumulate, or as its reads and
      writes at `gigabytes`, whichever is longer; a task is the sum of its ops.
      Values between elementwise ops of one task are free; slices and
      concatenations move the bytes of their results, there and back.
    * `profile`, in nanoseconds: each task takes the time that a file holds for
      it ([profile format](../profile-format.md)), or else the time that its
      opaque ops carry. If a coupled backward is missing from the file, it takes
      the sum of its layer's gradients; a part takes its share of the whole task
      by length; a loss, an update or an activation's gradient takes no time.

    A graph of phase scheduled keeps its order on every processor and its lags:
    that is the program. Its starts follow the new times, and its period is the
    shortest that the order allows. So you can make a schedule with one model and
    judge it by another, or by measurement.

    Needs tasks. Fails where a task has no cost in the model.
  }];
  let options = [
    Option<"model", "model", "std::string", "\"macs\"", "macs, roofline or profile">,
    Option<"profile", "profile", "std::string", "\"\"",
           "with model=profile: the file; none: the times of opaque ops">,
    Option<"gigaflops", "gflops", "double", "100", "with model=roofline: GFLOP/s of a processor">,
    Option<"gigabytesPerSecond", "gigabytes", "double", "20",
           "with model=roofline: GB/s of a processor to its memory">
  ];
}

def DelayGradients : Pass<"layerpipe-delay-gradients", "::layerpipe::GraphOp"> {
  let summary = "Puts delays on the edges from gradients to updates";
  let description = [{
    This is the only pass that changes training: layer l's update reads the
    gradient of n(l) iterations ago, W(i+1) = W(i) − η·(G(i−n) + λW(i)). The
    delays are recorded on the graph as `gradient_delays`. You choose one of
    three rules:

    * `stages`: n(l) = 2·S(l), S(l) being the number of stages after layer l's
      when L layers form K stages, s(l) = ⌊(l−1)·K/L⌋ (LayerPipe2). If
      you give no K, each layer is a stage.
    * `uniform`: n(l) = `delay` for every layer.
    * `explicit`: n(l) = the l-th number of `delays`.

    Works with and without tasks. Phase: training → pipelined.
  }];
  let options = [
    Option<"rule", "rule", "std::string", "\"stages\"", "stages, uniform or explicit">,
    Option<"stages", "stages", "int64_t", "0", "number of stages; 0: one per layer">,
    Option<"delay", "delay", "int64_t", "0", "n of rule=uniform">,
    ListOption<"delays", "delays", "int64_t", "n(1), n(2), … of rule=explicit">
  ];
  let dependentDialects = ["::layerpipe::LayerpipeDialect"];
}

def Retime : Pass<"layerpipe-retime", "::layerpipe::GraphOp"> {
  let summary = "Moves delays through tasks";
  let description = [{
    Chooses a lag r(v) per task and turns w(e) into w + r(to) − r(from) ≥ 0
    (Leiserson and Saxe). `stages=K` demands one register per stage boundary in
    each direction and, unless `free-updates`, r(update) = r(forward): the
    pipeline of LayerPipe2. `objective=period` minimises the longest path
    without a delay; `objective=storage` minimises the bytes that delays hold,
    where a value that is read at several lags counts once, with no such path
    longer than `period`. The lags are stored as `retimed` on tasks and `lag` on
    inputs. Training-preserving: v's value of iteration i appears in period
    i + r(v).

    Fails, naming the edge, when a demand can't be met, and where an initial
    value would have to move through a computation. Needs tasks, and times for
    an objective. Phase: training or pipelined → pipelined.
  }];
  let options = [
    Option<"stages", "stages", "int64_t", "0", "number of stages; 0: as objective says">,
    Option<"freeUpdates", "free-updates", "bool", "false",
           "with stages: let an update run in a later period than its forward">,
    Option<"objective", "objective", "std::string", "\"\"", "period or storage; not together with stages">,
    Option<"period", "period", "int64_t", "0", "with objective=storage: the longest path; 0: any">
  ];
  let dependentDialects = ["::layerpipe::LayerpipeDialect"];
}

def AssignProcessors : Pass<"layerpipe-assign-processors", "::layerpipe::GraphOp"> {
  let summary = "Gives every task a processor";
  let description = [{
    You choose one of three strategies:

    * `sequential`: one processor does everything.
    * `pipedream`: stages of whole layers are contiguous, and the largest load is
      the least possible.
    * `layerpipe-intra`: any task goes anywhere, so that gradients of one layer
      may be computed on different processors; this is never worse than
      contiguous.

    Processors beyond what a strategy can use stay idle. The machine of the
    graph, if it has one, says their speeds, memories and links. Layers that the
    graph pins stay on their processors; a rule that puts one elsewhere is
    refused. Needs tasks with times.
  }];
  let options = [
    Option<"processors", "processors", "int64_t", "1", "number of processors, at least 1">,
    Option<"strategy", "strategy", "std::string", "\"layerpipe-intra\"",
           "sequential, pipedream or layerpipe-intra">
  ];
}

def Schedule : Pass<"layerpipe-schedule", "::layerpipe::GraphOp"> {
  let summary = "Gives every task its start and lag";
  let description = [{
    Makes a cyclic (modulo) schedule on the assigned processors. The shortest
    period comes first, then the least staleness. `delays=given` keeps the
    graph's delays; `delays=least` frees those on gradient edges, finds the
    least n(l) that make its schedule legal and writes them as
    `--layerpipe-delay-gradients` does; where one exceeds `max-staleness`, the
    period is the shortest that so many delays allow. The result is verified
    before it is written, and `period` and `lower_bound` are set on the graph.
    On a machine with links, transfers are scheduled too.
    Needs tasks with times and processors. Phase: → scheduled.
  }];
  let options = [
    Option<"delays", "delays", "std::string", "\"least\"", "given or least">,
    Option<"period", "period", "int64_t", "0", "demand this period; 0: the least found">,
    Option<"maxStaleness", "max-staleness", "int64_t", "-1",
           "with delays=least: no gradient may be later; -1: any">
  ];
  let dependentDialects = ["::layerpipe::LayerpipeDialect"];
}

def VerifySchedule : Pass<"layerpipe-verify-schedule", "::layerpipe::GraphOp"> {
  let summary = "Rebuilds the scheduling problem from the IR and checks the schedule";
  let description = [{
    Checks rules 1 to 3 of the schedule format on what the IR says now: data
    arrive in time, tasks of one processor and transfers of one link do not
    overlap modulo the period, and the order has no cycle. On the graph's
    machine, values fit the memories. Layers that the graph pins are on their
    processors. Phase: scheduled.
  }];
}

#endif // LAYERPIPE_TRANSFORMS_PASSES

//===- Executor.cpp - Running a static program on threads -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An executor starts and ends the threads of a run. The calling thread is the
// host: it takes losses out of their ring and notices when nothing moves any
// more.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Executor.h"
#include "layerpipe/Base/StandardStreams.h"

#include "HostPlace.h"
#include "Placement.h"
#include "ThreadSetup.h"
#include "Worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <thread>

using namespace layerpipe;
using namespace layerpipe::runtime;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// The host looks after its threads at least this often.
static constexpr std::chrono::nanoseconds hostInterval = 10ms;

struct Executor::State {
  const Program &program;
  ExecutionPlan plan;
  int64_t completed = 0; ///< Counts those of the last run.
};

namespace {

/// The loader fills the input rings, as the host's end of their channels.
class Loader {
public:
  Loader(RunContext &context, Host &host)
      : loaded(context.first), context(context), host(host) {}

  void run() noexcept {
    preferShortSlices();
    WaitPolicy policy{0ns, &context.stop}; // The cores belong to the workers.
    ExecutionPlan &plan = context.plan;
    HostBatch batch{std::vector<float *>(plan.inputs.size()),
                    std::vector<void *>(plan.labels.size())};
    for (int64_t i = context.first; mayLoad(i); ++i) {
      for (size_t channel : plan.inputChannels)
        if (plan.channels[channel]->waitForCapacity(i, policy) !=
            WaitResult::Reached)
          return;
      loading.store(true, std::memory_order_relaxed);
      for (size_t k = 0; k < plan.inputs.size(); ++k)
        batch.inputs[k] = reinterpret_cast<float *>(plan.inputs[k].slotOf(i));
      for (size_t k = 0; k < plan.labels.size(); ++k)
        batch.labels[k] = plan.labels[k].slotOf(i);
      host.load(i, batch);
      loading.store(false, std::memory_order_relaxed);
      for (size_t channel : plan.inputChannels)
        plan.channels[channel]->publish(i);
      loaded.store(i + 1, std::memory_order_relaxed);
    }
  }

  /// Loading has come to this iteration.
  std::atomic<int64_t> loaded;
  std::atomic<bool> loading{false};

private:
  /// Returns whether somebody will take this batch; nobody takes one after the
  /// end.
  bool mayLoad(int64_t iteration) const {
    int64_t end = context.end.load();
    return end == RunContext::undecided || iteration < end;
  }

  RunContext &context;
  Host &host;
};

/// This is one run, from start to the end of its threads.
class Run {
public:
  Run(RunContext &context, Host &host);

  Result<RunSummary> execute();

private:
  Result<void> startThreads();
  void endThreads();
  void endEarly();
  bool watch();
  bool observeLosses();
  bool anyoneWorks() const;
  void handOverSnapshots();
  bool checkProgress();
  bool allFinished() const;
  std::string report() const;
  void joinAfterStall();

  RunContext &context;
  Host &host;
  Loader loader;
  const std::vector<std::unique_ptr<Worker>> workers;
  HostPlace hostPlace;
  /// The workers come first, then the loader.
  std::vector<std::thread> threads;
  /// Counts the threads of workers that have ended.
  std::atomic<size_t> ended{0};
  int64_t observed;
  bool stopped = false, ending = false;
  std::string stall;
  int64_t lastProgress = -1;
  Clock::time_point lastLook = Clock::now();
  std::chrono::nanoseconds quiet = 0ns;
};

} // namespace

static std::vector<std::unique_ptr<Worker>> createWorkers(RunContext &context) {
  const Manifest &manifest = *context.plan.manifest;
  std::vector<std::unique_ptr<Worker>> workers;
  auto add = [&](size_t index, const std::vector<int64_t> &order) {
    const std::vector<int> &cpus = context.options.cpus;
    int cpu = cpus.empty() ? -1 : cpus[index % cpus.size()];
    workers.push_back(std::make_unique<Worker>(context, index, order, cpu));
  };
  if (context.options.sequential)
    add(0, manifest.sequential);
  else
    for (const Processor &processor : manifest.processors)
      add(processor.id, processor.slots);
  return workers;
}

Run::Run(RunContext &context, Host &host)
    : context(context), host(host), loader(context, host),
      workers(createWorkers(context)), hostPlace(context, workers),
      observed(context.first) {}

/// Takes losses out of their ring. Waits for half of the ring, so that the
/// workers are seldom interrupted. Returns false to end the run.
bool Run::observeLosses() {
  ExecutionPlan &plan = context.plan;
  Channel &channel = *plan.channels[plan.lossChannel];
  int64_t capacity = plan.manifest->channels[plan.lossChannel].capacity;
  const int64_t end = context.end.load(); // Only this thread changes it.
  int64_t wanted = std::min(end, observed + std::max<int64_t>(1, capacity / 2));
  channel.waitForValue(wanted - 1, {0ns, &context.stop}, hostInterval);
  for (; observed < end && channel.hasValue(observed); ++observed) {
    float loss = *reinterpret_cast<float *>(plan.loss.slotOf(observed));
    channel.release(0, observed);
    if (!host.observe(observed, loss)) {
      stopped = true;
      return false;
    }
  }
  return true;
}

/// Returns whether a thread is in a task or in loading, however long it takes
/// there.
bool Run::anyoneWorks() const {
  return loader.loading.load(std::memory_order_relaxed) ||
         std::any_of(workers.begin(), workers.end(), [](const auto &worker) {
           return worker->activity.state.load(std::memory_order_relaxed) ==
                  Activity::Running;
         });
}

/// Watches for a stuck program, in which nobody works and nothing moves. A look
/// counts for a short time only, so that a process that was suspended is not
/// taken for one that is stuck.
bool Run::checkProgress() {
  int64_t progress = observed + loader.loaded.load(std::memory_order_relaxed);
  for (const auto &worker : workers)
    progress += worker->activity.progress.load(std::memory_order_relaxed);
  Clock::time_point now = Clock::now();
  quiet = progress == lastProgress && !anyoneWorks()
              ? quiet + std::min<std::chrono::nanoseconds>(now - lastLook,
                                                           10 * hostInterval)
              : 0ns;
  lastProgress = progress;
  lastLook = now;
  return quiet < context.options.stallTimeout;
}

bool Run::allFinished() const { return ended.load() == workers.size(); }

std::string Run::report() const {
  std::string text;
  for (size_t w = 0; w < workers.size(); ++w)
    text += fmt::format(
        "\n  {} {}: {}",
        context.options.sequential ? "sequential thread" : "processor", w,
        describeActivity(context.plan, workers[w]->activity));
  return text + fmt::format("\n  host: {} batches loaded, {} losses seen",
                            loader.loaded.load(), observed);
}

/// Joins the threads after a stall. Waiting threads end within milliseconds. A
/// thread whose task never returns can't be ended, and the memory that it uses
/// must not go away; then the process ends.
void Run::joinAfterStall() {
  for (int i = 0; i < 200 && !allFinished(); ++i)
    std::this_thread::sleep_for(10ms);
  if (allFinished())
    return;
  base::complain("error: {}\n", stall);
  std::fflush(nullptr);
  std::_Exit(3);
}

/// Moves the end of the run to behind the iterations that have begun.
void Run::endEarly() {
  ending = true;
  const int64_t before = context.end.exchange(RunContext::undecided);
  int64_t begun = context.first;
  for (const auto &worker : workers)
    begun = std::max(begun, worker->begunIterations());
  context.end.store(std::min(before, begun));
}

Result<void> Run::startThreads() {
  threads.reserve(workers.size() + 1);
  try {
    for (const auto &worker : workers)
      threads.emplace_back([this, body = worker.get()] {
        body->run();
        ended.fetch_add(1);
      });
    threads.emplace_back([this] { loader.run(); });
    hostPlace.take(threads.back().native_handle());
  } catch (const std::system_error &error) {
    const size_t started = threads.size();
    endThreads();
    return Error{fmt::format(
        "can't start thread {} of {}: {}; raise the limit of processes (ulimit "
        "-u) or the memory, or use --sequential or fewer processors",
        started + 1, workers.size() + 1, error.code().message())};
  }
  return {};
}

void Run::endThreads() {
  context.stop.store(true);
  for (std::thread &thread : threads)
    thread.join();
}

void Run::handOverSnapshots() {
  context.kept.handOver([&](const RunState &state) { host.keep(state); });
  context.scored.handOver([&](const RunState &state) {
    host.score(state.completed, state.parameters);
  });
}

/// Looks once at losses, snapshots and threads. Returns false to end the run.
bool Run::watch() {
  if (!ending && !host.goesOn())
    endEarly();
  handOverSnapshots();
  hostPlace.reconsider(observed);
  if (observed < context.end.load()) {
    if (!observeLosses())
      return false;
  } else {
    std::this_thread::sleep_for(100us);
  }
  if (checkProgress())
    return true;
  stall = fmt::format(
      "the program stalled: nothing has moved for {:g} s{}",
      std::chrono::duration<double>(context.options.stallTimeout).count(),
      report());
  return false;
}

Result<RunSummary> Run::execute() {
  Clock::time_point begin = Clock::now();
  if (Result<void> started = startThreads(); !started)
    return started.error();
  while (!context.stop.load() && !allFinished() && watch()) {
  }
  context.stop.store(true);
  if (!stall.empty())
    joinAfterStall();
  endThreads();
  double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  if (context.brokenOrder.load())
    stall =
        "the sequential order is broken: a task would wait for ever" + report();
  if (!stall.empty())
    return Error{stall, ErrorKind::Defect};
  while (!stopped && observed < context.end.load())
    if (!observeLosses())
      break;
  handOverSnapshots();
  RunSummary summary{stopped, context.end.load(), seconds, 0, {}};
  for (const auto &worker : workers) {
    summary.period = std::max(summary.period, worker->steadyPeriod());
    summary.waits.push_back(worker->steadyWaits());
  }
  return summary;
}

int64_t layerpipe::runtime::warmUpIterations(int64_t iterations) {
  return std::min<int64_t>(iterations / 4, 20);
}

Executor::Executor(std::unique_ptr<State> state) : state(std::move(state)) {}
Executor::~Executor() = default;

Result<std::unique_ptr<Executor>> Executor::create(const Program &program,
                                                   Transport &transport) {
  Result<ExecutionPlan> plan = ExecutionPlan::create(program, transport);
  if (!plan)
    return plan.error();
  auto state = std::make_unique<State>(State{program, std::move(*plan)});
  return std::unique_ptr<Executor>(new Executor(std::move(state)));
}

/// Returns how long a waiting thread spins. Where every thread has a core,
/// spinning costs nobody anything; otherwise it takes time from the thread that
/// is waited for.
static std::chrono::nanoseconds spinTime(const RunOptions &options,
                                         size_t threads) {
  return options.mayCrowd || threads > allowedCpus().size() ? 1us : 2ms;
}

Result<RunSummary> Executor::run(const RunOptions &options,
                                 const ParameterValues &initial, Host &host) {
  const Manifest &manifest = state->program.manifest;
  ExecutionPlan &plan = state->plan;
  const int64_t first = options.resumed ? options.resumed->completed : 0;
  if (options.resumed)
    writeState(plan, *options.resumed);
  else
    fillInitialValues(manifest, manifest.buffers, plan.arena, initial);
  state->completed = first;
  const size_t threads = options.sequential ? 1 : manifest.processors.size();
  if (options.trace)
    options.trace->prepare(threads, size_t(options.iterations - first) *
                                        manifest.tasks.size());
  for (const auto &channel : plan.channels)
    channel->reset(first);
  Snapshots kept(plan, first, options.iterations,
                 {options.keepInterval, options.keepsState});
  Snapshots scored(plan, first, options.iterations,
                   {options.scoreInterval, false});
  RunContext context{plan,
                     options,
                     *state->program.kernels,
                     spinTime(options, threads),
                     kept,
                     scored,
                     first};
  context.end.store(options.iterations);
  Result<RunSummary> summary = Run(context, host).execute();
  if (summary)
    state->completed = summary->iterations;
  return summary;
}

RunState Executor::finalState() const {
  return readState(state->plan, state->completed);
}

ParameterValues Executor::parameters() const {
  return readParameters(state->plan, state->completed);
}

int64_t Executor::memoryBytes() const { return state->plan.memoryBytes(); }

std::optional<int64_t> Executor::residentBytes() const {
  return state->plan.residentBytes();
}

//===- Pipelines.h - the passes in their order ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_PIPELINES_PIPELINES_H
#define LAYERPIPE_PIPELINES_PIPELINES_H

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace layerpipe {

/// These are the options of all passes from the forward graph to the schedule,
/// joined.
struct PipelineOptions : public mlir::PassPipelineOptions<PipelineOptions> {
  Option<int64_t> processors{*this, "processors", llvm::cl::init(1),
                             llvm::cl::desc("number of processors")};
  Option<std::string> strategy{
      *this, "strategy", llvm::cl::init("layerpipe-intra"),
      llvm::cl::desc(
          "sequential, pipedream, layerpipe-intra, layerpipe, or one "
          "without staleness, such as 1f1b")};
  Option<int64_t> batch{
      *this, "batch", llvm::cl::init(0),
      llvm::cl::desc("samples per iteration; 0: as the model says")};
  Option<int64_t> microbatches{
      *this, "microbatches", llvm::cl::init(1),
      llvm::cl::desc("into how many parts an iteration's samples are divided, "
                     "which are trained one after another before one update")};
  Option<std::string> optimizer{*this, "optimizer", llvm::cl::init("sgd"),
                                llvm::cl::desc("the optimizer's name")};
  Option<std::string> learningRate{
      *this, "lr", llvm::cl::init(""),
      llvm::cl::desc("step size; without it, the optimizer's default")};
  ListOption<std::string> coefficients{
      *this, "coefficients",
      llvm::cl::desc("the optimizer's numbers in place of its defaults, such "
                     "as beta1=0.8,weight-decay=0.01")};
  ListOption<std::string> noDecay{
      *this, "no-decay",
      llvm::cl::desc("parameters with such names have no weight decay, such "
                     "as *.bias")};
  Option<std::string> clipNorm{
      *this, "clip-norm", llvm::cl::init(""),
      llvm::cl::desc("the most that the norm of all gradients of an iteration "
                     "may be; without it, any")};
  Option<std::string> costModel{*this, "cost-model", llvm::cl::init("macs"),
                                llvm::cl::desc("macs, roofline or profile")};
  Option<std::string> profile{
      *this, "profile", llvm::cl::init(""),
      llvm::cl::desc("task times, with cost-model=profile")};
  Option<double> gigaflops{
      *this, "gflops", llvm::cl::init(100),
      llvm::cl::desc("GFLOP/s of a processor, with cost-model=roofline")};
  Option<double> gigabytesPerSecond{
      *this, "gigabytes", llvm::cl::init(20),
      llvm::cl::desc("GB/s of a processor to its memory, likewise")};
  Option<std::string> schedule{
      *this, "schedule", llvm::cl::init(""),
      llvm::cl::desc("a schedule file to apply in place of a strategy")};
  Option<std::string> split{
      *this, "split", llvm::cl::init("all"),
      llvm::cl::desc("what strategy=layerpipe may cut: none, grad_input, "
                     "gradients or all")};
  Option<int64_t> splitQuantum{
      *this, "split-quantum", llvm::cl::init(16),
      llvm::cl::desc("its cuts of channels are multiples of it")};
  Option<std::string> objectives{
      *this, "objectives", llvm::cl::init(""),
      llvm::cl::desc("what decides first, second, … for it: "
                     "period,staleness,memory,communication")};
  Option<double> tolerance{
      *this, "tolerance", llvm::cl::init(1),
      llvm::cl::desc("per cent above its bound that are short enough")};
  Option<int64_t> maxStaleness{
      *this, "max-staleness", llvm::cl::init(-1),
      llvm::cl::desc("no gradient may be later; -1: any")};
  Option<double> bandwidth{
      *this, "bandwidth", llvm::cl::init(0),
      llvm::cl::desc("of each link, in bytes per time unit; 0: processors "
                     "share one memory")};
  Option<int64_t> latency{
      *this, "latency", llvm::cl::init(0),
      llvm::cl::desc("from a transfer's end to its arrival, in time units")};
  ListOption<double> speeds{
      *this, "speeds",
      llvm::cl::desc("relative speed of each processor; the first P count")};
  Option<int64_t> memoryLimit{
      *this, "memory-limit", llvm::cl::init(0),
      llvm::cl::desc("bytes that each processor may hold; 0: any")};
  ListOption<std::string> place{
      *this, "place",
      llvm::cl::desc("layers with their processors, such as fc1=0,fc2=1")};
  Option<std::string> activationGradients{
      *this, "activation-gradients", llvm::cl::init(""),
      llvm::cl::desc("joined or apart, as for --layerpipe-form-tasks: runs "
                     "decoupled tasks in that form one after the other, with "
                     "strategy=sequential; empty: as the strategy wants them")};
};

/// Appends the passes that turn forward graphs into training graphs.
void buildTrainingPipeline(mlir::OpPassManager &manager,
                           const PipelineOptions &options);

/// Appends the pass that gives every task its time.
void addCostPass(mlir::OpPassManager &graphs, const PipelineOptions &options);

/// Appends the passes that turn forward graphs into scheduled ones. A graph of
/// a later phase is refused by the pass that meets it.
void buildLayerpipePipeline(mlir::OpPassManager &manager,
                            const PipelineOptions &options);

/// Makes `--layerpipe-pipeline` known to layerpipe-opt.
void registerLayerpipePipelines();

} // namespace layerpipe

#endif // LAYERPIPE_PIPELINES_PIPELINES_H

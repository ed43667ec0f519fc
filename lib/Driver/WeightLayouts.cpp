//===- WeightLayouts.cpp - In which layout weights live -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightLayouts.h"

#include "Layerpipe/IR/LayerpipeKernels.h"
#include "Sched/IR/WeightClasses.h"

#include <map>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;
using runtime::CandidateTime;
using runtime::KernelDescription;
using runtime::MeasuredKernel;

KernelDescription driver::descriptionOf(KernelOpInterface op) {
  KernelDescription description;
  description.op = op.getKernelName().str();
  for (auto [name, value] : op.getKernelAttributes())
    description.attributes[name.str()] = value;
  description.weights = weightLayoutOf(op).str();
  return description;
}

std::vector<KernelDescription>
LayoutQuestion::kernelsFor(const std::string &layout, bool all) const {
  std::vector<KernelDescription> descriptions;
  for (KernelOpInterface kernel : kernels) {
    if (!all && kernel->getParentOfType<sched::EvaluationOp>())
      continue;
    descriptions.push_back(descriptionOf(kernel));
    descriptions.back().weights = layout;
  }
  return descriptions;
}

/// Returns in which layouts the candidates would like the kernel's weights that
/// are not clearly slower than another one with weights in rows.
static std::set<std::string> wantedFor(const MeasuredKernel &measured,
                                       runtime::KernelLibrary &library) {
  std::set<std::string> wanted;
  KernelDescription kernel = measured.kernel;
  for (const CandidateTime &time : measured.candidates) {
    kernel.candidate = time.candidate;
    if (auto prepared = library.prepare(kernel))
      for (std::string &layout : (*prepared)->wantedWeights())
        wanted.insert(std::move(layout));
  }
  return wanted;
}

static bool isOpen(const sched::WeightClass &weights) {
  return !weights.needsRows &&
         llvm::none_of(weights.kernels, [](KernelOpInterface kernel) {
           return kernel->hasAttr(candidateAttribute) ||
                  kernel->hasAttr(weightsAttribute);
         });
}

std::vector<LayoutQuestion>
driver::findLayoutQuestions(sched::ProgramOp program,
                            runtime::KernelLibrary &library,
                            FindMeasured find) {
  std::vector<LayoutQuestion> questions;
  std::map<std::string, std::set<std::string>> known; // By description.
  for (sched::WeightClass &weights : sched::findWeightClasses(program)) {
    if (!isOpen(weights))
      continue;
    LayoutQuestion question{std::move(weights.kernels), {""}};
    for (const KernelDescription &kernel : question.kernelsFor("", false)) {
      auto [entry, isNew] = known.try_emplace(kernel.toString());
      const MeasuredKernel *measured = isNew ? find(kernel) : nullptr;
      if (measured)
        entry->second = wantedFor(*measured, library);
      question.layouts.insert(entry->second.begin(), entry->second.end());
    }
    if (question.layouts.size() > 1)
      questions.push_back(std::move(question));
  }
  return questions;
}

std::string driver::chooseLayout(const LayoutQuestion &question,
                                 FindMeasured find) {
  // The rule for candidates of one kernel serves for layouts of several.
  MeasuredKernel sums;
  for (const std::string &layout : question.layouts) {
    if (!llvm::all_of(question.kernelsFor(layout, true), find))
      continue;
    CandidateTime sum{layout, 0, 0, 0};
    for (const KernelDescription &kernel : question.kernelsFor(layout, false)) {
      const CandidateTime &time = find(kernel)->best();
      sum.median += time.median;
      sum.low += time.low;
      sum.high += time.high;
    }
    sums.candidates.push_back(std::move(sum));
  }
  return sums.candidates.empty() ? "" : sums.best().candidate;
}

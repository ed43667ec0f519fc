//===- KernelCandidates.cpp - Several makers of one kernel ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file asks candidates for kernels, and words what is wrong where one has
// none.
//
//===----------------------------------------------------------------------===//

#include "KernelCandidates.h"

#include "KernelArguments.h"
#include "KernelParts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

using namespace layerpipe::runtime;

/// Asks a candidate, which is only shown ops of its families. It makes the
/// kernel of one product where there are several.
static Offer ask(const KernelCandidate &candidate, const KernelOp &op) {
  if (!(candidate.families & familyOf(op)))
    return Offer::refuse("it computes " + namesOf(candidate.families) +
                         " only");
  if (!weightLayoutOf(op).empty() && !candidate.takesLayouts)
    return Offer::refuse("it takes weights in rows only");
  const auto *linear = std::get_if<LinearOp>(&op);
  if (!linear || !linear->products)
    return candidate.offer(op);
  LinearOp one = *linear;
  one.products.reset();
  Offer offer = candidate.offer(one);
  if (!offer)
    return offer;
  return std::unique_ptr<Kernel>(std::make_unique<RepeatedKernel>(
      std::move(offer.kernel), *linear->products, argumentElements(one)));
}

std::vector<std::string_view>
CandidateLibrary::candidatesFor(const KernelDescription &description) {
  std::vector<std::string_view> names;
  Result<KernelOp> op = kernelOp(description);
  if (!op)
    return names;
  prepareThread(); // Kernels are planned for the threads seen here.
  for (const KernelCandidate &candidate : table)
    if (ask(candidate, *op))
      names.push_back(candidate.name);
  return names;
}

const KernelCandidate *CandidateLibrary::find(std::string_view name) const {
  auto it = std::ranges::find(table, name, &KernelCandidate::name);
  return it == table.end() ? nullptr : &*it;
}

Error CandidateLibrary::failure(const KernelDescription &description,
                                const std::string &what, ErrorKind kind) {
  return {fmt::format("kernel {}: {}; here it can be made by: {}",
                      description.toString(), what,
                      fmt::join(candidatesFor(description), ", ")),
          kind};
}

Result<std::unique_ptr<Kernel>>
CandidateLibrary::prepare(const KernelDescription &description) {
  Result<KernelOp> op = kernelOp(description);
  if (!op)
    return op.error();
  std::string_view name = description.candidate;
  if (name.empty())
    name = defaultFor(familyOf(*op));
  const KernelCandidate *candidate = find(name);
  if (!candidate)
    return failure(
        description,
        fmt::format("the kernels of {} have no candidate '{}'", ownName, name),
        ErrorKind::Defect);
  prepareThread(); // Kernels are planned for the threads seen here.
  Offer offer = ask(*candidate, *op);
  if (!offer)
    return failure(
        description,
        fmt::format("candidate '{}' can't make it: {}", name, offer.refusal),
        ErrorKind::User);
  return std::move(offer.kernel);
}

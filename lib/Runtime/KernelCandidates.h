//===- KernelCandidates.h - Several makers of one kernel --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A candidate is one way to compute kernels: a library with its settings, or
// loops of our own. No candidate is the fastest for every shape and machine,
// so a program may name the candidate of each kernel. A library of kernels is
// a table of candidates and a rule that names one for each family where the
// program names none.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_KERNELCANDIDATES_H
#define LAYERPIPE_LIB_RUNTIME_KERNELCANDIDATES_H

#include "KernelOp.h"

#include <span>

namespace layerpipe::runtime {

/// This is a candidate's answer: a kernel, or why there is none for this shape
/// or on this machine. A refusal is a normal answer.
struct Offer {
  Offer(std::unique_ptr<Kernel> kernel) : kernel(std::move(kernel)) {}
  static Offer refuse(std::string why) {
    Offer offer(nullptr);
    offer.refusal = std::move(why);
    return offer;
  }
  explicit operator bool() const { return kernel != nullptr; }

  std::unique_ptr<Kernel> kernel;
  std::string refusal; ///< It continues a message that names the candidate.
};

struct KernelCandidate {
  std::string_view name;
  unsigned families; ///< It is only asked for ops of these.
  Offer (*offer)(const KernelOp &op);
  /// It takes weights in any layout; otherwise it is only asked for rows.
  bool takesLayouts = false;
};

/// This library makes kernels by the candidates of a table.
class CandidateLibrary : public KernelLibrary {
public:
  /// `defaultFor` names the candidate of kernels whose description names none.
  /// It sees the family alone: the same rule on every machine.
  CandidateLibrary(std::string_view name,
                   std::span<const KernelCandidate> candidates,
                   std::string_view (*defaultFor)(KernelFamily))
      : ownName(name), table(candidates), defaultFor(defaultFor) {}

  std::string_view name() const override { return ownName; }
  std::vector<std::string_view>
  candidatesFor(const KernelDescription &description) override;
  Result<std::unique_ptr<Kernel>>
  prepare(const KernelDescription &description) override;

private:
  const KernelCandidate *find(std::string_view name) const;
  /// Says, behind what is wrong, which candidates can make the kernel.
  Error failure(const KernelDescription &description, const std::string &what,
                ErrorKind kind);

  std::string_view ownName;
  std::span<const KernelCandidate> table;
  std::string_view (*defaultFor)(KernelFamily);
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_KERNELCANDIDATES_H

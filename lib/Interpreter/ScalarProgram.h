//===- ScalarProgram.h - executes scalar formulas ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_INTERPRETER_SCALARPROGRAM_H
#define LAYERPIPE_LIB_INTERPRETER_SCALARPROGRAM_H

#include "mlir/IR/Builders.h"
#include <vector>

namespace layerpipe {

/// This is a formula as a list of instructions over numbered registers. The
/// first registers are the formula's arguments.
class ScalarProgram {
public:
  /// Creates a formula's arithmetic from its arguments and returns its results.
  using Build = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::OpBuilder &builder, mlir::ValueRange arguments)>;

  /// Translates the formula that `build` makes of `arguments` scalars of
  /// `type`. Fails with an error at `loc` where it has an op of no known
  /// meaning.
  static llvm::FailureOr<ScalarProgram> make(mlir::Location loc,
                                             mlir::FloatType type,
                                             unsigned arguments, Build build);

  /// Computes in the type of the registers, float or double. The first
  /// registers hold the arguments.
  template <typename Number> void run(std::vector<Number> &registers) const {
    for (const Instruction &instruction : instructions)
      registers[instruction.result] =
          instruction.function.template get<Number>()(
              registers[instruction.operands[0]],
              registers[instruction.operands[1]],
              registers[instruction.operands[2]]);
  }

  /// Returns registers that hold the formula's numbers.
  template <typename Number> std::vector<Number> registers() const {
    return {initial.begin(), initial.end()};
  }

  /// These registers hold the results after a run.
  std::vector<unsigned> results;

  /// This is an operation of up to three operands, in both types.
  struct Function {
    float (*ofFloats)(float, float, float);
    double (*ofDoubles)(double, double, double);

    template <typename Number> auto get() const {
      if constexpr (std::is_same_v<Number, float>)
        return ofFloats;
      else
        return ofDoubles;
    }
  };

private:
  struct Instruction {
    Function function;
    unsigned operands[3];
    unsigned result;
  };

  llvm::LogicalResult translate(mlir::Block &body, mlir::ValueRange values);

  std::vector<Instruction> instructions;
  std::vector<double> initial;
};

} // namespace layerpipe

#endif // LAYERPIPE_LIB_INTERPRETER_SCALARPROGRAM_H

//===- Mlir.cpp - Any text as IR of this project --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parses and verifies. A module that is accepted survives being printed and
// parsed again.
//
//===----------------------------------------------------------------------===//

#include "Fuzz.h"
#include "Layerpipe/IR/LayerpipeOps.h"
#include "Sched/IR/SchedDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

using namespace layerpipe;
using namespace layerpipe::fuzz;
using namespace mlir;

/// LLVM's allocators mark their memory for AddressSanitizer in the half of
/// their code that is inlined here, and not in that of the installed library.
extern "C" const char *__asan_default_options() {
  return "allow_user_poisoning=0:detect_leaks=0";
}

static std::string print(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream);
  return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<LayerpipeDialect, sched::SchedDialect>();
  ScopedDiagnosticHandler quiet(&context, [](Diagnostic &) {});
  ParserConfig config(&context);
  // MLIR's lexer needs the byte 0 that files get when they are loaded.
  const std::string source(textOf(data, size));
  auto module = parseSourceString<ModuleOp>(source, config);
  if (!module)
    return 0;
  std::string text = print(*module);
  auto again = parseSourceString<ModuleOp>(text, config);
  expect(bool(again), "what is printed can be parsed");
  expect(print(*again) == text, "parsing and printing changes nothing");
  return 0;
}

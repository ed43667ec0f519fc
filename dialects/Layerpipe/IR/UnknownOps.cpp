//===- UnknownOps.cpp - Help with ops that don't exist --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Layerpipe/IR/UnknownOps.h"

#include "layerpipe/Base/Arguments.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

/// Returns the op that the parser's message is about, "custom op
/// 'layerpipe.rely' is unknown (tried …", or an empty text for other messages.
static std::string unknownOp(const Diagnostic &diagnostic) {
  StringRef text, message;
  std::string whole = diagnostic.str();
  message = whole;
  if (diagnostic.getSeverity() != DiagnosticSeverity::Error ||
      !message.consume_front("custom op '"))
    return "";
  std::tie(text, message) = message.split('\'');
  return message.starts_with(" is unknown") ? text.str() : "";
}

/// Returns the names of a dialect's ops, without the dialect's.
static std::vector<std::string> opsOf(MLIRContext &context, StringRef dialect) {
  std::vector<std::string> names;
  for (RegisteredOperationName op :
       context.getRegisteredOperationsByDialect(dialect))
    names.push_back(op.stripDialect().str());
  llvm::sort(names);
  return names;
}

/// Returns whether passes make the op, and nobody writes it.
static bool isGradient(StringRef op) {
  return op.contains("_grad") || op.contains("_backward");
}

void layerpipe::explainUnknownOps(Dialect &dialect) {
  MLIRContext *context = dialect.getContext();
  StringRef name = dialect.getNamespace();
  // The newest handler is asked first. This one only adds to the message and
  // leaves it to the others.
  context->getDiagEngine().registerHandler([=](Diagnostic &diagnostic) {
    std::string op = unknownOp(diagnostic);
    StringRef unknown = op;
    if (!unknown.consume_front(name) || !unknown.consume_front("."))
      return failure();
    std::vector<std::string> known = opsOf(*context, name);
    if (std::optional<std::string> close =
            base::closestWord(unknown.str(), known)) {
      diagnostic.attachNote()
          << "did you mean '" << name << "." << *close << "'?";
      return failure();
    }
    size_t all = known.size();
    llvm::erase_if(known, isGradient);
    diagnostic.attachNote() << "the dialect has these ops"
                            << (known.size() < all ? " besides gradients" : "")
                            << ": " << llvm::join(known, ", ");
    return failure();
  });
}

//===- ObjectFile.cpp - Machine code for the host -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Native/ObjectFile.h"

#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Instrumentation/ThreadSanitizer.h"

using namespace layerpipe;

static llvm::Error failure(const llvm::Twine &message) {
  return llvm::createStringError(message);
}

static llvm::Expected<std::unique_ptr<llvm::TargetMachine>> hostMachine() {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  auto builder = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!builder)
    return builder.takeError();
  builder->setRelocationModel(llvm::Reloc::PIC_);
  builder->setCodeGenOptLevel(llvm::CodeGenOptLevel::Aggressive);
  // Only operations that allow it are contracted, and ours don't, so that the
  // result is the same on every host.
  builder->getOptions().AllowFPOpFusion = llvm::FPOpFusion::Standard;
  return builder->createTargetMachine();
}

static void optimise(llvm::Module &module, llvm::TargetMachine &machine,
                     bool sanitizeThread) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  // ThreadSanitizer sees accesses of up to 16 bytes only.
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = tuning.SLPVectorization = !sanitizeThread;
  llvm::PassBuilder builder(&machine, tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  llvm::ModulePassManager passes =
      builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3);
  if (sanitizeThread) {
    for (llvm::Function &function : module)
      if (!function.isDeclaration())
        function.addFnAttr(llvm::Attribute::SanitizeThread);
    passes.addPass(llvm::ModuleThreadSanitizerPass());
    passes.addPass(
        llvm::createModuleToFunctionPassAdaptor(llvm::ThreadSanitizerPass()));
  }
  passes.run(module, modules);
}

static llvm::Error emit(llvm::Module &module, llvm::TargetMachine &machine,
                        llvm::StringRef path) {
  std::error_code error;
  llvm::raw_fd_ostream file(path, error);
  if (error)
    return failure("can't write '" + path + "': " + error.message());
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, file, nullptr,
                                  llvm::CodeGenFileType::ObjectFile))
    return failure("this machine's LLVM target can't write object files");
  passes.run(module);
  file.close();
  if (!file.has_error())
    return llvm::Error::success();
  llvm::Error failed =
      failure("can't write '" + path + "': " + file.error().message());
  file.clear_error();
  return failed;
}

llvm::Error layerpipe::writeObjectFile(mlir::ModuleOp module,
                                       const ObjectOptions &options,
                                       llvm::StringRef path) {
  mlir::registerBuiltinDialectTranslation(*module.getContext());
  mlir::registerLLVMDialectTranslation(*module.getContext());
  auto machine = hostMachine();
  if (!machine)
    return machine.takeError();
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> translated =
      mlir::translateModuleToLLVMIR(module, context);
  if (!translated)
    return failure("the module can't be translated to LLVM IR");
  translated->setTargetTriple((*machine)->getTargetTriple());
  translated->setDataLayout((*machine)->createDataLayout());
  optimise(*translated, **machine, options.sanitizeThread);
  return emit(*translated, **machine, path);
}

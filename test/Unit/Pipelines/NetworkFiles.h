//===- NetworkFiles.h - networks from their files, as tasks -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_PIPELINES_NETWORKFILES_H
#define LAYERPIPE_TEST_UNIT_PIPELINES_NETWORKFILES_H

#include "Networks.h"
#include "Profiles.h"
#include "layerpipe/Import/Format.h"
#include "layerpipe/Transforms/NetworkForms.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

#include <string>
#include <utility>
#include <vector>

namespace layerpipe::testing {

/// This is a network as it is in its file.
struct Network {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  PipelineOptions options;
};

inline void readNetwork(const std::string &path, mlir::MLIRContext &context,
                        Network &network) {
  auto file = llvm::MemoryBuffer::getFile(path);
  ASSERT_TRUE(bool(file)) << path;
  const Format &format = formatOf(path, (*file)->getBuffer());
  if (&format == &pipedreamProfileFormat)
    network.options.costModel = "profile";
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(*file), llvm::SMLoc());
  network.module = format.import(sources, &context, {});
  ASSERT_TRUE(bool(network.module)) << path;
}

/// Returns the network's tasks in all forms.
inline mlir::FailureOr<NetworkForms> formsOf(const Network &network) {
  mlir::OwningOpRef<mlir::ModuleOp> copy(network.module.get().clone());
  mlir::PassManager passes(copy->getContext());
  buildTrainingPipeline(passes, network.options);
  if (mlir::failed(passes.run(*copy)))
    return mlir::failure();
  FormOptions forms;
  forms.costs.model = network.options.costModel.getValue();
  return NetworkForms::make(onlyGraph(*copy), forms);
}

/// Returns the files of the example networks.
inline std::vector<std::string> exampleNetworks() {
  const std::string folder = LAYERPIPE_NETWORKS;
  std::vector<std::string> files = filesIn(folder, ".mlir");
  files.push_back(folder + "/branches.txt");
  for (std::string &file : filesIn(folder + "/../fashion-mnist", ".mlir"))
    files.push_back(std::move(file));
  return files;
}

} // namespace layerpipe::testing

#endif // LAYERPIPE_TEST_UNIT_PIPELINES_NETWORKFILES_H

//===- Link.cpp - An object file and the runtime to an executable ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Native/Link.h"
#include "layerpipe/Base/TemporaryFolder.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

using namespace layerpipe;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

static llvm::Error failure(const llvm::Twine &message) {
  return llvm::createStringError(message);
}

llvm::StringRef layerpipe::runtimeSanitizer() {
  return LAYERPIPE_RUNTIME_SANITIZER;
}

std::string layerpipe::defaultRuntimeFolder(llvm::StringRef tool) {
  static int anchor;
  llvm::SmallString<128> folder(
      path::parent_path(fs::getMainExecutable(tool.str().c_str(), &anchor)));
  path::append(folder, "..", "lib");
  path::remove_dots(folder, /*remove_dot_dot=*/true);
  return folder.str().str();
}

/// Finds the compiler driver that built this program, or another one in the
/// PATH.
static llvm::Expected<std::string> findLinker() {
  if (fs::can_execute(LAYERPIPE_LINKER))
    return std::string(LAYERPIPE_LINKER);
  for (const char *name : {"clang++-22", "c++", "g++", "clang++"})
    if (auto found = llvm::sys::findProgramByName(name))
      return *found;
  return failure("no C++ compiler to link with: neither " LAYERPIPE_LINKER
                 " nor clang++-22, c++ or g++ in the PATH");
}

/// Finds an archive of the runtime, which must exist.
static llvm::Expected<std::string> findArchive(llvm::StringRef folder,
                                               llvm::StringRef name) {
  llvm::SmallString<128> file(folder);
  path::append(file, "lib" + name + ".a");
  if (fs::exists(file))
    return file.str().str();
  return failure("there is no '" + file.str() +
                 "'; name the folder of layerpipe's runtime with "
                 "--runtime-dir");
}

static llvm::Expected<std::vector<std::string>>
linkCommand(const LinkOptions &options, llvm::StringRef linker) {
  std::vector<std::string> command{linker.str(), options.object};
  std::vector<llvm::StringRef> archives{"LayerpipeRuntimeMain"};
  if (options.kernels != "reference")
    archives.push_back("LayerpipeKernels");
  archives.insert(archives.end(), {"LayerpipeRuntime", "LayerpipeBase"});
  for (llvm::StringRef name : archives) {
    llvm::Expected<std::string> archive =
        findArchive(options.runtimeFolder, name);
    if (!archive)
      return archive.takeError();
    command.push_back(*archive);
  }
  // OpenBLAS is loaded while the program runs, and is not linked.
  if (options.kernels != "reference")
    command.insert(command.end(), {"-ldnnl", "-lxsmm", "-lxsmmnoblas"});
  for (const char *flag : {"-lfmt", "-lz", "-pthread"})
    command.push_back(flag);
  llvm::StringRef sanitizer =
      options.sanitizer.empty() ? runtimeSanitizer() : options.sanitizer;
  if (sanitizer == "thread")
    command.push_back("-fsanitize=thread");
  if (sanitizer == "address")
    command.push_back("-fsanitize=address,undefined");
  command.push_back("-o");
  command.push_back(options.output);
  return command;
}

/// Runs `command`; on failure the error holds what it printed.
static llvm::Error run(const std::vector<std::string> &command) {
  auto messages = base::TemporaryFolder::create("link.log");
  if (!messages)
    return failure(messages.error().message);
  std::vector<llvm::StringRef> arguments(command.begin(), command.end());
  std::string error;
  int status = llvm::sys::ExecuteAndWait(
      command[0], arguments, /*Env=*/std::nullopt,
      {llvm::StringRef(), llvm::StringRef(messages->file()),
       llvm::StringRef(messages->file())},
      /*SecondsToWait=*/0, /*MemoryLimit=*/0, &error);
  if (status == 0)
    return llvm::Error::success();
  std::string printed = error;
  if (auto text = llvm::MemoryBuffer::getFile(messages->file()))
    printed += (*text)->getBuffer();
  return failure("linking with " + command[0] + " failed:\n" + printed);
}

llvm::Error layerpipe::linkExecutable(const LinkOptions &options) {
  llvm::Expected<std::string> linker = findLinker();
  if (!linker)
    return linker.takeError();
  auto command = linkCommand(options, *linker);
  if (!command)
    return command.takeError();
  return run(*command);
}

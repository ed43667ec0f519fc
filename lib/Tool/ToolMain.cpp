//===- ToolMain.cpp - main() around one of MLIR's tools -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The tools read their options from argv themselves, and nobody else can look
// at the options in between. The output's name is therefore exchanged in argv.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Tool/ToolMain.h"

#include "layerpipe/Base/Destination.h"
#include "layerpipe/Base/FileBytes.h"
#include "layerpipe/Base/OutputFile.h"
#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Base/TemporaryFolder.h"
#include "layerpipe/Tool/Threads.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>
#include <vector>

using namespace layerpipe;

namespace {

/// The arguments name these files.
struct ToolFiles {
  /// Tells where in argv the -o option stands, which takes one or two
  /// arguments; −1 means that there is none.
  int option = -1;
  int optionLength = 1;
  std::string output = "-";
  std::vector<std::string> inputs;
};

} // namespace

static int fail(const char *program, const base::Error &error) {
  base::complain("{}: error: {}\n", llvm::sys::path::filename(program).str(),
                 error.message);
  return 1;
}

static ToolFiles findFiles(int argc, char **argv) {
  ToolFiles files;
  for (int i = 1; i < argc; ++i) {
    llvm::StringRef argument = argv[i];
    llvm::StringRef name = argument;
    bool isOption = name.consume_front("-") && !name.empty();
    name.consume_front("-");
    if (!isOption) {
      files.inputs.push_back(argument.str());
    } else if (name == "o" && i + 1 < argc) {
      files.option = i;
      files.optionLength = 2;
      files.output = argv[++i];
    } else if (name.consume_front("o=")) {
      files.option = i;
      files.optionLength = 1;
      files.output = name.str();
    }
  }
  return files;
}

/// Flushes what the tool wrote to standard output.
static int finish(const char *program, int status) {
  llvm::outs().flush();
  if (llvm::outs().has_error()) {
    base::Error error{"can't write standard output: " +
                      llvm::outs().error().message()};
    llvm::outs().clear_error();
    return fail(program, error);
  }
  auto printed = base::finishStandardOutput();
  return printed ? status : fail(program, printed.error());
}

/// Runs the tool with `path` as its output.
static int runWithOutput(int argc, char **argv, const ToolFiles &files,
                         const std::string &path,
                         int (*tool)(int argc, char **argv)) {
  std::string option = "-o=" + path;
  std::vector<char *> arguments(argv, argv + argc);
  auto place = arguments.begin() + files.option;
  *place = option.data();
  arguments.erase(place + 1, place + files.optionLength);
  int count = int(arguments.size());
  arguments.push_back(nullptr);
  return tool(count, arguments.data());
}

/// Runs the tool with a temporary file as its output, whose bytes then go to
/// the output that the user named.
static int runThroughFile(int argc, char **argv, const ToolFiles &files,
                          int (*tool)(int argc, char **argv)) {
  base::CommandFiles names;
  for (const std::string &input : files.inputs)
    names.addInput("the input", input);
  if (auto added = names.addOutput("-o", files.output); !added)
    return fail(argv[0], added.error());
  auto output = base::OutputFile::create(files.output);
  if (!output)
    return fail(argv[0], output.error());
  auto temporary = base::TemporaryFolder::create("output");
  if (!temporary)
    return fail(argv[0], temporary.error());
  int status = runWithOutput(argc, argv, files, temporary->file(), tool);
  if (status != 0)
    return status;
  auto bytes = base::readFileBytes(temporary->file());
  if (!bytes)
    return fail(argv[0], bytes.error());
  output->write(*bytes);
  auto written = output->commit();
  return written ? 0 : fail(argv[0], written.error());
}

int layerpipe::runTool(int argc, char **argv,
                       int (*tool)(int argc, char **argv)) {
  base::prepareStandardStreams();
  std::string withoutThreads = "--mlir-disable-threading";
  std::vector<char *> arguments(argv, argv + argc);
  if (!threadsCanStart())
    arguments.push_back(withoutThreads.data());
  argc = int(arguments.size());
  arguments.push_back(nullptr);
  argv = arguments.data();
  ToolFiles files = findFiles(argc, argv);
  int status = files.option < 0 || files.output == "-"
                   ? tool(argc, argv)
                   : runThroughFile(argc, argv, files, tool);
  return finish(argv[0], status);
}

//===- OutputFileTest.cpp - Tests of the one writer of every output -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Regular files, links, FIFOs, devices and folders, all in a temporary folder.
//
//===----------------------------------------------------------------------===//

#include "../Runtime/TemporaryFolder.h"

#include "layerpipe/Base/Destination.h"
#include "layerpipe/Base/OutputFile.h"

#include <gmock/gmock.h>

#include <thread>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

using namespace layerpipe::base;
using testing::HasSubstr;

static struct stat look(const std::string &path) {
  struct stat status = {};
  lstat(path.c_str(), &status);
  return status;
}

TEST(OutputFile, AppearsOnCommitAlone) {
  ::TemporaryFolder folder;
  writeFile(folder / "a", "old");
  chmod((folder / "a").c_str(), 0640);
  {
    auto dropped = OutputFile::create(folder / "a");
    ASSERT_TRUE(dropped);
    dropped->write("lost");
  }
  EXPECT_EQ(readFile(folder / "a"), "old");
  auto file = OutputFile::create(folder / "a");
  ASSERT_TRUE(file);
  file->write("new");
  EXPECT_EQ(readFile(folder / "a"), "old");
  ASSERT_TRUE(file->commit());
  EXPECT_EQ(readFile(folder / "a"), "new");
  EXPECT_EQ(look(folder / "a").st_mode & 07777, 0640u);
  EXPECT_EQ(folder.fileCount(), 1u);
}

TEST(OutputFile, LinksStayAndTheirTargetsChange) {
  ::TemporaryFolder folder;
  writeFile(folder / "target", "old");
  ASSERT_EQ(symlink("target", (folder / "link").c_str()), 0);
  ASSERT_EQ(symlink("link", (folder / "second").c_str()), 0);
  ASSERT_EQ(symlink("absent", (folder / "dangling").c_str()), 0);
  ASSERT_TRUE(writeOutput(folder / "second", "new"));
  ASSERT_TRUE(writeOutput(folder / "dangling", "made"));
  EXPECT_EQ(readFile(folder / "target"), "new");
  EXPECT_EQ(readFile(folder / "absent"), "made");
  for (const char *name : {"link", "second", "dangling"})
    EXPECT_TRUE(S_ISLNK(look(folder / name).st_mode)) << name;
  EXPECT_EQ(folder.fileCount(), 5u);
  ASSERT_EQ(symlink("loop", (folder / "loop").c_str()), 0);
  auto loop = writeOutput(folder / "loop", "");
  ASSERT_FALSE(loop);
  EXPECT_THAT(loop.error().message, HasSubstr("Too many levels of symbolic"));
}

TEST(OutputFile, FifosAreWrittenThrough) {
  for (OutputKind kind :
       {OutputKind::Whole, OutputKind::Executable, OutputKind::Growing}) {
    ::TemporaryFolder folder;
    ASSERT_EQ(mkfifo((folder / "fifo").c_str(), 0600), 0);
    std::string got;
    std::thread reader([&] { got = readFile(folder / "fifo"); });
    EXPECT_TRUE(writeOutput(folder / "fifo", "through", kind));
    reader.join();
    EXPECT_EQ(got, "through");
    EXPECT_TRUE(S_ISFIFO(look(folder / "fifo").st_mode));
    EXPECT_EQ(folder.fileCount(), 1u);
  }
}

/// A node of its own like /dev/null, which a defect may destroy.
TEST(OutputFile, DevicesAreWrittenThrough) {
  ::TemporaryFolder folder;
  const std::string null = folder / "null";
  if (mknod(null.c_str(), S_IFCHR | 0666, makedev(1, 3)) != 0)
    GTEST_SKIP() << "device nodes can't be made here";
  if (access(null.c_str(), W_OK) != 0 || !writeOutput(null, ""))
    GTEST_SKIP() << "device nodes can't be opened here";
  for (OutputKind kind :
       {OutputKind::Whole, OutputKind::Executable, OutputKind::Growing})
    EXPECT_TRUE(writeOutput(null, "gone", kind));
  EXPECT_TRUE(S_ISCHR(look(null).st_mode));
  EXPECT_EQ(look(null).st_mode & 07777, 0666u & ~umask(umask(022)));
  EXPECT_EQ(folder.fileCount(), 1u);
}

TEST(OutputFile, ExecutablesMayBeExecuted) {
  ::TemporaryFolder folder;
  writeFile(folder / "old", "");
  chmod((folder / "old").c_str(), 0600);
  mode_t mask = umask(022);
  EXPECT_TRUE(writeOutput(folder / "new", "", OutputKind::Executable));
  EXPECT_TRUE(writeOutput(folder / "old", "", OutputKind::Executable));
  umask(mask);
  EXPECT_EQ(look(folder / "new").st_mode & 07777, 0755u);
  EXPECT_EQ(look(folder / "old").st_mode & 07777, 0711u);
}

TEST(OutputFile, GrowsWhileAReaderFollows) {
  ::TemporaryFolder folder;
  writeFile(folder / "m", "old");
  auto file = OutputFile::create(folder / "m", OutputKind::Growing);
  ASSERT_TRUE(file);
  file->write("one\n");
  EXPECT_EQ(readFile(folder / "m"), "");
  EXPECT_TRUE(file->flush());
  EXPECT_EQ(readFile(folder / "m"), "one\n");
  file->write("two\n");
  EXPECT_TRUE(file->commit());
  EXPECT_EQ(readFile(folder / "m"), "one\ntwo\n");
}

TEST(OutputFile, ErrorsNameThePath) {
  ::TemporaryFolder folder;
  auto expectError = [](const std::string &path, const std::string &message) {
    auto result = writeOutput(path, "bytes");
    ASSERT_FALSE(result) << path;
    EXPECT_EQ(result.error().message, message);
    EXPECT_EQ(result.error().kind, ErrorKind::User);
  };
  expectError(folder.path,
              "can't write " + folder.path + ": it is a directory");
  expectError(folder / "none/a", "can't write " + (folder / "none/a") +
                                     ": No such file or directory");
  expectError(folder / "new/",
              "can't write " + (folder / "new/") + ": it names no file");
  expectError("/dev/full", "can't write /dev/full: No space left on device");
  expectError("/dev/fd/987", "can't write /dev/fd/987: Bad file descriptor");
  EXPECT_EQ(folder.fileCount(), 0u);
}

TEST(CommandFiles, OutputsAreNeitherInputsNorEachOther) {
  ::TemporaryFolder folder;
  writeFile(folder / "model", "");
  ASSERT_EQ(symlink("model", (folder / "link").c_str()), 0);
  ASSERT_EQ(link((folder / "model").c_str(), (folder / "hard").c_str()), 0);
  ASSERT_EQ(symlink("absent", (folder / "dangling").c_str()), 0);
  CommandFiles files;
  files.addInput("the model", folder / "model");
  for (const char *name : {"model", "link", "hard", "./model", "x/../model"}) {
    auto added = files.addOutput("-o", folder / name);
    ASSERT_FALSE(added) << name;
    EXPECT_THAT(
        added.error().message,
        HasSubstr("-o would overwrite the model (" + (folder / "model")));
  }
  EXPECT_TRUE(files.addOutput("-o", folder / "absent"));
  for (const char *name : {"absent", "./absent", "dangling"}) {
    auto added = files.addOutput("--svg", folder / name);
    ASSERT_FALSE(added) << name;
    EXPECT_THAT(added.error().message,
                HasSubstr("-o and --svg would both write"));
  }
  EXPECT_TRUE(files.addOutput("--svg", ""));
  EXPECT_TRUE(files.addOutput("--svg", "/dev/null"));
  EXPECT_TRUE(files.addOutput("--page", "/dev/null"));
  EXPECT_TRUE(files.addOutput("--one", "-"));
  EXPECT_FALSE(files.addOutput("--two", "/dev/stdout"));
  EXPECT_FALSE(files.addOutput("--three", "/proc/self/exe"));
}

TEST(CommandFiles, StandardInputIsNoOutput) {
  CommandFiles files;
  files.addInput("the model", "-");
  EXPECT_TRUE(files.addOutput("-o", "-"));
}

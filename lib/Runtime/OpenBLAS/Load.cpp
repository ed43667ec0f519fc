//===- Load.cpp - OpenBLAS, once per core ---------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The linker loads a file once, however often it is asked. A second core
// therefore needs a second file: a copy in memory. The core is given in the
// environment variable that OpenBLAS reads while it is loaded; only the linker
// sees it.
//
//===----------------------------------------------------------------------===//

#include "Load.h"

#include "../Cpu.h"

#include <array>
#include <dlfcn.h>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <mutex>
#include <optional>
#include <strings.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::openblas;

static constexpr const char *package = "libopenblas0-pthread";

namespace {

struct CoreName {
  const char *name;
  bool wantsAvx512;
};

/// Puts variables into the environment for its lifetime. The environment's
/// array is replaced and put back; unlike setenv this leaves no moment in which
/// a getenv of another thread sees freed memory.
class TemporaryEnvironment {
public:
  explicit TemporaryEnvironment(std::vector<std::string> variables)
      : added(std::move(variables)), saved(environ) {
    for (std::string &variable : added)
      entries.push_back(variable.data());
    for (char **entry = saved; entry && *entry; ++entry)
      if (!std::string_view(*entry).starts_with("OPENBLAS_"))
        entries.push_back(*entry);
    entries.push_back(nullptr);
    environ = entries.data();
  }
  ~TemporaryEnvironment() { environ = saved; }
  TemporaryEnvironment(const TemporaryEnvironment &) = delete;
  TemporaryEnvironment &operator=(const TemporaryEnvironment &) = delete;

private:
  std::vector<std::string> added;
  std::vector<char *> entries;
  char **saved;
};

} // namespace

static CoreName nameOf(Core core) {
  switch (core) {
  case Core::Haswell:
    return {"Haswell", false};
  case Core::Zen:
    return {"Zen", false};
  case Core::SkylakeX:
    break;
  }
  return {"SkylakeX", true};
}

/// Returns the file of the installed OpenBLAS: the build for POSIX threads
/// where there is one, else what may be that.
static std::optional<std::string> findLibrary() {
  for (const char *file :
       {LAYERPIPE_OPENBLAS,
        "/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0",
        "/usr/lib/x86_64-linux-gnu/libopenblas.so.0",
        "/usr/lib64/libopenblasp.so.0", "/usr/lib64/libopenblas.so.0",
        "/usr/lib/libopenblas.so.0"})
    if (access(file, R_OK) == 0)
      return file;
  return std::nullopt;
}

/// Copies `count` bytes from one file to another.
static bool copyBytes(int from, int to, off_t count) {
  while (count > 0) {
    ssize_t copied = sendfile(to, from, nullptr, size_t(count));
    if (copied <= 0)
      return false;
    count -= copied;
  }
  return true;
}

/// Copies the file into memory. Returns a descriptor, or -1.
static int copyFile(const std::string &file) {
  const int source = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (source < 0)
    return -1;
  struct stat status{};
  int copy = memfd_create("openblas", MFD_CLOEXEC);
  if (copy >= 0 && (fstat(source, &status) != 0 ||
                    !copyBytes(source, copy, status.st_size))) {
    close(copy);
    copy = -1;
  }
  close(source);
  return copy;
}

/// Loads a copy of `file`, which is loaded already. The copy's descriptor stays
/// open as long as the library is loaded: the linker takes a copy of the same
/// name for the same file, and a closed descriptor's number would come again.
static void *loadCopy(const std::string &file) {
  const int copy = copyFile(file);
  if (copy < 0)
    return nullptr;
  return dlopen(fmt::format("/proc/self/fd/{}", copy).c_str(),
                RTLD_NOW | RTLD_LOCAL);
}

static void *loadLibrary(const std::string &file) {
  bool isLoaded = dlopen(file.c_str(), RTLD_NOW | RTLD_NOLOAD) != nullptr;
  return isLoaded ? loadCopy(file)
                  : dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
}

/// Returns what is wrong with a loaded library, or "".
static std::string fault(void *library, const char *core) {
  auto coreName =
      reinterpret_cast<char *(*)()>(dlsym(library, "openblas_get_corename"));
  auto parallel =
      reinterpret_cast<int (*)()>(dlsym(library, "openblas_get_parallel"));
  if (!coreName || !parallel || !dlsym(library, "cblas_sgemm"))
    return "it lacks functions of OpenBLAS";
  // The build without threads (0) hands one buffer to two threads that call it
  // at the same time. Nobody has shown that the one for OpenMP (2) doesn't.
  if (parallel() != 1)
    return fmt::format("it is not the build for POSIX threads, in Debian the "
                       "package {}, which alone several threads may call",
                       package);
  if (strcasecmp(coreName(), core) != 0)
    return fmt::format("it has no core {}, and took {}", core, coreName());
  return "";
}

static Result<Sgemm> loadAnew(Core core) {
  CoreName wanted = nameOf(core);
  if (!hasAvx2())
    return Error{"this CPU lacks AVX2 and FMA"};
  if (wanted.wantsAvx512 && !hasAvx512())
    return Error{"this CPU lacks AVX-512"};
  std::optional<std::string> file = findLibrary();
  if (!file)
    return Error{fmt::format(
        "OpenBLAS is not installed, in Debian the package {}", package)};
  TemporaryEnvironment environment(
      {fmt::format("OPENBLAS_CORETYPE={}", wanted.name),
       "OPENBLAS_NUM_THREADS=1"});
  void *library = loadLibrary(*file);
  if (!library) {
    const char *why = dlerror();
    return Error{fmt::format("'{}' can't be loaded: {}", *file,
                             why ? why : "it can't be copied into memory")};
  }
  if (std::string wrong = fault(library, wanted.name); !wrong.empty())
    return Error{fmt::format("'{}' doesn't fit: {}", *file, wrong)};
  return reinterpret_cast<Sgemm>(dlsym(library, "cblas_sgemm"));
}

Result<Sgemm> openblas::load(Core core) {
  static std::mutex mutex;
  static std::array<std::optional<Result<Sgemm>>, 3> loaded;
  std::lock_guard lock(mutex);
  std::optional<Result<Sgemm>> &own = loaded[size_t(core)];
  if (!own)
    own = loadAnew(core);
  return *own;
}

std::string openblas::version() {
  std::optional<std::string> file = findLibrary();
  std::error_code failed;
  const std::filesystem::path real =
      std::filesystem::canonical(file.value_or(""), failed);
  if (failed)
    return "";
  const uintmax_t size = std::filesystem::file_size(real, failed);
  return fmt::format("{}, {} bytes", real.filename().string(),
                     failed ? 0 : size);
}

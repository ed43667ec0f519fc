//===- DataFormat.h - Forms in which data sets come -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A data format knows by which names its files lie in a folder, and reads them
// into arrays. What the arrays must be for a program is checked elsewhere, in
// one place for all formats.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_DATA_DATAFORMAT_H
#define LAYERPIPE_LIB_RUNTIME_DATA_DATAFORMAT_H

#include "layerpipe/Runtime/Data/NumberArray.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace layerpipe::runtime {

/// These are the two parts of a data set.
enum class Part { Training, Test };

/// These are the keys under which a format has a program's inputs and labels.
struct DataKeys {
  std::vector<std::string> inputs, targets;

  /// Returns both, the inputs first.
  std::vector<std::string> all() const;
};

/// Each array has the samples as its first dimension. They are in the order of
/// the keys.
struct SampleArrays {
  std::vector<NumberArray> inputs, targets;
};

/// Reads the arrays of all keys by `read`.
Result<SampleArrays> readArrays(
    const DataKeys &keys,
    const std::function<Result<NumberArray>(const std::string &key)> &read);

class DataFormat {
public:
  virtual ~DataFormat() = default;

  /// Names the files of the part for people.
  virtual std::string names(Part part, const DataKeys &keys) const = 0;
  /// Returns the paths of those that are there.
  virtual std::vector<std::string> findFiles(const std::string &folder,
                                             Part part,
                                             const DataKeys &keys) const = 0;
  /// Reads a part of which at least one file is there.
  virtual Result<SampleArrays> read(const std::string &folder, Part part,
                                    const DataKeys &keys) const = 0;
};

/// A format of images and their classes, without keys.
class ImageFormat : public DataFormat {
public:
  std::string names(Part part, const DataKeys &) const final {
    return names(part);
  }
  std::vector<std::string> findFiles(const std::string &folder, Part part,
                                     const DataKeys &) const final {
    return findFiles(folder, part);
  }
  /// Refuses programs of several inputs or labels.
  Result<SampleArrays> read(const std::string &folder, Part part,
                            const DataKeys &keys) const final;

protected:
  virtual std::string names(Part part) const = 0;
  virtual std::vector<std::string> findFiles(const std::string &folder,
                                             Part part) const = 0;
  /// Reads the images and their classes.
  virtual Result<std::pair<NumberArray, NumberArray>>
  readImages(const std::string &folder, Part part) const = 0;
};

/// Each part is one file of all arrays, "train" or "test" with an ending.
class OneFileFormat : public DataFormat {
public:
  explicit OneFileFormat(std::string ending) : ending(std::move(ending)) {}

  std::string names(Part part, const DataKeys &keys) const final;
  std::vector<std::string> findFiles(const std::string &folder, Part part,
                                     const DataKeys &keys) const final;
  Result<SampleArrays> read(const std::string &folder, Part part,
                            const DataKeys &keys) const final;

protected:
  /// Reads the arrays from the file's bytes; `path` is for messages.
  virtual Result<SampleArrays> parse(const std::string &bytes,
                                     const std::string &path,
                                     const DataKeys &keys) const = 0;

private:
  const std::string ending;
};

/// Returns all formats.
const std::vector<const DataFormat *> &dataFormats();

/// These are the formats; each has a file of its own.
const DataFormat &idxFormat();
const DataFormat &cifarFormat();
const DataFormat &npyFormat();
const DataFormat &npzFormat();
const DataFormat &safetensorsFormat();

/// Returns the paths of those of these files that are there.
std::vector<std::string> findNamed(const std::string &folder,
                                   const std::vector<std::string> &names);

/// Returns "train" or "test".
std::string prefixOf(Part part);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_DATA_DATAFORMAT_H

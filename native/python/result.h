#pragma once

#include <pybind11/pybind11.h>

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/report/output_file.h"

namespace zf::python {

namespace py = pybind11;

/// What came of an experiment, as Python holds it.
class Result {
 public:
  Result() = default;
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  virtual ~Result() = default;

  /// What the command prints with --json, without what it was called with and how long it took.
  [[nodiscard]] virtual nlohmann::ordered_json numbers() const = 0;
  [[nodiscard]] virtual std::string csv() const = 0;
  /// The command's figure; empty where it draws none.
  [[nodiscard]] virtual std::vector<std::byte> png() const { return {}; }
  /// What a notebook shows in the figure's place; empty: the figure.
  [[nodiscard]] virtual std::string html() const { return {}; }
  /// The files that the command writes into its folder.
  [[nodiscard]] virtual std::vector<OutputFile> files() const;
  /// Writes the figure where the path ends in .png, else a folder of files(). Whole or not at all.
  virtual void save(const std::filesystem::path& path) const;
};

/// The same numbers in Python's types.
[[nodiscard]] py::object to_python(const nlohmann::ordered_json& json);
[[nodiscard]] py::bytes to_python(const std::vector<std::byte>& bytes);

/// Defines zfscope.Result.
void bind_result(py::module_& module);

}  // namespace zf::python

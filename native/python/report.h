#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "native/python/result.h"

namespace zf::python {

/// zfscope.Report
struct Reported final : Result {
  [[nodiscard]] nlohmann::ordered_json numbers() const override { return json; }
  [[nodiscard]] std::string csv() const override { return table; }
  [[nodiscard]] std::vector<std::byte> png() const override { return figure; }
  [[nodiscard]] std::vector<OutputFile> files() const override { return output; }

  std::string name;
  nlohmann::ordered_json json;
  std::string table;
  std::vector<std::byte> figure;
  std::vector<OutputFile> output;
};

using Report = std::unique_ptr<Reported>;

}  // namespace zf::python

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/report/classification.h"
#include "native/python/result.h"

namespace zf::python {

/// zfscope.Classification
struct Classified final : Result {
  Classified(Classification what, std::vector<std::string> names) : found(std::move(what)), classes(std::move(names)) {}

  [[nodiscard]] nlohmann::ordered_json numbers() const override { return classification_json(found, classes); }
  [[nodiscard]] std::string csv() const override;
  [[nodiscard]] std::string html() const override;

  Classification found;
  std::vector<std::string> classes;
};

}  // namespace zf::python

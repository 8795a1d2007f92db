#pragma once

#include <string>
#include <vector>

#include "core/viewer/comparing.h"

namespace zf::viewer {

/// A measure of both models, in words.
struct ComparisonRow {
  struct Value {
    std::string value;     ///< "12.3 %"
    std::string interval;  ///< "[10.1, 14.9]"
  };
  std::string name;
  std::string meaning;
  std::vector<Value> values;  ///< one a model
};

/// All that Fig. 6 claims: frequencies, aliasing and dominance of the first filters, and dead maps where there were photos.
[[nodiscard]] std::vector<ComparisonRow> comparison_rows(const ComparisonView& view);

}  // namespace zf::viewer

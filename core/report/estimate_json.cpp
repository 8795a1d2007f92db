#include "core/report/estimate_json.h"

#include <nlohmann/json.hpp>

namespace zf {

nlohmann::ordered_json estimate_json(const std::optional<Estimate>& estimate) {
  if (!estimate) return nullptr;
  return {{"value", estimate->value}, {"low", estimate->low}, {"high", estimate->high}};
}

}  // namespace zf

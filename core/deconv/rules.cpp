#include "core/deconv/rules.h"

namespace zf {

std::string name_of(Rule rule) {
  switch (rule) {
    case Rule::kDeconvnet:
      return "deconvnet";
    case Rule::kGradient:
      return "gradient";
    case Rule::kGuided:
      return "guided";
  }
  return {};
}

std::optional<Rule> rule_named(std::string_view name) {
  for (const Rule rule : kRules) {
    if (name_of(rule) == name) return rule;
  }
  return std::nullopt;
}

}  // namespace zf

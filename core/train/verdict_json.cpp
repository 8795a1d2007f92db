#include "core/train/verdict_json.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/io/json_fields.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

using nlohmann::json;

constexpr int kMost = std::numeric_limits<int>::max();

Verdict verdict_from(const json& value, const std::string& where) {
  constexpr std::size_t kFields = 3;
  const bool fits =
      value.is_array() && value.size() == kFields && is_whole_number(value[0], 0, kMost) && value[1].is_number() && value[2].is_number();
  const Verdict verdict = fits ? Verdict{value[0].get<int>(), value[1].get<float>(), value[2].get<float>()} : Verdict{};
  if (!fits || !std::isfinite(verdict.loss) || !std::isfinite(verdict.score)) {
    fail("{}: photos: expected [rank, loss, score], found {}", where, quotable(value.dump(-1, ' ', true)));
  }
  return verdict;
}

}  // namespace

json to_json(const Verdicts& verdicts) {
  json photos = json::array();
  for (const Verdict& verdict : verdicts.photos) photos.push_back({verdict.rank, exact_json(verdict.loss), exact_json(verdict.score)});
  return {{"skipped", verdicts.skipped}, {"photos", photos}};
}

Verdicts verdicts_from(const json& value, const std::string& where) {
  constexpr std::size_t kMostPhotos = 1U << 20U;
  JsonFields fields(value, where);
  Verdicts verdicts;
  verdicts.skipped = fields.integer("skipped", 0, kMost);
  for (const json& photo : fields.array("photos", 0, kMostPhotos)) verdicts.photos.push_back(verdict_from(photo, where));
  fields.finish();
  return verdicts;
}

}  // namespace zf

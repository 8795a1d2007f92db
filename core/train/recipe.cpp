#include "core/train/recipe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <string_view>
#include <utility>

#include "core/tensor/error.h"

namespace zf {

namespace {

template <typename Value, std::size_t N>
using Names = std::array<std::pair<Value, std::string_view>, N>;

constexpr Names<Schedule, 3> kSchedules = {
    {{Schedule::kCosine, "cosine"}, {Schedule::kPlateau, "plateau"}, {Schedule::kConstant, "constant"}}};
constexpr Names<Initialisation, 2> kInitialisations = {{{Initialisation::kHe, "he"}, {Initialisation::kPaper, "paper"}}};
constexpr Names<Crops, 2> kCrops = {{{Crops::kResized, "resized"}, {Crops::kPaper, "paper"}}};

template <typename Value, std::size_t N>
std::string name_in(const Names<Value, N>& names, Value value) {
  const auto* const found = std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.first == value; });
  return std::string(found->second);
}

template <typename Value, std::size_t N>
Value value_in(const Names<Value, N>& names, const char* what, const std::string& name) {
  std::string known;
  for (const auto& [value, spelling] : names) {
    if (spelling == name) return value;
    known += (known.empty() ? "" : ", ") + std::string(spelling);
  }
  fail("{}: expected one of {}, found \"{}\"", what, known, name);
}

void expect(bool good, const char* setting, const char* expected, double found) {
  if (!good) fail("{}: expected {}, found {}", setting, expected, found);
}

}  // namespace

void check(const Recipe& r) {
  expect(r.epochs >= 1, "epochs", "at least 1", r.epochs);
  expect(r.batch >= 1, "batch", "at least 1", r.batch);
  expect(r.rate > 0 && std::isfinite(r.rate), "rate", "a number above 0", r.rate);
  expect(r.momentum >= 0 && r.momentum < 1, "momentum", "0 up to below 1", r.momentum);
  expect(r.decay >= 0 && std::isfinite(r.decay), "decay", "0 or more", r.decay);
  expect(r.warmup >= 0, "warmup", "0 steps or more", r.warmup);
  expect(r.patience >= 1, "patience", "at least 1 epoch", r.patience);
  expect(r.jitter >= 0 && r.jitter <= 1, "jitter", "0 to 1", r.jitter);
  expect(r.filter_limit >= 0 && std::isfinite(r.filter_limit), "filter-limit", "0 (none) or more", r.filter_limit);
}

nlohmann::json to_json(const Recipe& r) {
  return {{"epochs", r.epochs},
          {"batch", r.batch},
          {"rate", r.rate},
          {"momentum", r.momentum},
          {"decay", r.decay},
          {"schedule", name_of(r.schedule)},
          {"warmup", r.warmup},
          {"patience", r.patience},
          {"init", name_of(r.initialisation)},
          {"crops", name_of(r.crops)},
          {"jitter", r.jitter},
          {"filter-limit", r.filter_limit},
          {"seed", r.seed}};
}

std::string name_of(Schedule schedule) { return name_in(kSchedules, schedule); }
std::string name_of(Initialisation initialisation) { return name_in(kInitialisations, initialisation); }
std::string name_of(Crops crops) { return name_in(kCrops, crops); }

Schedule schedule_from(const std::string& name) { return value_in(kSchedules, "schedule", name); }
Initialisation initialisation_from(const std::string& name) { return value_in(kInitialisations, "init", name); }
Crops crops_from(const std::string& name) { return value_in(kCrops, "crops", name); }

double rate_at(const Recipe& recipe, std::int64_t step, std::int64_t steps, double plateau) {
  double factor = 1;
  if (recipe.schedule == Schedule::kCosine) {
    factor = 0.5 * (1 + std::cos(std::numbers::pi * static_cast<double>(step) / static_cast<double>(steps)));
  } else if (recipe.schedule == Schedule::kPlateau) {
    factor = plateau;
  }
  if (step < recipe.warmup) factor *= static_cast<double>(step + 1) / recipe.warmup;
  return recipe.rate * factor;
}

}  // namespace zf

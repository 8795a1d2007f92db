#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/train/augment.h"

namespace zf {

/// How the rate falls from Recipe::rate.
enum class Schedule : std::uint8_t {
  kCosine,   ///< half a cosine down to 0 at the last step
  kPlateau,  ///< a tenth whenever the validation error has not fallen for `patience` epochs: the paper's, done by hand there
  kConstant,
};

enum class Initialisation : std::uint8_t {
  kHe,     ///< standard deviation sqrt(2 / inputs of a filter), 0.01 in the last layer
  kPaper,  ///< standard deviation 0.01 everywhere
};

/// Everything that a training run's result follows from, beside the network and the photos. Defaults are the paper's
/// (section 3) where it names them.
struct Recipe {
  int epochs = 40;
  int batch = 128;
  double rate = 1e-2;
  double momentum = 0.9;
  double decay = 5e-4;  ///< on weights, not on biases
  Schedule schedule = Schedule::kCosine;
  int warmup = 200;  ///< steps over which the rate rises from 0
  int patience = 3;  ///< epochs, of Schedule::kPlateau
  Initialisation initialisation = Initialisation::kHe;
  Crops crops = Crops::kResized;
  double jitter = 0;
  double filter_limit = 0.1;  ///< RMS of a convolution's filter, for inputs of 0-255; 0 for none
  std::uint64_t seed = 1;
};

/// Throws where a number makes no sense.
void check(const Recipe& recipe);

/// One key a setting, spelt like the command line's options.
[[nodiscard]] nlohmann::json to_json(const Recipe& recipe);

[[nodiscard]] std::string name_of(Schedule schedule);
[[nodiscard]] std::string name_of(Initialisation initialisation);
[[nodiscard]] std::string name_of(Crops crops);

/// Throw with the list of names.
[[nodiscard]] Schedule schedule_from(const std::string& name);
[[nodiscard]] Initialisation initialisation_from(const std::string& name);
[[nodiscard]] Crops crops_from(const std::string& name);

/// The rate of step number `step` (from 0) of `steps`. `plateau` is the factor that plateaus have left, 1 at first.
[[nodiscard]] double rate_at(const Recipe& recipe, std::int64_t step, std::int64_t steps, double plateau);

}  // namespace zf

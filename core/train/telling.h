#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/io/model.h"
#include "core/nn/known.h"
#include "core/nn/net.h"

namespace zf {

/// How well the energy tells photos of a model's classes from others.
struct Telling {
  KnownRule rule;
  double known = 0;               ///< the part of the photos of its classes that reaches the threshold
  double rightly_named = 0;       ///< likewise of those that are named rightly
  std::optional<double> unknown;  ///< likewise of the others
  std::optional<double> auroc;    ///< of its classes against the others
  std::int64_t unknown_photos = 0;
};

[[nodiscard]] std::vector<float> scores_of(std::span<const ScoredPhoto> photos);
/// Of photos of its classes alone.
[[nodiscard]] Telling tell_known(const KnownRule& rule, std::span<const ScoredPhoto> photos);
/// Against others, by their scores.
[[nodiscard]] Telling tell_unknown(const KnownRule& rule, std::span<const ScoredPhoto> photos, std::span<const float> unknown);
[[nodiscard]] nlohmann::ordered_json to_json(const Telling& telling);

/// Every photo below a folder, whatever it shows, to be scored by a model of these classes. Throws as list_photos() does.
[[nodiscard]] Dataset unknown_photos(const std::string& folder, const std::vector<std::string>& classes);

/// Writes the model, whose weights are in `net`, with this rule; as narrow as the file `from` stores it, float32 where that is another
/// program's.
void save_with_rule(const std::filesystem::path& path, const Model& model, const Net& net, const KnownRule& rule,
                    const std::filesystem::path& from);

}  // namespace zf

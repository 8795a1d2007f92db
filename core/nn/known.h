#pragma once

#include <optional>
#include <span>

namespace zf {

/// Where a model's scores say that it does not know what a photo shows. Part of the model's file.
struct KnownRule {
  float threshold = 0;
  friend bool operator==(const KnownRule&, const KnownRule&) = default;
};

/// The name of the only score so far, as files have it.
inline constexpr const char* kEnergyScore = "energy";

/// log(sum(exp(logit))), the negative energy of Liu et al. 2020, "Energy-based Out-of-distribution Detection", at temperature 1: the
/// higher, the better the model knows the photo. Throws where a logit is not finite or there is none.
[[nodiscard]] float energy_score(std::span<const float> logits);

/// What a model's rule says of one photo.
struct Knowledge {
  float score = 0;
  float threshold = 0;
  [[nodiscard]] bool known() const { return score >= threshold; }
};
/// Empty where the model has no rule.
[[nodiscard]] std::optional<Knowledge> judge(const std::optional<KnownRule>& rule, std::span<const float> logits);
/// Whether there is a rule, and it says that the model does not know the photo.
[[nodiscard]] inline bool is_unknown(const std::optional<Knowledge>& knowledge) { return knowledge && !knowledge->known(); }

/// The score of a photo of one of the model's classes, and whether the model named that class.
struct ScoredPhoto {
  float score = 0;
  bool right = false;
};

/// The part of the photos that are named rightly and stay known: who calls more of them unknown hides right answers, who calls fewer lets
/// more strange photos pass.
inline constexpr double kStayKnown = 0.95;

/// By how much less than a score its threshold is: more than scores move when weights are written as f16.
inline constexpr float kScoreSlack = 0.01F;

/// The highest threshold that kStayKnown of the rightly named photos reach (of all, where none is named rightly), less kScoreSlack. Empty
/// without photos.
[[nodiscard]] std::optional<KnownRule> known_rule(std::span<const ScoredPhoto> photos);

/// The part of the scores that reach the threshold, 0 to 1; 0 of none.
[[nodiscard]] double share_known(std::span<const float> scores, const KnownRule& rule);

/// How often a known photo scores higher than an unknown one, equal ones counted half: 1 where the score tells all apart, 0.5 where it
/// guesses (AUROC). 0 where there are none of either.
[[nodiscard]] double auroc(std::span<const float> known, std::span<const float> unknown);

}  // namespace zf

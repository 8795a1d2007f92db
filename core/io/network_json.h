#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/preprocess.h"
#include "core/nn/known.h"
#include "core/nn/network.h"

namespace zf {

/// Where a file's metadata has the description.
inline constexpr const char* kDescriptionKey = "zfscope.network";

/// What a model file says about its network beside the weights: the text of `zfscope.network`.
struct Description {
  Network network;
  std::vector<std::string> classes;  ///< one for each logit
  Preprocess preprocess;             ///< its crop is the network's input
  std::optional<KnownRule> known = std::nullopt;
  friend bool operator==(const Description&, const Description&) = default;
};

/// {"name", "input": [c, h, w], "layers": [{"name", "type", ...}]}
[[nodiscard]] nlohmann::json to_json(const Network& network);
/// {"resize", "crop", "order", "scale", "mean", "std"}
[[nodiscard]] nlohmann::json to_json(const Preprocess& preprocess);

/// The inverses. Fields that a layer's type has no default for must be there and no unknown one may; layers must fit
/// together. Errors start with `where`, name the layer, and list what is known.
[[nodiscard]] Network network_from_json(const nlohmann::json& value, const std::string& where);
[[nodiscard]] Preprocess preprocess_from_json(const nlohmann::json& value, const std::string& where);

/// A network's fields, "classes", "preprocess" and, where there is a rule, "known" {"score", "threshold"} in one object.
[[nodiscard]] std::string write_description(const Description& description);
[[nodiscard]] Description parse_description(std::string_view text, const std::string& where);

/// Throws an Error that starts with `where` where layers do not fit together, there is not one class for each logit, or
/// preprocessing gives another size than the network takes.
void check(const Description& description, const std::string& where);

}  // namespace zf

#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/analysis/annotations.h"
#include "core/analysis/transform.h"
#include "core/backend/specs.h"

namespace zf::viewer {

/// A map that is held at zero.
struct MutedMap {
  std::string layer;
  int map = 0;
  friend bool operator==(const MutedMap&, const MutedMap&) = default;
};

/// The parts of a face that Table 1 masks, in the order in which they are clicked.
inline constexpr std::array<std::string_view, 3> kFaceParts = {kLeftEye, kRightEye, "nose"};

/// Where they are on a photo.
struct FacePoints {
  std::string photo;          ///< path
  std::vector<Place> places;  ///< in pixels of the photo, of the first parts; up to all of them
  friend bool operator==(const FacePoints&, const FacePoints&) = default;
};

/// What is looked at.
struct Choice {
  static constexpr int kStrongest = -1;

  std::string backend;              ///< name; empty: the host's first
  std::string model;                ///< path; empty: the demo model
  std::vector<std::string> photos;  ///< paths
  int photo = 0;                    ///< its index
  std::string layer;                ///< as find_layer knows it; empty: the last convolution
  int map = kStrongest;
  int y = kStrongest;  ///< place on the map, both or none
  int x = kStrongest;
  Rule rule = Rule::kDeconvnet;
  std::vector<MutedMap> mutes;
  std::string atlas;               ///< path; empty: the one beside the model, where there is one
  std::vector<std::string> run;    ///< paths of a training run's snapshots, by epoch
  std::string second;              ///< path of the model that the first is compared with; empty: the host's
  std::vector<FacePoints> points;  ///< of photos that have some
  friend bool operator==(const Choice&, const Choice&) = default;
};

/// How it is shown.
struct Settings {
  bool dark = true;
  float zoom = 1;  ///< of text and spaces, beside the display's own scale
  std::string tab = "features";
  bool sort_by_strength = true;
  float tile = 88;     ///< side of the grid's tiles, in design pixels
  bool crop = true;    ///< whether pictures of a unit show its field or the whole photo
  std::string folder;  ///< last opened
  int window_width = 1440;
  int window_height = 900;
  Axis axis = Axis::kTranslation;                     ///< along which photos are transformed
  std::array<int, 2> invariance_stages = {1, 7};      ///< the paper's layers whose distances are drawn
  std::array<int, 2> correspondence_stages = {5, 7};  ///< those whose changes are compared
  bool retrained = false;                             ///< whether ablation shows retrained networks or the live one
  friend bool operator==(const Settings&, const Settings&) = default;
};

/// Makes the grid's tiles larger or smaller, within reason.
void zoom(Settings& settings, float factor);

/// All that is kept from one start to the next.
struct State {
  Choice choice;
  Settings settings;
  friend bool operator==(const State&, const State&) = default;
};

[[nodiscard]] std::string to_json(const State& state);

/// Reads what to_json wrote. What is missing, broken or out of range is as in a first start: an old file must not keep
/// the program from starting.
[[nodiscard]] State state_from_json(const std::string& text);

}  // namespace zf::viewer

#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/analysis/annotations.h"
#include "core/backend/specs.h"
#include "core/viewer/settings.h"

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

/// All that is kept from one start to the next.
struct State {
  Choice choice;
  Settings settings;  ///< how it is shown
  friend bool operator==(const State&, const State&) = default;
};

[[nodiscard]] std::string to_json(const State& state);

/// Reads what to_json wrote. What is missing, broken or out of range is as in a first start: an old file must not keep
/// the program from starting.
[[nodiscard]] State state_from_json(const std::string& text);

}  // namespace zf::viewer

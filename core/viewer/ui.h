#pragma once

#include <imgui.h>

#include <string>
#include <vector>

#include "core/viewer/host.h"
#include "core/viewer/session.h"
#include "core/viewer/state.h"
#include "core/viewer/theme.h"

namespace zf::viewer {

/// A rectangle of the window, in its pixels.
struct Box {
  float x = 0;
  float y = 0;
  float w = 0;
  float h = 0;

  [[nodiscard]] ImVec2 min() const { return {x, y}; }
  [[nodiscard]] ImVec2 max() const { return {x + w, y + h}; }
  [[nodiscard]] ImVec2 middle() const { return {x + w / 2, y + h / 2}; }
  [[nodiscard]] bool contains(ImVec2 p) const { return p.x >= x && p.y >= y && p.x < x + w && p.y < y + h; }
};

/// Where this frame's controls stand, by name ("layer conv3", "map 17"): what a page tells screen readers and tests click on.
class Landmarks {
 public:
  struct Landmark {
    std::string name;
    Box box;
    bool visible = false;  ///< its middle is not scrolled away
  };
  void clear() { all_.clear(); }
  /// In the window that is being drawn.
  void add(std::string name, const Box& box) {
    const ImVec2 middle = box.middle();
    all_.push_back({std::move(name), box, ImGui::IsRectVisible(middle, {middle.x + 1, middle.y + 1})});
  }
  /// The landmark of that name, or null.
  [[nodiscard]] const Landmark* find(const std::string& name) const;
  [[nodiscard]] const std::vector<Landmark>& all() const { return all_; }

 private:
  std::vector<Landmark> all_;
};

/// What every panel is given to draw with.
struct Ui {
  Host& host;
  Session& session;
  const Theme& theme;
  Settings& settings;
  Landmarks& landmarks;

  [[nodiscard]] const Palette& palette() const { return theme.palette(); }
  [[nodiscard]] const Fonts& fonts() const { return theme.fonts(); }
  [[nodiscard]] float px(float design) const { return theme.px(design); }
  [[nodiscard]] float space(int steps) const { return theme.space(steps); }
};

}  // namespace zf::viewer

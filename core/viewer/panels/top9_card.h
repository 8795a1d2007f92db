#pragma once

#include <optional>
#include <string>
#include <utility>

#include "core/viewer/atlas_reading.h"
#include "core/viewer/experiment.h"
#include "core/viewer/tiles.h"

namespace zf::viewer {

/// What the chosen unit's map answers to most strongly over a data set, from the model's atlas: Fig. 2.
class Top9Card {
 public:
  void draw(const Ui& ui, float width);
  void save(const Ui& ui) const;

  [[nodiscard]] const std::optional<StrongestView>& view() const { return strongest_.view(); }
  [[nodiscard]] Progress progress() const { return strongest_.progress(); }
  /// Why the atlas is not used; empty where it is, or there is none.
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  void follow(const Ui& ui);
  void read(const Ui& ui);
  void take_up(Host& host);
  void refuse(Session& session, const std::string& reason);
  void draw_title(const Ui& ui, float width) const;
  void draw_contents(const Ui& ui, float width);
  void draw_block(const Ui& ui, const char* name, const char* title, const Tiles& tiles, const Box& box, int& pointed) const;
  void show_item(const Ui& ui, int rank) const;

  using Unit = std::pair<std::string, int>;                                             ///< layer, map
  Experiment<std::string, StrongestView> strongest_{Subject::kModel, Urgency::kQuick};  ///< asked for by the atlas's path
  Unit unit_;                                                                           ///< that was looked up last
  Tiles projections_;
  Tiles patches_;
  std::string error_;  ///< why the atlas is not used
  int pointed_ = -1;   ///< rank of the item that is pointed at
};

}  // namespace zf::viewer

#pragma once

#include "core/viewer/ui.h"

namespace zf::viewer {

/// Where a panel draws: as large as it is given, but at least so high, and scrolling where that is more. Rooms do not nest.
class Room {
 public:
  Room(const Ui& ui, const char* name, float width, float height, float least);
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;
  ~Room();

  [[nodiscard]] float width() const { return width_; }
  /// What is left below the cursor.
  [[nodiscard]] float height_left() const;

 private:
  float width_;
  float height_;
  ImVec2 origin_;
};

}  // namespace zf::viewer

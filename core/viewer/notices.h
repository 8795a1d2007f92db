#pragma once

#include <string>
#include <vector>

#include "core/viewer/ui.h"

namespace zf::viewer {

/// What the program has to tell, at the bottom of the window: errors until they are dismissed, the rest for some seconds.
class Notices {
 public:
  void draw(const Ui& ui, const Box& window);
  /// Whether one will go away by itself, so that frames have to go on.
  [[nodiscard]] bool fading() const;
  /// Dismisses the newest; false where there is none.
  bool dismiss();
  [[nodiscard]] const std::vector<Notice>& shown() const { return shown_; }

 private:
  [[nodiscard]] float draw_one(const Ui& ui, std::size_t index, const Box& window, float bottom);

  std::vector<Notice> shown_;
  std::vector<double> since_;
};

}  // namespace zf::viewer

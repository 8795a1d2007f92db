#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/viewer/keys.h"
#include "core/viewer/ui.h"

namespace zf::viewer {

/// Something to do by keyboard.
struct Shortcut {
  int key = 0;
  bool ctrl = false;
  bool shift = false;
  std::string keys;  ///< for people: "Ctrl+Z"
  std::string what;
  std::function<void()> act;
};

/// Acts on the keys that went down in this frame, unless somebody types text.
void answer_keys(const std::vector<Shortcut>& shortcuts);

/// All keys and what they do, over everything else; `open` becomes false where the user closes it.
void draw_help(const Ui& ui, const std::vector<Shortcut>& shortcuts, bool& open);

}  // namespace zf::viewer

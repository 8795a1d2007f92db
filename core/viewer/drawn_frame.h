#pragma once

#include <cstddef>
#include <vector>

struct ImDrawData;

namespace zf::viewer {

/// Remembers what a host drew last, so that it draws a frame only where something changed: ImGui takes several frames to settle,
/// and where graphics are done in software each takes the jobs' processor.
class DrawnFrame {
 public:
  /// Whether this frame is the one that was drawn last. Keeps it, as the one that is drawn now.
  [[nodiscard]] bool is_drawn(const ImDrawData& data);
  /// What is on the screen no longer holds: a texture has new contents, the window was resized or uncovered.
  void forget() { last_.clear(); }

 private:
  std::vector<std::byte> last_;
  std::vector<std::byte> now_;
};

}  // namespace zf::viewer

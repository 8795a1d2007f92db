#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/viewer/ui.h"

namespace zf::viewer {

/// Chooses a photo, a model or a folder of photos, where the host has no dialog of its own.
class FileBrowser {
 public:
  /// Where it was last.
  static constexpr Setting<std::string> kFolder{"folder", ""};

  /// Opens it in this folder, or the working folder where that is gone.
  void open(const std::string& folder);
  [[nodiscard]] bool is_open() const { return open_; }
  /// What was chosen in this frame, if anything was.
  [[nodiscard]] std::optional<std::string> draw(const Ui& ui);
  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  struct Entry {
    std::string name;
    bool folder = false;
    bool model = false;
  };
  void go(const std::string& folder);
  std::optional<std::string> draw_list(const Ui& ui, float width, float height);

  std::string folder_;
  std::string typed_;  ///< the path field
  std::string error_;
  std::vector<Entry> entries_;
  bool run_ = false;  ///< whether the folder is a training run's
  bool open_ = false;
  bool opening_ = false;
};

}  // namespace zf::viewer

#pragma once

#include <string>
#include <vector>

#include "core/viewer/icons.h"
#include "core/viewer/ui.h"

namespace zf::viewer {

/// A tab of the middle column. App::add_panel registers it.
class Panel {
 public:
  Panel(std::string id, std::string title, const char* icon) : id_(std::move(id)), title_(std::move(title)), icon_(icon) {}
  Panel(const Panel&) = delete;
  Panel& operator=(const Panel&) = delete;
  virtual ~Panel() = default;

  /// What Settings::tab holds.
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& title() const { return title_; }
  [[nodiscard]] const char* icon() const { return icon_; }

  /// Into the tab's card: `width` x `height` pixels from ImGui's cursor on.
  virtual void draw(const Ui& ui, float width, float height) = 0;
  /// Saves the picture that it shows, with its numbers.
  virtual void save(const Ui& ui) = 0;
  /// Takes photos and folders of photos that a person opens while the tab is shown; false where they are to be looked at, as elsewhere.
  virtual bool take(const Ui& /*ui*/, const std::vector<std::string>& /*paths*/) { return false; }
  /// What is opened next was dropped where the pointer is.
  virtual void aim() {}
  /// By keyboard: its slider some steps on or back; nothing where it has none.
  virtual void step(const Ui& /*ui*/, int /*by*/) {}
  /// By keyboard: the next of its kinds of picture; nothing where there is one.
  virtual void turn(const Ui& /*ui*/) {}
  /// Whether it plays, so that frames have to go on.
  [[nodiscard]] virtual bool moving() const { return false; }

 private:
  std::string id_;
  std::string title_;
  const char* icon_;
};

}  // namespace zf::viewer

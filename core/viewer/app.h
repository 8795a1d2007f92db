#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/viewer/file_browser.h"
#include "core/viewer/keyboard_pointer.h"
#include "core/viewer/layout.h"
#include "core/viewer/link.h"
#include "core/viewer/notices.h"
#include "core/viewer/panel.h"
#include "core/viewer/panels/network_panel.h"
#include "core/viewer/panels/photo_panel.h"
#include "core/viewer/panels/unit_panel.h"
#include "core/viewer/session.h"
#include "core/viewer/shortcuts.h"
#include "core/viewer/state.h"
#include "core/viewer/theme.h"
#include "core/viewer/ui.h"

namespace zf::viewer {

/// The whole front end. An ImGui context must exist; the host owns it and everything that ImGui's backends need.
class App {
 public:
  static constexpr Setting<bool> kDark{"dark", true};
  static constexpr Setting<float> kZoom{"zoom", 1, 0.5F, 3};  ///< of text and spaces, beside the display's own scale
  static constexpr Setting<std::string> kTab{"tab", "features"};
  static constexpr Setting<int> kWindowWidth{"window_width", 1440, 200, 16384};
  static constexpr Setting<int> kWindowHeight{"window_height", 900, 200, 16384};

  App(Host& host, State state);

  /// Sets theme and fonts for a display; between frames.
  void prepare(float display_scale);
  /// Begins ImGui's frame and draws it, after the host gave its input, before ImGui::Render.
  void frame();
  /// Whether the next frame should come soon: jobs report progress, a panel plays or a notice will fade.
  [[nodiscard]] bool wants_frames() const { return !settled() || notices_.fading() || moving(); }
  /// Whether nothing is left to compute, and the last frame is as it should be.
  [[nodiscard]] bool settled() const { return !session_.busy() && !theme_.lacks_letters(); }

  /// Files or folders that came by argument, drop, paste or a dialog.
  void open(const std::vector<std::string>& paths);
  /// Those that are opened next were dropped where the pointer is.
  void aim() { tab().aim(); }
  /// Shows what a link asks for, once a network is open. What there is not is told, and left out.
  void follow(const Link& link);
  void add_panel(std::unique_ptr<Panel> panel) { panels_.push_back(std::move(panel)); }

  [[nodiscard]] State state() const { return {session_.choice(), settings_}; }
  void store_window(int width, int height);
  /// Runs what draws frames until the window closes. However that ends, the host keeps what is open and chosen.
  void run(const std::function<void()>& loop);
  [[nodiscard]] Session& session() { return session_; }
  [[nodiscard]] const Session& session() const { return session_; }
  [[nodiscard]] const Landmarks& landmarks() const { return landmarks_; }
  [[nodiscard]] const UnitPanel& unit_panel() const { return unit_panel_; }
  /// The panel with that id, or null.
  [[nodiscard]] const Panel* find_panel(const std::string& id) const;
  [[nodiscard]] const Notices& notices() const { return notices_; }

 private:
  /// What one column shows.
  enum class Page : std::uint8_t { kPhoto, kFeatures, kUnit };

  void make_shortcuts();
  void draw_top(const Ui& ui, const Box& box);
  void draw_left(const Ui& ui, const Layout& layout);
  void draw_middle(const Ui& ui, const Box& box);
  void draw_right(const Ui& ui, const Box& box);
  void draw_tabs(const Ui& ui, float width);
  void draw_pages(const Ui& ui, const Box& box);
  void draw_columns(const Ui& ui, const Layout& layout);
  void ask_for_files();
  void paste();
  void step_tab(int by);
  [[nodiscard]] Panel& tab();
  [[nodiscard]] bool moving() const;

  Host* host_;
  Settings settings_;
  Session session_;
  Theme theme_;
  Landmarks landmarks_;
  Ui ui_;
  PhotoPanel photo_panel_;
  NetworkPanel network_panel_;
  UnitPanel unit_panel_;
  std::vector<std::unique_ptr<Panel>> panels_;
  std::vector<Shortcut> shortcuts_;
  FileBrowser browser_;
  Notices notices_;
  KeyboardPointer pointer_;
  Page page_ = Page::kPhoto;
  bool help_ = false;
};

}  // namespace zf::viewer

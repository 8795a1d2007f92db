#include "core/viewer/app.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/tensor/error.h"
#include "core/viewer/export.h"
#include "core/viewer/files.h"
#include "core/viewer/panels/ablation_panel.h"
#include "core/viewer/panels/comparison_panel.h"
#include "core/viewer/panels/correspondence_panel.h"
#include "core/viewer/panels/evolution_panel.h"
#include "core/viewer/panels/features_panel.h"
#include "core/viewer/panels/invariance_panel.h"
#include "core/viewer/panels/occlusion_panel.h"
#include "core/viewer/panels/teach_panel.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {

constexpr ImGuiWindowFlags kBare = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                                   ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse;

/// A column: a part of the window that scrolls by itself. Ended by end_column.
void begin_column(const char* name, const Box& box) {
  ImGui::SetCursorScreenPos(box.min());
  ImGui::PushStyleColor(ImGuiCol_ChildBg, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::BeginChild(name, {std::max(box.w, 1.0F), std::max(box.h, 1.0F)});
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
}

void end_column() { ImGui::EndChild(); }

}  // namespace

App::App(Host& host, State state)
    : host_(&host),
      settings_(std::move(state.settings)),
      session_(host, std::move(state.choice)),
      ui_{host, session_, theme_, settings_, landmarks_} {
  add_panel(std::make_unique<FeaturesPanel>());
  add_panel(std::make_unique<OcclusionPanel>());
  add_panel(std::make_unique<AblationPanel>());
  add_panel(std::make_unique<InvariancePanel>());
  add_panel(std::make_unique<CorrespondencePanel>());
  add_panel(std::make_unique<EvolutionPanel>());
  add_panel(std::make_unique<ComparisonPanel>());
  add_panel(std::make_unique<TeachPanel>());
  make_shortcuts();
}

void App::make_shortcuts() {
  const auto add = [this](int key, bool ctrl, bool shift, const char* keys, const char* what, std::function<void()> act) {
    shortcuts_.push_back({key, ctrl, shift, keys, what, std::move(act)});
  };
  add('O', true, false, "Ctrl+O", "Open a photo, a model or a folder", [this] { ask_for_files(); });
  add('V', true, false, "Ctrl+V", "Open the path in the clipboard", [this] { paste(); });
  add(kKeyLeft, false, false, "Left, Right", "Photo before and after", [this] { session_.step_photo(-1); });
  add(kKeyRight, false, false, "", "", [this] { session_.step_photo(1); });
  add('L', false, false, "L", "Live pictures of the camera, or back to the photo", [this] { session_.toggle_camera(); });
  add(kKeyUp, false, false, "Up, Down", "Layer before and after", [this] { session_.step_layer(-1); });
  add(kKeyDown, false, false, "", "", [this] { session_.step_layer(1); });
  add(kKeyLeftBracket, false, false, "[, ]", "Stronger and weaker map", [this] { session_.step_map(-1); });
  add(kKeyRightBracket, false, false, "", "", [this] { session_.step_map(1); });
  add('1', false, false, "1, 2, 3", "Deconvnet, gradient, guided", [this] { session_.choose_rule(Rule::kDeconvnet); });
  add('2', false, false, "", "", [this] { session_.choose_rule(Rule::kGradient); });
  add('3', false, false, "", "", [this] { session_.choose_rule(Rule::kGuided); });
  add('C', false, false, "C", "Show a unit's field or the whole photo", [this] { settings_.toggle(UnitPanel::kCrop); });
  add('S', false, false, "S", "Sort maps by strength or by index", [this] { settings_.toggle(FeaturesPanel::kByStrength); });
  add('M', false, false, "M", "Mute the chosen map, or let it speak", [this] {
    if (const auto& unit = session_.unit()) session_.toggle_mute({unit->layer, unit->seed.map});
  });
  add('U', false, false, "U", "Let all maps speak", [this] { session_.unmute_all(); });
  add('Z', true, false, "Ctrl+Z", "Undo muting", [this] { session_.undo(); });
  add('Z', true, true, "Ctrl+Shift+Z", "Redo muting", [this] { session_.redo(); });
  add(kKeyEqual, false, false, "+, -", "Larger and smaller tiles", [this] { settings_.scale(FeaturesPanel::kTile, FeaturesPanel::kStep); });
  add(kKeyMinus, false, false, "", "", [this] { settings_.scale(FeaturesPanel::kTile, 1 / FeaturesPanel::kStep); });
  constexpr float kStep = 1.1F;
  add(kKeyEqual, true, false, "Ctrl++, Ctrl+-", "Larger and smaller text", [this] { settings_.scale(kZoom, kStep); });
  add(kKeyMinus, true, false, "", "", [this] { settings_.scale(kZoom, 1 / kStep); });
  add('0', true, false, "Ctrl+0", "Text as the display has it", [this] { settings_.set(kZoom, kZoom.first); });
  add(kKeyComma, false, false, ", .", "Less and more of the tab's slider", [this] { tab().step(ui_, -1); });
  add(kKeyPeriod, false, false, "", "", [this] { tab().step(ui_, 1); });
  add('X', false, false, "X", "Next transform, or live and retrained, or play the epochs", [this] { tab().turn(ui_); });
  add('S', true, false, "Ctrl+S", "Save the tab's picture with its numbers", [this] { tab().save(ui_); });
  add('S', true, true, "Ctrl+Shift+S", "Save the unit's pictures", [this] { unit_panel_.save(ui_); });
  add('W', false, false, "W", "Save the photo's whole story as a page", [this] { save_page(ui_); });
  add('9', false, false, "9", "Save the map's strongest activations", [this] { unit_panel_.top9().save(ui_); });
  add('N', false, false, "N", "Next tab; with Shift the one before", [this] { step_tab(1); });
  add('N', false, true, "", "", [this] { step_tab(-1); });
  const std::array<std::pair<int, ImVec2>, 4> arrows = {{{kKeyLeft, {-1, 0}}, {kKeyRight, {1, 0}}, {kKeyUp, {0, -1}}, {kKeyDown, {0, 1}}}};
  for (const auto& [key, way] : arrows) {
    const bool first = key == kKeyLeft;
    add(key, false, true, "Shift+arrows", first ? "Move the pointer; Enter is its button" : "",
        [this, by = way] { pointer_.move(ui_, by); });
    add(key, true, false, "Ctrl+arrows", first ? "Pointer to the next control that way" : "", [this, to = way] { pointer_.jump(ui_, to); });
  }
  constexpr float kScroll = 3;
  add(kKeyPageUp, false, false, "PgUp, PgDn", "Scroll what is pointed at", [this] { pointer_.scroll(kScroll); });
  add(kKeyPageDown, false, false, "", "", [this] { pointer_.scroll(-kScroll); });
  add('T', false, false, "T", "Dark or light", [this] { settings_.toggle(kDark); });
  add(kKeyF1, false, false, "F1, ?", "This help", [this] { help_ = true; });
  add(kKeySlash, false, true, "", "", [this] { help_ = true; });
  add(kKeyEscape, false, false, "Esc", "Dismiss a message", [this] { notices_.dismiss(); });
}

const Panel* App::find_panel(const std::string& id) const {
  const auto found = std::find_if(panels_.begin(), panels_.end(), [&](const auto& panel) { return panel->id() == id; });
  return found == panels_.end() ? nullptr : found->get();
}

Panel& App::tab() {
  const std::string chosen = settings_.get(kTab);
  const auto found = std::find_if(panels_.begin(), panels_.end(), [&](const auto& panel) { return panel->id() == chosen; });
  return found == panels_.end() ? *panels_.front() : **found;
}

bool App::moving() const {
  const Panel* panel = find_panel(settings_.get(kTab));
  return panel != nullptr && panel->moving();
}

void App::step_tab(int by) {
  const auto found = std::find_if(panels_.begin(), panels_.end(), [this](const auto& panel) { return panel.get() == &tab(); });
  const auto count = static_cast<int>(panels_.size());
  const int index = (static_cast<int>(found - panels_.begin()) + by + count) % count;
  settings_.set(kTab, panels_[static_cast<std::size_t>(index)]->id());
}

void App::open(const std::vector<std::string>& paths) {
  const bool photos = std::none_of(paths.begin(), paths.end(),
                                   [](const std::string& path) { return is_model(path) || is_table(path) || !snapshots_in(path).empty(); });
  if (photos && tab().take(ui_, paths)) return;
  const std::vector<std::string> run = session_.choice().run;
  session_.open_all(paths);
  if (session_.choice().run != run) settings_.set(kTab, "evolution");
}

void App::ask_for_files() {
  if (!host_->ask_for_files()) browser_.open(settings_.get(FileBrowser::kFolder));
}

void App::paste() {
  const char* clipboard = ImGui::GetClipboardText();
  std::string path = clipboard != nullptr ? clipboard : "";
  const auto is_space = [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t' || c == '"' || c == '\''; };
  while (!path.empty() && is_space(path.back())) path.pop_back();
  while (!path.empty() && is_space(path.front())) path.erase(path.begin());
  if (!path.empty()) open({path_of_address(path)});
}

void App::store_window(int width, int height) {
  settings_.set(kWindowWidth, width);
  settings_.set(kWindowHeight, height);
}

void App::run(const std::function<void()>& loop) {
  try {
    loop();
  } catch (const std::exception&) {
    try {
      host_->store_state(to_json(state()));
    } catch (const Error&) {  // what failed first is what is told
    }
    throw;
  }
  host_->store_state(to_json(state()));
}

void App::prepare(float display_scale) { theme_.apply(*host_, settings_.get(kDark), display_scale * settings_.get(kZoom)); }

void App::frame() {
  pointer_.stand_in();
  ImGui::NewFrame();
  landmarks_.clear();
  session_.update();
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  const Layout layout = lay_out(size.x, size.y, theme_.scale());
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(size);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::PushFont(theme_.fonts().body);
  ImGui::Begin("ZFScope", nullptr, kBare);
  ImGui::PopStyleVar(2);
  draw_top(ui_, layout.top);
  draw_columns(ui_, layout);
  if (session_.take_asks_for_files()) ask_for_files();
  if (const auto chosen = browser_.draw(ui_)) open({*chosen});
  if (browser_.is_open()) settings_.set(FileBrowser::kFolder, browser_.folder());
  const bool covered = browser_.is_open() || help_;
  draw_help(ui_, shortcuts_, help_);
  ImGui::End();
  notices_.draw(ui_, {0, 0, size.x, size.y - layout.bottom.h});
  ImGui::PopFont();
  if (!covered) answer_keys(shortcuts_);
  pointer_.draw(ui_);
  if (theme_.lacks_letters()) host_->wake();
}

void App::draw_columns(const Ui& ui, const Layout& layout) {
  if (layout.columns == Columns::kOne) {
    if (page_ == Page::kPhoto) draw_left(ui, layout);
    if (page_ == Page::kFeatures) draw_middle(ui, layout.middle);
    if (page_ == Page::kUnit) draw_right(ui, layout.right);
    draw_pages(ui, layout.bottom);
    return;
  }
  draw_left(ui, layout);
  draw_middle(ui, layout.middle);
  if (layout.columns == Columns::kThree) draw_right(ui, layout.right);
}

void App::draw_top(const Ui& ui, const Box& box) {
  const Palette& p = ui.palette();
  const float side = control_height(ui);
  const float y = box.y + (box.h - side) / 2;
  const float middle = box.y + box.h / 2;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 eye{box.x + ui.space(7), middle};
  list.AddCircle(eye, ui.px(10), p.accent, 0, ui.px(2.5F));
  list.AddCircleFilled(eye, ui.px(4), p.accent);
  draw_text(list, ui.fonts().title, p.ink, {eye.x + ui.space(5), middle}, "ZFScope");
  std::vector<std::function<bool()>> buttons;
  buttons.emplace_back([&] { return icon_button(ui, icon::kUndo, "Undo muting", "Ctrl+Z", session_.can_undo()); });
  buttons.emplace_back([&] { return icon_button(ui, icon::kFile, "Save the whole story as a page", "W", session_.photo().has_value()); });
  buttons.emplace_back(
      [&] { return icon_button(ui, settings_.get(kDark) ? icon::kSun : icon::kMoon, settings_.get(kDark) ? "Light" : "Dark", "T"); });
  buttons.emplace_back([&] { return icon_button(ui, icon::kHelp, "Help", "F1"); });
  float x = box.x + box.w - ui.space(3) - static_cast<float>(buttons.size()) * side;
  const float open = button_width(ui, icon::kFolderOpen, "Open");
  ImGui::SetCursorScreenPos({x - open - ui.space(3), y});
  if (button(ui, icon::kFolderOpen, "Open")) ask_for_files();
  tooltip(ui, "A photo, a model or a folder", "Ctrl+O");
  std::array<bool, 4> pressed{};
  for (std::size_t i = 0; i < buttons.size(); ++i, x += side) {
    ImGui::SetCursorScreenPos({x, y});
    pressed[i] = buttons[i]();
  }
  if (pressed[0]) session_.undo();
  if (pressed[1]) save_page(ui);
  if (pressed[2]) settings_.toggle(kDark);
  if (pressed[3]) help_ = true;
}

void App::draw_left(const Ui& ui, const Layout& layout) {
  begin_column("left", layout.left);
  const bool scrolls = ImGui::GetScrollMaxY() > 0;
  const float width = layout.left.w - (scrolls ? ImGui::GetStyle().ScrollbarSize + ui.space(1) : 0);
  const bool both = layout.columns == Columns::kTwo;
  photo_panel_.draw(ui, width, std::max(ui.px(120), layout.left.h * (both ? 0.3F : 0.62F)));
  card_gap(ui);
  if (both) {
    unit_panel_.draw(ui, width);
    card_gap(ui);
  }
  photo_panel_.draw_answer(ui, width);
  end_column();
}

void App::draw_right(const Ui& ui, const Box& box) {
  begin_column("right", box);
  const bool scrolls = ImGui::GetScrollMaxY() > 0;
  unit_panel_.draw(ui, box.w - (scrolls ? ImGui::GetStyle().ScrollbarSize + ui.space(1) : 0));
  end_column();
}

void App::draw_middle(const Ui& ui, const Box& box) {
  begin_column("middle", box);
  network_panel_.draw(ui, box.w);
  card_gap(ui);
  const float left = box.y + box.h - ImGui::GetCursorScreenPos().y;
  {
    const Card card(ui, box.w, std::max(left, ui.px(260)));
    if (panels_.size() > 1) draw_tabs(ui, card.width());
    tab().draw(ui, card.width(), card.height_left());
  }
  end_column();
}

void App::draw_tabs(const Ui& ui, float width) {
  const Palette& p = ui.palette();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float height = ui.px(36);
  float beside = ui.space(2);  // on either side of a tab's contents
  const auto width_of = [&](const Panel& panel, bool symbol, bool words) {
    const float icon_width = symbol ? text_size(ui.fonts().body, panel.icon()).x : 0;
    const float title = words ? text_size(ui.fonts().body, panel.title()).x : 0;
    return std::round(icon_width + title + (symbol && words ? 3 : 2) * beside);
  };
  const Panel& chosen = tab();
  const auto width_of_all = [&](bool symbols, bool words) {
    float all = 0;
    for (const auto& panel : panels_) all += width_of(*panel, symbols, words || panel.get() == &chosen);
    return all;
  };
  // With icons where there is room, else words alone, else icons alone but for the chosen one; closer together where the latter are too
  // wide.
  const auto between_words = static_cast<float>(2 * panels_.size());
  const bool symbols_too = width_of_all(true, true) <= width;
  const bool words = symbols_too || width_of_all(false, true) - between_words * (beside - ui.space(1)) <= width;
  const bool symbols = symbols_too || !words;
  if (const float excess = width_of_all(symbols, words) - width; excess > 0) {
    const float spaces = between_words + (symbols ? 1.0F : 0.0F);
    beside = std::max(0.0F, std::floor(beside - excess / spaces));
  }
  float x = origin.x;
  for (const auto& panel : panels_) {
    const bool is_chosen = panel.get() == &chosen;
    const bool worded = words || is_chosen;
    const float w = width_of(*panel, symbols, worded);
    ImGui::SetCursorScreenPos({x, origin.y});
    if (ImGui::InvisibleButton(panel->id().c_str(), {w, height})) settings_.set(kTab, panel->id());
    const ImU32 ink = is_chosen ? p.accent : ImGui::IsItemHovered() ? p.ink : p.soft;
    float left = x + beside;
    if (symbols) {
      draw_text(list, ui.fonts().body, ink, {left, origin.y + height / 2}, panel->icon());
      left += text_size(ui.fonts().body, panel->icon()).x + beside;
    }
    if (worded) draw_text(list, ui.fonts().body, ink, {left, origin.y + height / 2}, panel->title());
    if (!worded) tooltip(ui, panel->title());
    if (is_chosen) list.AddRectFilled({x, origin.y + height - ui.px(2)}, {x + w, origin.y + height}, p.accent);
    ui.landmarks.add("tab " + panel->id(), {x, origin.y, w, height});
    x += w;
  }
  list.AddLine({origin.x, origin.y + height}, {origin.x + width, origin.y + height}, p.line);
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({width, height + ui.space(1)});
}

void App::draw_pages(const Ui& ui, const Box& box) {
  constexpr std::array<std::pair<const char*, const char*>, 3> kPages = {
      {{icon::kPhoto, "Photo"}, {icon::kGrid, "Network"}, {icon::kEye, "Unit"}}};
  const Palette& p = ui.palette();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(box.min(), box.max(), p.panel);
  const float each = box.w / static_cast<float>(kPages.size());
  for (std::size_t i = 0; i < kPages.size(); ++i) {
    const auto& [symbol, name] = kPages[i];
    const float x = box.x + each * static_cast<float>(i);
    ImGui::SetCursorScreenPos({x, box.y});
    const std::string landmark = fmt::format("Page {}", name);
    if (ImGui::InvisibleButton(landmark.c_str(), {std::max(each, 1.0F), std::max(box.h, 1.0F)})) page_ = static_cast<Page>(i);
    ui.landmarks.add(landmark, {x, box.y, each, box.h});
    const ImU32 ink = page_ == static_cast<Page>(i) ? p.accent : p.soft;
    const auto centred = [&](const ImFont* font, const char* line, float y) {
      draw_text(list, font, ink, {x + (each - text_size(font, line).x) / 2, y}, line);
    };
    centred(ui.fonts().body, symbol, box.y + box.h * 0.34F);
    centred(ui.fonts().small, name, box.y + box.h * 0.72F);
  }
}

}  // namespace zf::viewer

#include "core/viewer/file_browser.h"

#include <imgui_stdlib.h>

#include <algorithm>
#include <filesystem>

#include "core/io/archive.h"
#include "core/viewer/files.h"
#include "core/viewer/icons.h"
#include "core/viewer/keys.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace fs = std::filesystem;

namespace {
constexpr const char* kTitle = "Open a photo or a model";
}

void FileBrowser::open(const std::string& folder) {
  std::error_code error;
  const fs::path start = fs::is_directory(folder, error) ? fs::path(folder) : fs::current_path(error);
  go(start.string());
  open_ = opening_ = true;
}

void FileBrowser::go(const std::string& folder) {
  std::vector<Entry> entries;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::error_code ignored;
    const bool is_folder = it->is_directory(ignored);
    if (name.empty() || name.front() == '.') continue;
    if (is_folder || is_photo(name) || is_model(name) || has_archive_name(name)) entries.push_back({name, is_folder, is_model(name)});
  }
  if (error) {
    error_ = folder + ": " + error.message();
    return;
  }
  error_.clear();
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.folder != b.folder ? a.folder : a.name < b.name; });
  entries_ = std::move(entries);
  folder_ = typed_ = folder;
  run_ = !snapshots_in(folder).empty();
}

std::optional<std::string> FileBrowser::draw(const Ui& ui) {
  if (opening_) {
    ImGui::OpenPopup(kTitle);
    opening_ = false;
  }
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const ImVec2 size{std::min(ui.px(640), screen.x - ui.space(4)), std::min(ui.px(560), screen.y - ui.space(4))};
  ImGui::SetNextWindowSize(size);
  ImGui::SetNextWindowPos({(screen.x - size.x) / 2, (screen.y - size.y) / 2});
  std::optional<std::string> chosen;
  if (!ImGui::BeginPopupModal(kTitle, nullptr, ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize)) {
    open_ = false;
    return chosen;
  }
  const float width = ImGui::GetContentRegionAvail().x;
  text(ui.fonts().title, ui.palette().ink, kTitle, width);
  const float side = control_height(ui);
  if (icon_button(ui, icon::kLevelUp, "Folder above", "Backspace") || (is_pressed(kKeyBackspace, true) && !ImGui::IsAnyItemActive())) {
    go(fs::path(folder_).parent_path().string());
  }
  ImGui::SameLine();
  ImGui::SetNextItemWidth(width - side - ui.space(2));
  if (ImGui::InputText("##path", &typed_, ImGuiInputTextFlags_EnterReturnsTrue)) {
    std::error_code error;
    if (fs::is_directory(typed_, error)) {
      go(typed_);
    } else {
      chosen = typed_;
    }
  }
  if (!error_.empty()) paragraph(ui.fonts().small, ui.palette().error, error_, width);
  const float list = ImGui::GetContentRegionAvail().y - side - ui.space(3);
  if (const auto picked = draw_list(ui, width, std::max(list, ui.px(40)))) chosen = picked;
  if (run_ ? button(ui, icon::kEvolution, "Open this run", true) : button(ui, icon::kPhoto, "Open all photos here", true)) chosen = folder_;
  ImGui::SameLine();
  if (button(ui, nullptr, "Close") || is_pressed(kKeyEscape) || chosen) {
    ImGui::CloseCurrentPopup();
    open_ = false;
  }
  ImGui::EndPopup();
  return chosen;
}

std::optional<std::string> FileBrowser::draw_list(const Ui& ui, float width, float height) {
  std::optional<std::string> chosen;
  std::string enter;
  ImGui::BeginChild("files", {width, height});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui.space(2), ui.space(1)});
  for (const Entry& entry : entries_) {
    const char* symbol = entry.folder ? icon::kFolder : entry.model ? icon::kCube : icon::kPhoto;
    const std::string path = (fs::path(folder_) / entry.name).string();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::PushID(entry.name.c_str());
    if (ImGui::Selectable("##entry", false, 0, {0, ui.px(26)})) (entry.folder ? enter : chosen.emplace()) = path;
    ImGui::PopID();
    ui.landmarks.add("file " + entry.name, last_item());
    ImDrawList& lines = *ImGui::GetWindowDrawList();
    const float middle = at.y + ui.px(13);
    draw_text(lines, ui.fonts().body, entry.folder ? ui.palette().soft : ui.palette().accent, {at.x + ui.space(2), middle}, symbol);
    draw_text(lines, ui.fonts().body, ui.palette().ink, {at.x + ui.px(40), middle},
              shortened(ui.fonts().body, entry.name, width - ui.px(60)));
  }
  if (entries_.empty()) text(ui.fonts().body, ui.palette().soft, "No photos, models or folders here.");
  ImGui::PopStyleVar();
  ImGui::EndChild();
  if (!enter.empty()) go(enter);
  return chosen;
}

}  // namespace zf::viewer

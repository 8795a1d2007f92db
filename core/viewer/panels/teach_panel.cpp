#include "core/viewer/panels/teach_panel.h"

#include <fmt/format.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>

#include "core/io/atomic_file.h"
#include "core/report/captions.h"
#include "core/report/scaled.h"
#include "core/tensor/error.h"
#include "core/viewer/flow.h"
#include "core/viewer/plot.h"
#include "core/viewer/room.h"
#include "core/viewer/saving.h"
#include "core/viewer/spelling.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {

constexpr const char* kWords =
    "Collect photos of two or more things and teach them: the network keeps its convolutions and learns new names for what they see. "
    "Everything stays on this machine.";
constexpr float kCard = 148;    // design pixels of a class's card, down
constexpr float kAcross = 258;  // and across at least
constexpr float kPhoto = 44;
constexpr float kCurves = 180;  // down

int columns_in(const Ui& ui, float width) {
  const float gap = ui.space(3);
  return std::max(1, static_cast<int>((width + gap) / (ui.px(kAcross) + gap)));
}

std::string counted(std::size_t count) { return fmt::format("{} {}", count, count == 1 ? "photo" : "photos"); }

}  // namespace

void TeachPanel::draw(const Ui& ui, float width, float height) {
  const float bottom = ImGui::GetCursorScreenPos().y + height;
  teaching_.update(ui.session);
  for (auto& [photo, thumbnail] : thumbnails_) thumbnail.shown = false;
  removed_ = 0;
  pointed_.reset();
  caption(ui, kWords, {}, width);
  draw_tools(ui, width);
  draw_words(ui, width);
  const int columns = columns_in(ui, width);
  const int rows = (static_cast<int>(teaching_.classes().size()) + columns - 1) / columns;
  const float least = (ui.px(kCard) + ui.space(3)) * static_cast<float>(rows) + ui.px(kCurves);
  {
    const Room room(ui, "teach", width, std::max(bottom - ImGui::GetCursorScreenPos().y, ui.px(120)), least);
    draw_classes(ui, room.width());
    draw_curves(ui, room.width(), room.height_left());
  }
  std::erase_if(thumbnails_, [](const auto& entry) { return !entry.second.shown; });
  for (std::size_t i = 0; i < teaching_.classes().size(); ++i) {
    if (teaching_.classes()[i].number != removed_) continue;
    teaching_.remove_class(i);
    break;
  }
}

bool TeachPanel::take(const Ui& ui, const std::vector<std::string>& paths) {
  teaching_.add(ui.session, paths);
  return true;
}

void TeachPanel::aim() {
  if (pointed_) teaching_.choose(*pointed_);
}

void TeachPanel::draw_classes(const Ui& ui, float width) {
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float gap = ui.space(3);
  const int columns = columns_in(ui, width);
  const float across = std::floor((width - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns));
  const float down = ui.px(kCard);
  const std::size_t count = teaching_.classes().size();
  const auto box_of = [&](std::size_t i) {
    const auto column = static_cast<float>(static_cast<int>(i) % columns);
    const auto row = static_cast<float>(static_cast<int>(i) / columns);
    return Box{origin.x + column * (across + gap), origin.y + row * (down + gap), across, down};
  };
  for (std::size_t i = 0; i < count; ++i) draw_class(ui, i, box_of(i));
  const Box last = box_of(count == 0 ? 0 : count - 1);
  ImGui::SetCursorScreenPos(origin);
  ImGui::Dummy({width, last.y + last.h - origin.y});
}

void TeachPanel::draw_class(const Ui& ui, std::size_t index, const Box& box) {
  const TaughtClass& taught = teaching_.classes()[index];
  const Palette& p = ui.palette();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const bool chosen = index == teaching_.chosen();
  list.AddRectFilled(box.min(), box.max(), p.ground, ui.px(8));
  if (chosen) list.AddRect({box.x + 1, box.y + 1}, {box.x + box.w - 1, box.y + box.h - 1}, p.accent, ui.px(8), 0, ui.px(1.5F));
  ImGui::PushID(taught.number);
  const float pad = ui.space(3);
  const float side = control_height(ui);
  const Box inner{box.x + pad, box.y + pad, box.w - 2 * pad, box.h - 2 * pad};
  draw_head(ui, index, {inner.x, inner.y, inner.w, side});
  draw_photos(ui, taught, {inner.x, inner.y + side + ui.space(2), inner.w, ui.px(kPhoto)});
  draw_sources(ui, index, {inner.x, inner.y + inner.h - side, inner.w, side});
  ImGui::PopID();
  const bool pointed = box.contains(ImGui::GetIO().MousePos) && ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
  if (pointed) pointed_ = index;
  if (pointed && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) teaching_.choose(index);
}

/// Name, number of photos, and the button that removes it.
void TeachPanel::draw_head(const Ui& ui, std::size_t index, const Box& box) {
  const TaughtClass& taught = teaching_.classes()[index];
  const std::string count = counted(taught.photos.size());
  const float count_width = text_size(ui.fonts().small, count).x + ui.space(3);
  draw_name(ui, index, {box.x, box.y, box.w - box.h - count_width, box.h});
  draw_text(*ImGui::GetWindowDrawList(), ui.fonts().small, ui.palette().soft,
            {box.x + box.w - box.h - count_width + ui.space(2), box.y + box.h / 2}, count);
  ImGui::SetCursorScreenPos({box.x + box.w - box.h, box.y});
  if (icon_button(ui, icon::kClose, fmt::format("Remove {}", taught.name), {})) removed_ = taught.number;
}

/// ImGui's own field lacks the letters that only fallback fonts have: while nobody types, the name is drawn as all text is.
void TeachPanel::draw_name(const Ui& ui, std::size_t index, const Box& box) {
  const TaughtClass& taught = teaching_.classes()[index];
  const bool edited = edited_ == taught.number;
  std::string name = taught.name;
  ImGui::SetCursorScreenPos(box.min());
  ImGui::SetNextItemWidth(box.w);
  if (!edited) ImGui::PushStyleColor(ImGuiCol_Text, 0);
  ImGui::PushStyleColor(ImGuiCol_FrameBg, ui.palette().panel);
  if (ImGui::InputText("##name", &name, ImGuiInputTextFlags_AutoSelectAll)) teaching_.rename(index, name);
  ImGui::PopStyleColor(edited ? 1 : 2);
  if (ImGui::IsItemActive()) {
    edited_ = taught.number;
  } else if (edited) {
    edited_ = 0;
  }
  ui.landmarks.add(fmt::format("Name of class {}", index + 1), last_item());
  tooltip(ui, "Click to name it");
  const std::string shown = shortened(ui.fonts().strong, taught.name, box.w - ui.space(4));
  if (!edited) draw_text(*ImGui::GetWindowDrawList(), ui.fonts().strong, ui.palette().ink, {box.x + ui.space(2), box.y + box.h / 2}, shown);
}

/// The newest photos that fit; where there are none, what to do, and where some could not be read, why.
void TeachPanel::draw_photos(const Ui& ui, const TaughtClass& taught, const Box& box) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float gap = ui.space(1);
  if (!taught.unreadable.empty()) {
    const std::string words =
        fmt::format("{} {} not be read", taught.unreadable.size(), taught.unreadable.size() == 1 ? "file can" : "files can");
    draw_text(list, ui.fonts().small, ui.palette().error, {box.x, box.y + box.h - ui.fonts().small->FontSize / 2}, words);
    ImGui::SetCursorScreenPos({box.x, box.y + box.h - ui.fonts().small->FontSize});
    ImGui::InvisibleButton("##unreadable", {text_size(ui.fonts().small, words).x, ui.fonts().small->FontSize});
    tooltip(ui, taught.unreadable.back());
    ui.landmarks.add(fmt::format("{}: {}", taught.name, words), last_item());
  }
  const float height = box.h - (taught.unreadable.empty() ? 0 : ui.fonts().small->FontSize + gap);
  float x = box.x;
  for (std::size_t i = taught.photos.size(); i-- > 0;) {
    const Texture& texture = thumbnail(ui, taught.photos[i]);
    const float width = std::round(height * static_cast<float>(texture.width()) / static_cast<float>(texture.height()));
    if (x + width > box.x + box.w) break;
    draw_picture(ui, texture, {x, box.y, width, height}, 3);
    x += width + gap;
  }
  if (taught.photos.empty() && taught.unreadable.empty()) {
    draw_text(list, ui.fonts().small, ui.palette().soft, {box.x, box.middle().y},
              shortened(ui.fonts().small, "Drop photos or a folder here.", box.w));
  }
}

void TeachPanel::draw_sources(const Ui& ui, std::size_t index, const Box& box) {
  const TaughtClass& taught = teaching_.classes()[index];
  ImGui::SetCursorScreenPos(box.min());
  if (button(ui, icon::kPlus, "Add")) {
    teaching_.choose(index);
    ui.session.ask_for_files();
  }
  ui.landmarks.add(fmt::format("Photos of class {}", index + 1), last_item());
  tooltip(ui, "Photos, or a folder of them");
  ImGui::SetCursorScreenPos({last_item().max().x + ui.space(2), box.y});
  button(ui, icon::kCamera, "Hold to collect");
  if (ImGui::IsItemActivated()) {
    teaching_.choose(index);
    if (!ui.session.live()) ui.session.toggle_camera();
  }
  if (ImGui::IsItemActive()) {
    draw_frame(ui, last_item(), ui.palette().accent);
    teaching_.collect(ui.session, index);
  }
  ui.landmarks.add(fmt::format("Collect class {}", index + 1), last_item());
  tooltip(ui, fmt::format("Pictures of the camera, while you hold it, are “{}”", taught.name));
}

/// What can be done: teach, stop and go on, another class, and what to do with the network that was taught.
void TeachPanel::draw_tools(const Ui& ui, float width) {
  Session& session = ui.session;
  Flow flow(ui, width);
  const auto press = [&](const char* symbol, const std::string& name, bool primary = false) {
    flow.next(button_width(ui, symbol, name));
    return button(ui, symbol, name, primary);
  };
  const bool running = teaching_.progress(session).running;
  if (running) {
    if (press(icon::kPause, "Stop")) teaching_.stop();
  } else {
    const bool ready = teaching_.lack(session).empty();
    ImGui::BeginDisabled(!ready);
    if (press(icon::kTeach, "Teach", ready) && ready) teaching_.teach(session);
    ImGui::EndDisabled();
  }
  const auto& view = teaching_.view();
  if (!running && teaching_.can_go_on() && press(icon::kPlay, "Go on")) teaching_.go_on(session);
  if (press(icon::kPlus, "Add a class")) teaching_.add_class();
  if (running || !view || !view->saved) return;
  if (press(icon::kSave, "Save model")) save(ui);
  const auto& base = teaching_.base();
  if (Teaching::is_open(session)) {
    if (press(icon::kUndo, fmt::format("Back to {}", base->network.name))) session.open_model(base->path);
  } else if (press(icon::kTeach, "Show the taught network")) {
    session.open_model(ui.host.taught_model());
  }
}

/// What is lacking, how far the lesson is, or what came of it.
std::string TeachPanel::words(const Ui& ui) const {
  const Progress progress = teaching_.progress(ui.session);
  const auto& view = teaching_.view();
  const bool trained = view && !view->log.empty();
  if (progress.running) {
    std::string words = "Looking at the photos";
    if (trained) words = fmt::format("Training: loss {:.3f}", view->log.back().train_loss);
    if (view && !trained) words = fmt::format("Looking at photo {} of {}", std::min(view->looked_at + 1, view->photos), view->photos);
    return progress.seconds_left ? fmt::format("{}, {:.0f} s left.", words, std::ceil(*progress.seconds_left)) : words + ".";
  }
  if (!progress.error.empty()) return progress.error;
  if (std::string lack = teaching_.lack(ui.session); !lack.empty()) return lack;
  if (teaching_.left_out() > 0) {
    return fmt::format("{} are as many as are kept; {} were left out.", counted(Teaching::kMostPhotos), teaching_.left_out());
  }
  if (!trained) return fmt::format("{}: ready to teach.", counted(teaching_.photos()));
  return fmt::format("{:.1f} % error on the {} that {} held out, after {:.0f} s.{}", 100 * view->log.back().val_top1_error,
                     counted(static_cast<std::size_t>(view->held_out)), view->held_out == 1 ? "was" : "were",
                     std::ceil(view->log.back().seconds), Teaching::is_open(ui.session) ? " All tabs show the taught network." : "");
}

void TeachPanel::draw_words(const Ui& ui, float width) const {
  const Progress progress = teaching_.progress(ui.session);
  const std::string line = words(ui);
  const bool failed = !progress.running && !progress.error.empty();
  paragraph(ui.fonts().small, failed ? ui.palette().error : ui.palette().ink, line, width);
  ui.landmarks.add(line, last_item());
  if (!progress.running) return;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + width, at.y + ui.px(4)}, ui.palette().raised, ui.px(2));
  list.AddRectFilled(at, {at.x + width * static_cast<float>(progress.part), at.y + ui.px(4)}, ui.palette().accent, ui.px(2));
  ImGui::Dummy({width, ui.px(4)});
}

void TeachPanel::draw_curves(const Ui& ui, float width, float height) const {
  const auto& view = teaching_.view();
  if (!view || view->log.size() < 2 || height < ui.px(110)) return;
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() + ui.space(2));
  LinePlot loss{"Loss curve", "Loss", "epoch", {{"loss", {}, {}, {}}}, {}, {}, {}};
  LinePlot error{"Error curve", "Error on held-out photos, in %", "epoch", {{"error", {}, {}, {}}}, {}, {}, {}};
  for (const EpochLog& epoch : view->log) {
    loss.lines[0].x.push_back(epoch.epoch);
    loss.lines[0].y.push_back(epoch.train_loss);
    error.lines[0].x.push_back(epoch.epoch);
    error.lines[0].y.push_back(100 * epoch.val_top1_error);
  }
  const auto top = [](const std::vector<double>& values, double least) {
    return std::max(least, *std::max_element(values.begin(), values.end()));
  };
  loss.x = error.x = {1, static_cast<double>(view->log.size())};
  loss.y = {0, top(loss.lines[0].y, 0.1)};
  error.y = {0, top(error.lines[0].y, 5)};
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float gap = ui.space(6);
  const float across = std::floor((width - gap) / 2);
  const float down = std::min(height - ui.space(2), ui.px(260));
  draw_line_plot(ui, loss, {origin.x, origin.y, across, down});
  draw_line_plot(ui, error, {origin.x + across + gap, origin.y, across, down});
}

const Texture& TeachPanel::thumbnail(const Ui& ui, const std::shared_ptr<const Image>& photo) {
  Thumbnail& thumbnail = thumbnails_[photo];
  thumbnail.shown = true;
  if (thumbnail.texture.empty()) {
    const int height = std::min(photo->height, static_cast<int>(2 * ui.px(kPhoto)));
    thumbnail.texture =
        Texture(ui.host, resample(to_picture(*photo), std::max(1, photo->width * height / photo->height), height), Sampling::kSmooth);
  }
  return thumbnail.texture;
}

void TeachPanel::save(const Ui& ui) {
  if (!teaching_.view() || !teaching_.view()->saved) return;
  save_copy(ui, teaching_.base()->network.name + "-taught.safetensors", ui.host.taught_model());
}

}  // namespace zf::viewer

#include "core/viewer/panels/invariance_panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "core/nn/prediction.h"
#include "core/report/captions.h"
#include "core/viewer/export_experiments.h"
#include "core/viewer/room.h"
#include "core/viewer/slider.h"
#include "core/viewer/widgets.h"

namespace zf::viewer {

namespace {

const std::array<std::string, kAxes> kTransforms = {"Translation", "Scale", "Rotation"};
constexpr double kTurn = 360;
constexpr float kWideFrom = 440;  ///< design pixels, from which plots stand beside the photo

/// The finest steps of sliders: a pixel, a hundredth, a degree.
double fineness(Axis axis) { return axis == Axis::kScale ? 0.01 : 1; }

std::string amount_text(Axis axis, double amount) {
  if (offset(axis, amount) == 0) return "as it is";
  if (axis == Axis::kScale) return fmt::format("{:.2f} times as large", amount);
  if (axis == Axis::kRotation) return fmt::format("{:.0f}° counter-clockwise", amount);
  return fmt::format("{:.0f} pixels {}", std::abs(amount), amount < 0 ? "up" : "down");
}

std::string axis_label(Axis axis) {
  if (axis == Axis::kScale) return "factor";
  return axis == Axis::kRotation ? "degrees counter-clockwise" : "pixels down";
}

/// The amount after the photo was dragged from one place to another, seen from the middle of its box.
double dragged(Axis axis, double amount, ImVec2 from, ImVec2 to, float pixel) {
  if (axis == Axis::kTranslation) return amount + static_cast<double>((to.y - from.y) / pixel);
  const auto angle = [](ImVec2 v) {
    return std::atan2(-static_cast<double>(v.y), static_cast<double>(v.x)) * kTurn / (2 * std::numbers::pi);
  };
  if (axis == Axis::kRotation) return amount + angle(to) - angle(from);
  constexpr double kLeast = 8;
  const auto length = [&](ImVec2 v) { return std::max(kLeast, std::hypot(static_cast<double>(v.x), static_cast<double>(v.y))); };
  return amount * length(to) / length(from);
}

}  // namespace

void InvariancePanel::draw(const Ui& ui, float width, float height) {
  const auto& photo = ui.session.photo();
  if (photo_ != ui.session.photo_number()) measured_.reset();
  if (!photo || !photo->look || photo->top.empty()) {
    caption(ui, "Open a photo to move, scale and turn it.", "Fig. 5", width);
    return;
  }
  if (ui.session.model()->stages.empty()) {
    caption(ui, kNoStages, "Fig. 5", width);
    return;
  }
  follow(ui);
  const Progress progress = curves_.progress();
  const std::string error = progress.error.empty() ? transform_.progress().error : progress.error;
  const float line = progress.running || !error.empty() ? ui.px(44) : 0;
  {
    const bool wide = width >= ui.px(kWideFrom);
    const Room room(ui, "invariance", width, height - line, ui.px(wide ? 500 : 700));
    draw_tools(ui, room.width());
    caption(ui, "Drag the photo or the slider to move, scale or turn it: early features change at once, late ones and the prediction less.",
            "Fig. 5", room.width());
    draw_contents(ui, wide, room.width(), room.height_left());
  }
  if (!error.empty()) {
    paragraph(ui.fonts().small, ui.palette().error, error, width);
  } else if (progress.running && progress_line(ui, progress, "Measuring transforms", width)) {
    curves_.cancel();
  }
}

/// Starts anew where photo or layers changed, and asks for the transform that is chosen now.
void InvariancePanel::follow(const Ui& ui) {
  Session& session = ui.session;
  const ModelView& model = *session.model();
  const std::array<int, 2> places = model.held(ui.settings.get(kStages));
  const auto layer = [&](std::size_t k) { return model.stages[static_cast<std::size_t>(places[k])].layer; };
  if (std::exchange(photo_, session.photo_number()) != session.photo_number()) label_ = session.photo()->top.front().index;
  if (curves_.ask(session, {layer(0), layer(1)})) start(ui);
  const Axis axis = ui.settings.get(kAxis);
  if (axis != first_ && curves_.progress().running) measure_curves(ui);
  if (!transform_.progress().running && transform_.ask(session, {curves_.wish(), axis, amount(axis)})) {
    transform_.start([&](auto found) { return transform_job(ui.host, session.photo()->look, probe(ui), axis, amount(axis), found); });
  }
  if (transform_.take_news() && transform_) take_up(ui.host);
}

void InvariancePanel::start(const Ui& ui) {
  steps_ = default_amounts(ui.session.model()->network.input.h);
  for (int axis = 0; axis < kAxes; ++axis) set_amount(static_cast<Axis>(axis), amount(static_cast<Axis>(axis)));
  transform_.cancel();
  measured_.reset();
  measure_curves(ui);
}

/// What is measured already stays.
void InvariancePanel::measure_curves(const Ui& ui) {
  first_ = ui.settings.get(kAxis);
  curves_.start([&](auto found) { return curves_job(ui.host, ui.session.photo()->look, probe(ui), first_, found); });
}

ProbeWish InvariancePanel::probe(const Ui& ui) const {
  const PhotoView& photo = *ui.session.photo();
  return {photo.path, ui.session.model()->preprocess, curves_.wish(), photo.path.empty() ? photo.input : Tensor()};
}

void InvariancePanel::take_up(Host& host) {
  texture_ = Texture(host, transform_->picture, Sampling::kSmooth);
  if (transform_->response) measured_ = *transform_;
}

Interval InvariancePanel::range(Axis axis) const {
  const std::vector<double>& steps = steps_[static_cast<std::size_t>(axis)];
  return {steps.front(), axis == Axis::kRotation ? kTurn : steps.back()};
}

void InvariancePanel::set_amount(Axis axis, double amount) {
  const Interval ends = range(axis);
  if (axis == Axis::kRotation && (amount < 0 || amount > kTurn)) amount -= kTurn * std::floor(amount / kTurn);
  const double whole = std::round(amount / fineness(axis)) * fineness(axis);
  amounts_[static_cast<std::size_t>(axis)] = std::clamp(whole, ends.low, ends.high);
}

void InvariancePanel::step(const Ui& ui, int by) {
  const Axis axis = ui.settings.get(kAxis);
  const std::vector<double>& steps = steps_[static_cast<std::size_t>(axis)];
  if (steps.size() > 1) set_amount(axis, amount(axis) + by * (steps[1] - steps[0]));
}

void InvariancePanel::turn(const Ui& ui) {
  ui.settings.set(kAxis, static_cast<Axis>((static_cast<int>(ui.settings.get(kAxis)) + 1) % kAxes));
}

void InvariancePanel::draw_tools(const Ui& ui, float width) {
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float side = control_height(ui);
  {
    Flow flow(ui, width - side);
    float all = 0;
    for (const std::string& name : kTransforms) all += button_width(ui, nullptr, name);
    flow.next(all);
    ui.settings.set(kAxis, static_cast<Axis>(segmented(ui, kTransforms, static_cast<int>(ui.settings.get(kAxis)), "Transform")));
    choose_stages(ui, flow, kStages, "A layer whose features are compared with the photo's own");
  }
  const ImVec2 below = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos({origin.x + width - side, origin.y});
  if (icon_button(ui, icon::kSave, "Save curves", "Ctrl+S")) save(ui);
  ImGui::SetCursorScreenPos(below);
}

/// Plots beside the photo and what belongs to it where there is room, else below them.
void InvariancePanel::draw_contents(const Ui& ui, bool wide, float width, float height) {
  const float gap = ui.space(wide ? 4 : 3);
  const float facts = control_height(ui) * 2 + 6 * ui.fonts().small->FontSize + ui.space(8);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float side = std::floor(std::max(1.0F, wide ? std::min(height - facts, width * 0.46F) : width * 0.46F));
  const float beside = std::max(1.0F, width - side - gap);
  draw_transformed(ui, {origin.x, origin.y, side, side});
  ImGui::SetCursorScreenPos(wide ? ImVec2{origin.x, origin.y + side + ui.space(1)} : ImVec2{origin.x + side + gap, origin.y});
  ImGui::BeginGroup();
  draw_facts(ui, wide ? side : beside);
  ImGui::EndGroup();
  const float top = wide ? origin.y : std::max(origin.y + side, last_item().y + last_item().h) + ui.space(3);
  const float tall = origin.y + height - top;
  draw_plots(ui, wide ? Box{origin.x + side + gap, top, beside, tall} : Box{origin.x, top, width, tall});
}

/// How the photo is transformed, and what the network takes it for.
void InvariancePanel::draw_facts(const Ui& ui, float width) {
  draw_amount(ui, width);
  label_ = choose_class(ui, label_, width, "The class whose probability is drawn");
  draw_classes(ui, width);
}

void InvariancePanel::draw_transformed(const Ui& ui, const Box& box) {
  ImGui::SetCursorScreenPos(box.min());
  ImGui::InvisibleButton("transformed photo", {box.w, box.h});
  ui.landmarks.add("transformed photo", box);
  draw_picture(ui, texture_, box);
  const Axis axis = ui.settings.get(kAxis);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const ImVec2 from_middle{mouse.x - box.x - box.w / 2, mouse.y - box.y - box.h / 2};
  if (ImGui::IsItemActivated()) {
    grip_ = from_middle;
    grip_amount_ = amount(axis);
  }
  if (ImGui::IsItemActive()) {
    const float pixel = box.h / static_cast<float>(ui.session.model()->network.input.h);
    set_amount(axis, dragged(axis, grip_amount_, grip_, from_middle, pixel));
  }
  if (ImGui::IsItemHovered() || ImGui::IsItemActive()) {
    ImGui::SetMouseCursor(axis == Axis::kTranslation ? ImGuiMouseCursor_ResizeNS : ImGuiMouseCursor_Hand);
  }
}

void InvariancePanel::draw_amount(const Ui& ui, float width) {
  const Axis axis = ui.settings.get(kAxis);
  double now = amount(axis);
  if (slider(ui, "amount", now, range(axis), neutral(axis), width)) set_amount(axis, now);
  tooltip(ui, kTransforms[static_cast<std::size_t>(axis)], ", .");
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() - ui.space(2));
  text(ui.fonts().small, ui.palette().ink, amount_text(axis, amount(axis)), width);
}

/// The three most probable classes of the transformed photo, and the one that is followed.
void InvariancePanel::draw_classes(const Ui& ui, float width) {
  if (!measured_) return;
  constexpr int kTop = 3;
  const Palette& p = ui.palette();
  const ImFont* font = ui.fonts().small;
  const std::vector<float>& all = measured_->response->probabilities;
  std::vector<ClassScore> rows = top_classes(all, kTop);
  const bool among = std::any_of(rows.begin(), rows.end(), [&](const ClassScore& score) { return score.index == label_; });
  if (!among) rows.push_back({label_, all[static_cast<std::size_t>(label_)]});
  for (const ClassScore& score : rows) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const std::string percent = fmt::format("{:.1f} %", 100 * score.p);
    const float number = text_size(font, percent).x;
    const float line = font->FontSize;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const bool followed = score.index == label_;
    draw_text(
        list, font, followed ? p.accent : p.ink, {at.x, at.y + line / 2},
        shortened(font, readable(class_name(ui.session.model()->classes, score.index)), std::max(1.0F, width - number - ui.space(2))));
    draw_text(list, font, p.soft, {at.x + width - number, at.y + line / 2}, percent);
    const float y = at.y + line + ui.px(1);
    list.AddRectFilled({at.x, y}, {at.x + width, y + ui.px(3)}, p.raised, ui.px(1.5F));
    list.AddRectFilled({at.x, y}, {at.x + std::max(ui.px(3), width * score.p), y + ui.px(3)}, followed ? p.accent : p.soft, ui.px(1.5F));
    ImGui::Dummy({width, line + ui.px(4)});
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() - ui.space(1));
  }
}

LinePlot InvariancePanel::distance_plot(const Ui& ui, const InvarianceRecord& record) const {
  const Axis axis = ui.settings.get(kAxis);
  const ModelView& model = *ui.session.model();
  const std::array<int, 2> places = model.held(ui.settings.get(kStages));
  LinePlot plot{"distance plot", "Distance of the features, in their lengths", axis_label(axis), {}, range(axis), {}, amount(axis)};
  const auto at = static_cast<std::size_t>(axis);
  std::vector<double> values{0};
  const bool current = measured_ && measured_->axis == axis;
  for (std::size_t k = 0; k < 2; ++k) {
    const double norm = record.norm[k] > 0 ? record.norm[k] : 1;
    PlotLine line{model.stages[static_cast<std::size_t>(places[k])].name, curves_->amounts[at], record.curves[at].distance[k], {}};
    for (double& value : line.y) value /= norm;
    if (current) line.now = measured_->response->distance[k] / norm;
    values.insert(values.end(), line.y.begin(), line.y.end());
    plot.lines.push_back(std::move(line));
  }
  constexpr int kTicks = 5;
  plot.y = nice_interval(values, kTicks);
  return plot;
}

LinePlot InvariancePanel::probability_plot(const Ui& ui, const InvarianceRecord& record) const {
  const Axis axis = ui.settings.get(kAxis);
  const auto at = static_cast<std::size_t>(axis);
  const std::string name = readable(class_name(ui.session.model()->classes, label_));
  PlotLine line{name, curves_->amounts[at], record.curves[at].probability, {}};
  if (measured_ && measured_->axis == axis) line.now = measured_->response->probabilities[static_cast<std::size_t>(label_)];
  return {"probability plot", fmt::format("Probability of {}", name), axis_label(axis), {std::move(line)}, range(axis), {0, 1},
          amount(axis)};
}

void InvariancePanel::draw_plots(const Ui& ui, const Box& box) {
  if (!curves_) return;
  const InvarianceRecord record = record_of(*curves_, ui.session.photo()->name, label_);
  const float gap = ui.space(4);
  const float names = ui.fonts().small->FontSize;  // the line that only the first plot has
  const float first = std::floor((box.h - gap + names) / 2);
  const auto upper = draw_line_plot(ui, distance_plot(ui, record), {box.x, box.y, box.w, first});
  const auto lower = draw_line_plot(ui, probability_plot(ui, record), {box.x, box.y + first + gap, box.w, box.h - first - gap});
  if (upper || lower) set_amount(ui.settings.get(kAxis), upper ? *upper : *lower);
}

void InvariancePanel::save(const Ui& ui) {
  if (!curves_ || !ui.session.photo()) return;
  const ModelView& model = *ui.session.model();
  const std::array<int, 2> places = model.held(ui.settings.get(kStages));
  const auto name = [&](std::size_t k) { return model.stages[static_cast<std::size_t>(places[k])].name; };
  save_invariance(ui, *curves_, {name(0), name(1)}, label_);
}

}  // namespace zf::viewer

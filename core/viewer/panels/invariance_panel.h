#pragma once

#include <array>
#include <optional>
#include <tuple>
#include <vector>

#include "core/figures/axis.h"
#include "core/viewer/choices.h"
#include "core/viewer/experiment.h"
#include "core/viewer/panel.h"
#include "core/viewer/plot.h"
#include "core/viewer/probing.h"
#include "core/viewer/texture.h"

namespace zf::viewer {

/// What moving, scaling and turning the photo does to the features of two layers and to a class's probability: Fig. 5.
class InvariancePanel final : public Panel {
 public:
  /// Along which the photo is transformed.
  static constexpr Setting<Axis> kAxis{"axis", Axis::kTranslation, kAllAxes};
  /// The paper's layers whose distances are drawn.
  static constexpr Setting<std::array<int, 2>> kStages{"invariance_stages", {1, 7}, 1, kMostStages};

  InvariancePanel() : Panel("invariance", "Invariance", icon::kInvariance) {}
  void draw(const Ui& ui, float width, float height) override;
  void save(const Ui& ui) override;
  void step(const Ui& ui, int by) override;
  void turn(const Ui& ui) override;

  [[nodiscard]] const std::optional<CurvesView>& curves() const { return curves_.view(); }
  /// The last transform that was measured.
  [[nodiscard]] const std::optional<TransformView>& measured() const { return measured_; }
  [[nodiscard]] double amount(Axis axis) const { return amounts_[static_cast<std::size_t>(axis)]; }
  /// Of the class that is followed.
  [[nodiscard]] int label() const { return label_; }

 private:
  void follow(const Ui& ui);
  void start(const Ui& ui);
  void measure_curves(const Ui& ui);
  [[nodiscard]] ProbeWish probe(const Ui& ui) const;
  void take_up(Host& host);
  void set_amount(Axis axis, double amount);
  void draw_tools(const Ui& ui, float width);
  void draw_contents(const Ui& ui, bool wide, float width, float height);
  void draw_transformed(const Ui& ui, const Box& box);
  void draw_facts(const Ui& ui, float width);
  void draw_amount(const Ui& ui, float width);
  void draw_classes(const Ui& ui, float width);
  void draw_plots(const Ui& ui, const Box& box);
  [[nodiscard]] LinePlot distance_plot(const Ui& ui, const InvarianceRecord& record) const;
  [[nodiscard]] LinePlot probability_plot(const Ui& ui, const InvarianceRecord& record) const;
  [[nodiscard]] Interval range(Axis axis) const;

  using Layers = std::array<int, 2>;  ///< indices
  Experiment<Layers, CurvesView> curves_{Subject::kPhoto};
  Experiment<std::tuple<Layers, Axis, double>, TransformView> transform_{Subject::kPhoto, Urgency::kQuick};
  int photo_ = 0;                                 ///< number of the photo that label_ is of
  std::array<std::vector<double>, kAxes> steps_;  ///< Fig. 5's amounts
  std::array<double, kAxes> amounts_{0, 1, 0};    ///< chosen now
  Axis first_ = Axis::kTranslation;               ///< the axis that the running curves began with
  int label_ = 0;
  std::optional<TransformView> measured_;
  Texture texture_;
  ImVec2 grip_{};           ///< where the photo was taken hold of
  double grip_amount_ = 0;  ///< and its amount then
};

}  // namespace zf::viewer

#pragma once

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "core/figures/axis.h"
#include "core/viewer/panel.h"
#include "core/viewer/plot.h"
#include "core/viewer/probing.h"
#include "core/viewer/texture.h"

namespace zf::viewer {

/// What moving, scaling and turning the photo does to the features of two layers and to a class's probability: Fig. 5.
class InvariancePanel final : public Panel {
 public:
  InvariancePanel() : Panel("invariance", "Invariance", icon::kInvariance) {}
  void draw(const Ui& ui, float width, float height) override;
  void save(const Ui& ui) override;
  void step(const Ui& ui, int by) override;
  void turn(const Ui& ui) override;

  [[nodiscard]] const std::optional<CurvesView>& curves() const { return curves_; }
  /// The last transform that was measured.
  [[nodiscard]] const std::optional<TransformView>& measured() const { return measured_; }
  [[nodiscard]] double amount(Axis axis) const { return amounts_[static_cast<std::size_t>(axis)]; }
  /// Of the class that is followed.
  [[nodiscard]] int label() const { return label_; }

 private:
  /// What the jobs look at.
  struct Subject {
    int photo = 0;                ///< number of its view
    std::array<int, 2> layers{};  ///< indices
    friend bool operator==(const Subject&, const Subject&) = default;
  };
  void follow(const Ui& ui);
  void start(const Ui& ui);
  void measure_curves(const Ui& ui);
  [[nodiscard]] ProbeWish wish(const Ui& ui) const;
  void take_up(Host& host, TransformView view);
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

  Subject subject_;
  std::array<std::vector<double>, kAxes> steps_;  ///< Fig. 5's amounts
  std::array<double, kAxes> amounts_{0, 1, 0};    ///< chosen now
  std::optional<std::pair<Axis, double>> asked_;  ///< of the job
  Axis first_ = Axis::kTranslation;               ///< the axis that the running curves began with
  int label_ = 0;
  std::optional<CurvesView> curves_;
  std::optional<TransformView> measured_;
  Texture texture_;
  ImVec2 grip_{};           ///< where the photo was taken hold of
  double grip_amount_ = 0;  ///< and its amount then
};

}  // namespace zf::viewer

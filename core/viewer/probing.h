#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/analysis/invariance.h"
#include "core/figures/picture.h"
#include "core/viewer/host.h"
#include "core/viewer/views.h"
#include "core/viewer/worker.h"

namespace zf::viewer {

/// Which photo is transformed, and which layers are watched.
struct ProbeWish {
  std::string path;
  Preprocess preprocess;
  std::array<int, 2> layers{};  ///< indices, up to the class scores
  Tensor input;                 ///< (1, channels, H, W), what is transformed where there is no file
};

/// The transforms of a photo that are measured along Fig. 5's default amounts. Only jobs touch it.
struct Probe {
  std::array<int, 2> layers{};
  InvarianceProbe measurer;
  std::array<std::vector<double>, kAxes> amounts;
  std::array<std::vector<std::optional<Response>>, kAxes> responses;  ///< one an amount, as far as they are measured
};

/// Fig. 5 of one photo, as far as it is known.
struct CurvesView {
  std::array<double, 2> norms{};                       ///< the lengths of the photo's own feature vectors
  std::vector<float> probabilities;                    ///< the photo's own
  std::array<std::vector<double>, kAxes> amounts;      ///< those that are measured, ascending
  std::array<std::vector<Response>, kAxes> responses;  ///< one an amount
};

/// One transform of the photo.
struct TransformView {
  Axis axis = Axis::kTranslation;
  double amount = 0;
  Picture picture;                   ///< what the network sees
  std::optional<Response> response;  ///< empty until it is measured
};

/// Measures what is not known yet, the axis `first` first, each from coarse to fine, and delivers the curves a few times a second.
[[nodiscard]] Worker::Maker curves_job(Host& host, std::shared_ptr<Look> look, ProbeWish wish, Axis first,
                                       std::function<void(CurvesView)> done);

/// Delivers the transformed photo at once, and again with what the network makes of it.
[[nodiscard]] Worker::Maker transform_job(Host& host, std::shared_ptr<Look> look, ProbeWish wish, Axis axis, double amount,
                                          std::function<void(TransformView)> done);

/// The curves with one class followed; an axis that was not measured is empty.
[[nodiscard]] InvarianceRecord record_of(const CurvesView& view, std::string name, int label);

}  // namespace zf::viewer

#include "core/viewer/probing.h"

#include <algorithm>
#include <utility>

#include "core/viewer/pace.h"

namespace zf::viewer {

namespace {

int best_class(const std::vector<float>& p) { return static_cast<int>(std::max_element(p.begin(), p.end()) - p.begin()); }

/// The look's probe; a new one where it has none of these layers.
std::shared_ptr<Probe> probe_of(const Host& host, Look& look, const ProbeWish& wish) {
  if (look.probe && look.probe->layers == wish.layers) return look.probe;
  const Net& net = *look.scope->net;
  auto probe = std::make_shared<Probe>(Probe{
      wish.layers, {net, wish.layers, surround_values(Surround::kMean, wish.preprocess)}, default_amounts(net.network().input.h), {}});
  probe->measurer.set_photo(wish.path.empty() ? wish.input : preprocess_whole(wish.preprocess, host.read_image(wish.path)));
  for (std::size_t axis = 0; axis < kAxes; ++axis) probe->responses[axis].resize(probe->amounts[axis].size());
  look.probe = probe;
  return probe;
}

/// Every eighth of `count` places, then those between them, and so on.
std::vector<std::size_t> coarse_to_fine(std::size_t count) {
  constexpr std::size_t kCoarse = 8;
  std::vector<std::size_t> order;
  for (std::size_t stride = kCoarse; stride > 0; stride /= 2) {
    for (std::size_t i = 0; i < count; i += stride) {
      if (stride == kCoarse || i % (2 * stride) != 0) order.push_back(i);
    }
  }
  return order;
}

class Curves final : public Job {
 public:
  Curves(const Host& host, std::shared_ptr<Look> look, const ProbeWish& wish, Axis first, std::function<void(CurvesView)> deliver)
      : look_(std::move(look)), probe_(probe_of(host, *look_, wish)), deliver_(std::move(deliver)) {
    for (int i = 0; i < kAxes; ++i) {
      const auto axis = (static_cast<std::size_t>(first) + static_cast<std::size_t>(i)) % kAxes;
      for (const std::size_t place : coarse_to_fine(probe_->amounts[axis].size())) {
        if (!probe_->responses[axis][place]) points_.emplace_back(axis, place);
      }
      all_ += probe_->amounts[axis].size();
    }
  }

  Step step() override {
    constexpr std::size_t kBatch = 4;
    const std::size_t end = std::min(points_.size(), done_ + kBatch);
    std::vector<Transform> transforms;
    for (std::size_t i = done_; i < end; ++i) {
      const auto [axis, place] = points_[i];
      transforms.push_back(along(static_cast<Axis>(axis), probe_->amounts[axis][place]));
    }
    std::vector<Response> responses = probe_->measurer.measure(transforms);
    for (std::size_t i = 0; i < responses.size(); ++i) {
      const auto [axis, place] = points_[done_ + i];
      probe_->responses[axis][place] = std::move(responses[i]);
    }
    done_ = end;
    const bool more = done_ < points_.size();
    if (!more || pace_.due()) deliver_(view());
    return more ? Step::kMore : Step::kDone;
  }
  [[nodiscard]] double progress() const override {
    return static_cast<double>(all_ - points_.size() + done_) / static_cast<double>(std::max<std::size_t>(all_, 1));
  }

 private:
  [[nodiscard]] CurvesView view() const {
    CurvesView view;
    view.norms = probe_->measurer.norms();
    view.probabilities = probe_->measurer.probabilities();
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      for (std::size_t i = 0; i < probe_->amounts[axis].size(); ++i) {
        if (!probe_->responses[axis][i]) continue;
        view.amounts[axis].push_back(probe_->amounts[axis][i]);
        view.responses[axis].push_back(*probe_->responses[axis][i]);
      }
    }
    return view;
  }

  std::shared_ptr<Look> look_;
  std::shared_ptr<Probe> probe_;
  std::function<void(CurvesView)> deliver_;
  std::vector<std::pair<std::size_t, std::size_t>> points_;  ///< axis and place, in the order of their turns
  std::size_t all_ = 0;
  std::size_t done_ = 0;
  Pace pace_;
};

/// The picture, then the measurement.
class Transforming final : public Job {
 public:
  Transforming(const Host& host, std::shared_ptr<Look> look, ProbeWish wish, Axis axis, double amount,
               std::function<void(TransformView)> deliver)
      : look_(std::move(look)),
        probe_(probe_of(host, *look_, wish)),
        preprocess_(std::move(wish.preprocess)),
        deliver_(std::move(deliver)) {
    view_.axis = axis;
    view_.amount = amount;
  }

  Step step() override {
    const Transform transform = along(view_.axis, view_.amount);
    const bool first = view_.picture.rgb.empty();
    if (first) {
      const Tensor pixels = probe_->measurer.view(transform);
      view_.picture = to_picture(to_image(preprocess_, pixels.values(), pixels.shape().map()));
    } else {
      view_.response = std::move(probe_->measurer.measure(std::vector{transform}).front());
    }
    deliver_(view_);
    return first ? Step::kMore : Step::kDone;
  }
  [[nodiscard]] double progress() const override { return view_.picture.rgb.empty() ? 0 : 0.5; }

 private:
  std::shared_ptr<Look> look_;
  std::shared_ptr<Probe> probe_;
  Preprocess preprocess_;
  std::function<void(TransformView)> deliver_;
  TransformView view_;
};

}  // namespace

Worker::Maker curves_job(Host& host, std::shared_ptr<Look> look, ProbeWish wish, Axis first, std::function<void(CurvesView)> done) {
  return [&host, look = std::move(look), wish = std::move(wish), first, done = std::move(done)](Worker::Outbox outbox) {
    return std::make_unique<Curves>(host, look, wish, first, outbox.to(done));
  };
}

Worker::Maker transform_job(Host& host, std::shared_ptr<Look> look, ProbeWish wish, Axis axis, double amount,
                            std::function<void(TransformView)> done) {
  return [&host, look = std::move(look), wish = std::move(wish), axis, amount, done = std::move(done)](Worker::Outbox outbox) {
    return std::make_unique<Transforming>(host, look, wish, axis, amount, outbox.to(done));
  };
}

InvarianceRecord record_of(const CurvesView& view, std::string name, int label) {
  const auto followed = static_cast<std::size_t>(label);
  InvarianceRecord record;
  record.name = std::move(name);
  record.label = label;
  record.top = best_class(view.probabilities);
  record.probability = view.probabilities.at(followed);
  record.norm = view.norms;
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    InvarianceCurve& curve = record.curves[axis];
    for (const Response& response : view.responses[axis]) {
      for (std::size_t k = 0; k < curve.distance.size(); ++k) curve.distance[k].push_back(response.distance[k]);
      curve.probability.push_back(response.probabilities.at(followed));
      curve.top.push_back(best_class(response.probabilities));
    }
  }
  return record;
}

}  // namespace zf::viewer

#include "core/viewer/occluding.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "core/analysis/place_at.h"
#include "core/figures/overlay.h"
#include "core/viewer/pace.h"

namespace zf::viewer {

namespace {

/// Places that were not run yet are as the clean image.
Picture overlay(const Picture& photo, const OcclusionMaps& maps, const std::vector<float>& places, float clean, const Range& range) {
  std::vector<float> pixels = maps.per_pixel(places, {photo.height, photo.width});
  for (float& value : pixels) {
    if (std::isnan(value)) value = clean;
  }
  return heat_overlay(photo, pixels, {photo.height, photo.width}, range, Colormap::kHeat);
}

/// Each pixel in the colour of the class that is most probable with the square upon it.
void paint_classes(const Picture& photo, OcclusionView& view) {
  const std::vector<std::int32_t> top = view.maps.most_probable();
  const auto columns = static_cast<std::size_t>(view.maps.columns());
  std::vector<std::size_t> row_at;     // of places, nearest to each row of pixels
  std::vector<std::size_t> column_at;  // and to each column
  for (int y = 0; y < photo.height; ++y) row_at.push_back(static_cast<std::size_t>(place_at(view.maps.y, view.maps.size, y)));
  for (int x = 0; x < photo.width; ++x) column_at.push_back(static_cast<std::size_t>(place_at(view.maps.x, view.maps.size, x)));
  std::vector<int> pixels(top.size());  // nearest to each place
  for (const std::size_t row : row_at) {
    for (const std::size_t column : column_at) ++pixels[row * columns + column];
  }
  std::map<int, int> counts;
  for (std::size_t place = 0; place < top.size(); ++place) {
    if (pixels[place] > 0) counts[top[place]] += pixels[place];
  }
  std::vector<std::pair<int, int>> order(counts.begin(), counts.end());
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::map<int, Colour> colours;
  for (const auto& [index, count] : order) {
    if (index < 0) continue;
    const Colour colour = series_colour(static_cast<int>(colours.size()));
    colours[index] = colour;
    view.legend.push_back({index, colour, static_cast<double>(count) / (photo.width * photo.height)});
  }
  std::vector<Colour> tints(top.size());
  for (std::size_t place = 0; place < top.size(); ++place) {
    if (top[place] >= 0 && pixels[place] > 0) tints[place] = colours.at(top[place]);
  }
  view.classes = photo;
  for (int y = 0; y < photo.height; ++y) {
    for (int x = 0; x < photo.width; ++x) {
      std::uint8_t* pixel = view.classes.pixel(x, y);
      const int grey = (pixel[0] * 54 + pixel[1] * 183 + pixel[2] * 19) / 256;
      for (int c = 0; c < 3; ++c) pixel[c] = static_cast<std::uint8_t>(grey);
      const std::size_t place = row_at[static_cast<std::size_t>(y)] * columns + column_at[static_cast<std::size_t>(x)];
      if (top[place] >= 0) blend(view.classes, x, y, tints[place], 0.6F);
    }
  }
}

OcclusionView view_of(const Occlusion& job, const Picture& photo, int label) {
  OcclusionView view;
  view.maps = job.maps();
  view.label = label;
  view.layer = job.layer();
  view.map = job.map();
  view.part = job.progress();
  const OcclusionMaps& maps = view.maps;
  float low = maps.clean_activation;
  float high = maps.clean_activation;
  for (const float value : maps.activation) {
    if (std::isnan(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  view.range = {low, high};
  const std::vector<float> p = maps.probability(label);
  view.probability = overlay(photo, maps, p, 1, {0, 1});
  view.activation = overlay(photo, maps, maps.activation, maps.clean_activation, view.range);
  paint_classes(photo, view);
  return view;
}

class Occluding final : public Job {
 public:
  Occluding(std::shared_ptr<Look> look, const Tensor& input, Picture photo, const OcclusionOptions& options, int label,
            std::function<void(OcclusionView)> deliver)
      : look_(std::move(look)),
        photo_(std::move(photo)),
        label_(label),
        deliver_(std::move(deliver)),
        job_(*look_->scope->net, input, options) {}

  Step step() override {
    const Step step = job_.step();
    if (step == Step::kDone || (job_.coarse() && pace_.due())) deliver_(view_of(job_, photo_, label_));
    return step;
  }
  [[nodiscard]] double progress() const override { return job_.progress(); }

 private:
  std::shared_ptr<Look> look_;
  Picture photo_;
  int label_;
  std::function<void(OcclusionView)> deliver_;
  Occlusion job_;
  Pace pace_;
};

}  // namespace

Worker::Maker occlusion_job(std::shared_ptr<Look> look, const PhotoView& photo, const OcclusionWish& wish,
                            std::function<void(OcclusionView)> done) {
  OcclusionOptions options;
  options.size = wish.size;
  options.stride = wish.stride;
  options.layer = wish.layer;
  options.map = wish.map;
  return [look = std::move(look), input = photo.input, picture = to_picture(photo.view), options, label = wish.label,
          done = std::move(done)](Worker::Outbox outbox) {
    return std::make_unique<Occluding>(look, input, picture, options, label, outbox.to(done));
  };
}

int nearest_place(const OcclusionMaps& maps, int y, int x) {
  return place_at(maps.y, maps.size, y) * maps.columns() + place_at(maps.x, maps.size, x);
}

}  // namespace zf::viewer

#include "core/report/occlusion_figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "core/analysis/place_at.h"
#include "core/deconv/project.h"
#include "core/figures/colour_bar.h"
#include "core/figures/label.h"
#include "core/figures/overlay.h"
#include "core/nn/prediction.h"
#include "core/report/captions.h"

namespace zf {

namespace {

constexpr int kSide = 300;    // pixels of a panel's longer side
constexpr int kGap = 22;      // between panels and around them
constexpr int kHeading = 30;  // above a panel
constexpr int kFooting = 96;  // below it, for colour bar or legend
constexpr int kColumns = 4;
constexpr int kLegendLines = 4;
constexpr Colour kSquare{94, 234, 212};
constexpr Colour kOthers{150, 154, 162};
const TextStyle kTitle{15, kInk, Weight::kSemiBold};
const TextStyle kNote{13, kSoftInk, Weight::kRegular};

/// Width and height of the photo when its longer side has `side` pixels.
Rect fitted(Size image, int side) {
  const int longer = std::max(image.h, image.w);
  return {0, 0, std::max(image.w * side / longer, 1), std::max(image.h * side / longer, 1)};
}

/// Which of `count` pixels of the image is shown at one of `length` pixels of a picture.
int cell_of(int pixel, int length, int count) { return std::min(pixel * count / length, count - 1); }

/// A picture as large as the photo, each pixel in the colour of the place whose square's middle is nearest: what a place says lies around
/// the middle of its square.
template <typename ColourOf>
Picture cells(const OcclusionMaps& maps, Size image, int side, const ColourOf& colour_of) {
  const Rect size = fitted(image, side);
  Picture picture = make_picture(size.width, size.height);
  std::vector<int> columns;
  for (int x = 0; x < size.width; ++x) columns.push_back(place_at(maps.x, maps.size, cell_of(x, size.width, image.w)));
  for (int y = 0; y < size.height; ++y) {
    const int row = place_at(maps.y, maps.size, cell_of(y, size.height, image.h));
    for (int x = 0; x < size.width; ++x) {
      const int place = row * maps.columns() + columns[static_cast<std::size_t>(x)];
      blend(picture, x, y, colour_of(static_cast<std::size_t>(place)), 1.0F);
    }
  }
  return picture;
}

Picture photo_of(const OcclusionStory& story, int side) {
  const Picture photo{story.view.width, story.view.height, story.view.rgb};
  const Rect size = fitted({photo.height, photo.width}, side);
  return resample(photo, size.width, size.height);
}

/// One of the figure's pictures with its words.
class Sheet {
 public:
  Sheet() : picture_(make_picture(kColumns * (kSide + kGap) + kGap, 2 * (kSide + kHeading + kFooting) + kGap)) {}

  /// Lays a picture into column and row; gives its rectangle.
  Rect panel(int column, int row, const std::string& title, const Picture& content) {
    const int x = kGap + column * (kSide + kGap);
    const int y = kGap + row * (kSide + kHeading + kFooting);
    draw_text(picture_, shorten(title, kSide, kTitle), x, y, kTitle);
    blit(picture_, content, x, y + kHeading);
    return {x, y + kHeading, content.width, content.height};
  }

  void bar(const Rect& above, Colormap map, const Range& range, const std::string& title) {
    const ColourBarStyle style{.width = kSide, .title = title};
    blit(picture_, colour_bar(map, range, style), above.x, above.y + above.height + kGap / 2);
  }

  void note(const Rect& above, int line, const std::string& text) {
    const int y = above.y + above.height + kGap / 2 + line * (line_height(kNote) + 2);
    draw_text(picture_, shorten(text, kSide, kNote), above.x, y, kNote);
  }

  void swatch(const Rect& above, int line, Colour colour, const std::string& text) {
    const int height = line_height(kNote) + 2;
    const int y = above.y + above.height + kGap / 2 + line * height;
    fill(picture_, {above.x, y + 2, height - 6, height - 6}, colour);
    draw_text(picture_, shorten(text, kSide - height - 2, kNote), above.x + height + 2, y, kNote);
  }

  [[nodiscard]] Picture take() { return std::move(picture_); }

 private:
  Picture picture_;
};

/// The photo with the square at the place where covering costs most.
Picture covered_photo(const OcclusionStory& story, const std::vector<float>& probability) {
  Picture photo = photo_of(story, kSide);
  const auto lowest = std::min_element(probability.begin(), probability.end()) - probability.begin();
  const double scale = static_cast<double>(photo.width) / story.view.width;
  const auto scaled = [scale](int pixels) { return static_cast<int>(std::lround(pixels * scale)); };
  const int top = story.maps.y[static_cast<std::size_t>(lowest) / story.maps.x.size()];
  const int left = story.maps.x[static_cast<std::size_t>(lowest) % story.maps.x.size()];
  outline(photo, {scaled(left), scaled(top), scaled(story.maps.size), scaled(story.maps.size)}, kSquare, 3);
  return photo;
}

/// The classes that win anywhere with the number of places where they do, most often first.
std::vector<std::pair<int, int>> winners(const std::vector<std::int32_t>& most_probable) {
  std::map<int, int> counts;
  for (const std::int32_t winner : most_probable) ++counts[winner];
  std::vector<std::pair<int, int>> result(counts.begin(), counts.end());
  std::stable_sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return result;
}

void draw_classes(Sheet& sheet, const OcclusionStory& story, Size image) {
  const std::vector<std::int32_t> most_probable = story.maps.most_probable();
  const auto ranking = winners(most_probable);
  const auto rank_of = [&](std::int32_t winner) {
    return std::find_if(ranking.begin(), ranking.end(), [&](const auto& entry) { return entry.first == winner; }) - ranking.begin();
  };
  // The last line of a long legend holds all others.
  const std::size_t named = ranking.size() <= kLegendLines ? ranking.size() : kLegendLines - 1;
  const auto colour_of_rank = [named](std::ptrdiff_t rank) {
    return rank < static_cast<std::ptrdiff_t>(named) ? series_colour(static_cast<int>(rank)) : kOthers;
  };
  const Rect at =
      sheet.panel(3, 0, "(e) most probable class",
                  cells(story.maps, image, kSide, [&](std::size_t place) { return colour_of_rank(rank_of(most_probable[place])); }));
  int others = static_cast<int>(most_probable.size());
  for (std::size_t k = 0; k < named; ++k) {
    const auto [index, count] = ranking[k];
    others -= count;
    sheet.swatch(at, static_cast<int>(k), series_colour(static_cast<int>(k)),
                 fmt::format("{}: {} of {} places", readable(class_name(story.classes, index)), count, most_probable.size()));
  }
  if (named < ranking.size()) {
    sheet.swatch(at, static_cast<int>(named), kOthers, fmt::format("{} others: {} places", ranking.size() - named, others));
  }
}

/// From the lowest to the highest value, and at least a little apart. NaN counts for nothing.
Range value_range(const std::vector<float>& values) {
  Range range{INFINITY, -INFINITY};
  for (const float value : values) {
    if (std::isnan(value)) continue;
    range.low = std::min(range.low, value);
    range.high = std::max(range.high, value);
  }
  if (range.low > range.high) return {};
  if (range.high - range.low < 1e-6F * std::max(1.0F, std::abs(range.high)))
    range.high = range.low + 1e-3F * std::max(1.0F, std::abs(range.low));
  return range;
}

/// Values place by place, each a flat cell, as large as the photo.
Picture place_picture(const OcclusionMaps& maps, const std::vector<float>& values, const Range& range, Size image, int side) {
  return cells(maps, image, side, [&](std::size_t place) { return colour_at(Colormap::kHeat, position(values.at(place), range)); });
}

/// Pixel by pixel over the photo; pixels that no square covers show the photo alone.
Picture pixel_picture(const OcclusionStory& story, const std::vector<float>& values, const Range& range, int side) {
  const Size image{story.view.height, story.view.width};
  std::vector<float> pixels = story.maps.per_pixel(values, image);
  std::vector<bool> unknown(pixels.size());
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    unknown[i] = std::isnan(pixels[i]);
    if (unknown[i]) pixels[i] = range.high;
  }
  const Picture photo = photo_of(story, side);
  Picture overlay = heat_overlay(photo, pixels, image, range, Colormap::kHeat);
  for (int y = 0; y < photo.height; ++y) {
    for (int x = 0; x < photo.width; ++x) {
      const int row = cell_of(y, photo.height, image.h);
      const int column = cell_of(x, photo.width, image.w);
      if (unknown[static_cast<std::size_t>(row) * static_cast<std::size_t>(image.w) + static_cast<std::size_t>(column)])
        blend(overlay, x, y, photo.at(x, y), 1.0F);
    }
  }
  return overlay;
}

}  // namespace

OcclusionStory tell_occlusion(const Net& net, const Occlusion& job, Image view, const Preprocess& preprocess, int label,
                              std::vector<std::string> classes) {
  const std::vector<MapSeed> watched{{0, job.map()}};
  return {.view = std::move(view),
          .maps = job.maps(),
          .layer = view_name(net.network(), job.layer()),
          .map = job.map(),
          .projection = Projector(net, job.clean(), Rule::kDeconvnet).project_maps(job.layer(), watched).whole(0),
          .channels = channels_of(preprocess.order),
          .label = label,
          .classes = std::move(classes)};
}

Picture draw_occlusion(const OcclusionStory& story) {
  const Size image{story.view.height, story.view.width};
  const std::vector<float> probability = story.maps.probability(story.label);
  const std::string label = readable(class_name(story.classes, story.label));
  const std::string watched = fmt::format("{} map {}", story.layer, story.map);
  const float clean = probabilities(story.maps.clean_logits)[static_cast<std::size_t>(story.label)];
  const float lowest = *std::min_element(probability.begin(), probability.end());
  const Range activations = value_range(story.maps.activation);
  const Range chances = value_range(probability);
  Sheet sheet;
  const auto heat = [&](int column, int row, const std::string& title, const Picture& picture, const Range& range,
                        const std::string& unit) { sheet.bar(sheet.panel(column, row, title, picture), Colormap::kHeat, range, unit); };

  const Rect photo = sheet.panel(0, 0, "(a) photo", covered_photo(story, probability));
  sheet.note(photo, 0, fmt::format("{} x {} px square, {} places", story.maps.size, story.maps.size, probability.size()));
  sheet.note(photo, 1, fmt::format("p({}) {:.3f} without a square,", label, clean));
  sheet.note(photo, 2, fmt::format("{:.3f} with it where it is drawn", lowest));
  heat(1, 0, fmt::format("(b) activation of {}", watched), place_picture(story.maps, story.maps.activation, activations, image, kSide),
       activations, fmt::format("sum over the map; {} without a square", short_number(story.maps.clean_activation)));
  heat(2, 0, fmt::format("(d) probability of {}", label), place_picture(story.maps, probability, chances, image, kSide), chances,
       fmt::format("a cell a place; {:.3f} without a square", clean));
  draw_classes(sheet, story, image);

  const float reach = signed_scale(story.projection.values());
  const Rect size = fitted(image, kSide);
  const Picture projection = resample(signed_picture(story.projection, 0, reach, story.channels), size.width, size.height);
  sheet.note(sheet.panel(0, 1, fmt::format("(c) {} projected", watched), projection), 0, "all its activations at once; grey is 0");
  const auto pixels = [&](int column, const std::string& title, const std::vector<float>& values) {
    const Range range = value_range(story.maps.per_pixel(values, image));
    heat(column, 1, title, pixel_picture(story, values, range, kSide), range, "mean over the squares that cover a pixel");
  };
  pixels(1, "activation, pixel by pixel", story.maps.activation);
  pixels(2, "probability, pixel by pixel", probability);
  if (!story.elsewhere.rgb.empty()) {
    const int longer = std::max(story.elsewhere.width, story.elsewhere.height);
    const Picture sheet_of_nine =
        resample(story.elsewhere, story.elsewhere.width * kSide / longer, story.elsewhere.height * kSide / longer);
    sheet.note(sheet.panel(3, 1, fmt::format("(c) {} elsewhere", watched), sheet_of_nine), 0,
               "projected where it is strongest in other photos");
  }
  return sheet.take();
}

}  // namespace zf

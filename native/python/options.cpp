#include "native/python/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "core/analysis/fill.h"
#include "core/data/photo_list.h"
#include "core/deconv/rules.h"
#include "core/io/quotable.h"
#include "core/tensor/error.h"
#include "native/python/decoder.h"

namespace zf::python {

Rule rule_of(const std::string& name) {
  const std::optional<Rule> rule = rule_named(name);
  if (!rule) fail("rule: expected deconvnet, gradient or guided, found {}", name);
  return *rule;
}

std::vector<Photo> chosen_photos(const py::object& photos, int count, const Shape& input) {
  if (count < 1) fail("count: expected at least 1, found {}", count);
  if (!is_path(photos)) return photos_of(photos, input);
  const std::filesystem::path path = path_of(photos);
  if (!is_photo_folder(path)) return photos_of(photos, input);
  const PhotoList list = list_photos(path.string());
  warn_of(list.skipped);
  std::vector<Photo> chosen;
  for (const std::string& name : list.spread(count)) chosen.push_back({name, std::filesystem::path(name)});
  return chosen;
}

OcclusionOptions occlusion_options(const Net& net, int size, int stride, const std::string& fill, int soft_edge, bool border,
                                   const std::string& layer, std::optional<int> map, bool brute_force) {
  if (map && *map < 0) fail("map: expected a number from 0 on, found {}", *map);
  return {.size = size,
          .stride = stride,
          .border = border,
          .fill = fill_values(fill, net.model().preprocess),
          .soft_edge = soft_edge,
          .layer = layer.empty() ? -1 : find_layer(net.network(), layer),
          .map = map.value_or(-1),
          .brute_force = brute_force};
}

int threads_of(const BackendOptions& options) {
  return options.threads > 0 ? options.threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void warn_of(std::span<const Skipped> skipped) {
  constexpr std::size_t kShown = 10;
  if (skipped.empty()) return;
  std::string text = fmt::format("{} files skipped:", skipped.size());
  for (const Skipped& file : skipped.first(std::min(skipped.size(), kShown)))
    text += fmt::format("\n  {}: {}", printable(file.path), printable(file.why));
  if (skipped.size() > kShown) text += fmt::format("\n  and {} more", skipped.size() - kShown);
  warn(text);
}

}  // namespace zf::python

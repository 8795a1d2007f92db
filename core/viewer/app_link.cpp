// What a link asks for.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string>

#include "core/viewer/app.h"

namespace zf::viewer {

namespace {

std::optional<int> number_in(const std::string& text, int count) {
  int number = -1;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || at != end || number < 0 || number >= count) return std::nullopt;
  return number;
}

}  // namespace

void App::follow(const Link& link) {
  const auto& model = session_.model();
  if (!model) return;
  const auto refuse = [&](const std::string& what, const std::string& lacks) {
    session_.tell({fmt::format("The link asks for {}; {}.", what, lacks), "The rest of it is shown.", false});
  };
  if (!link.tab.empty()) {
    if (find_panel(link.tab) != nullptr) {
      settings_.set(kTab, link.tab);
    } else {
      refuse(fmt::format("the tab “{}”", link.tab), "there is none of that name");
    }
  }
  if (!link.photo.empty()) {
    const auto& photos = session_.choice().photos;
    const auto found = std::find_if(photos.begin(), photos.end(),
                                    [&](const std::string& path) { return std::filesystem::path(path).filename().string() == link.photo; });
    if (found == photos.end()) {
      refuse(fmt::format("the photo “{}”", link.photo), "it is not open here");
    } else if (const auto index = static_cast<int>(found - photos.begin()); session_.live() || index != session_.choice().photo) {
      session_.choose_photo(index);
    }
  }
  const std::string layer = link.layer.empty() ? session_.choice().layer : link.layer;
  const LayerStory* const story = model->find(layer);
  if (story == nullptr) {
    refuse(fmt::format("the layer “{}”", layer), fmt::format("{} has none of that name", model->network.name));
    return;
  }
  const int maps = model->shapes[static_cast<std::size_t>(story->layer)].c;
  const std::optional<int> map = number_in(link.unit, maps);
  if (!link.unit.empty() && !map) refuse(fmt::format("the unit “{}”", link.unit), fmt::format("{} has units 0 to {}", layer, maps - 1));
  if (map) {
    session_.choose_unit(layer, *map);
  } else {
    session_.choose_layer(layer);
  }
}

}  // namespace zf::viewer

#include "core/report/projection.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/deconv/project.h"
#include "core/deconv/rules.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

Seed choose_seed(Backend& backend, const Trace& trace, int layer, const ProjectionWish& wish) {
  if (wish.at && !wish.map) return strongest_map_at(backend, trace, layer, (*wish.at)[0], (*wish.at)[1]);
  if (wish.at) return seed_at(backend, trace, layer, *wish.map, (*wish.at)[0], (*wish.at)[1]);
  if (!wish.map) return strongest_maps(backend, trace, layer, 1).front();
  return strongest_place(backend, trace, layer, *wish.map);
}

/// The pixels that the picture shows.
Tensor shown(const ProjectionStory& story, const ProjectionLook& look) {
  if (!look.crop) return story.pixels;
  return Projections{story.pixels, {Window{}}, story.pixels.shape().map()}.part(0, story.rectangle);
}

}  // namespace

int projected_layer(const Network& network, const std::string& name) {
  const int layer = find_layer(network, name);
  if (layer > logits_layer(network)) fail("project: expected a layer below softmax, such as logits, found {}", name);
  return layer;
}

ProjectionStory tell_projection(const Net& net, const Trace& trace, const ProjectionWish& wish, const Channels& channels) {
  const int layer = projected_layer(net.network(), wish.layer);
  ProjectionStory story{
      .wish = wish, .seed = choose_seed(net.backend(), trace, layer, wish), .rectangle = {}, .pixels = {}, .channels = channels};
  const Size image = net.network().input.map();
  Projector projector(net, trace, wish.rule, wish.lrn);
  if (wish.whole_map) {
    const std::vector<MapSeed> seeds{{story.seed.image, story.seed.map}};
    story.pixels = projector.project_maps(layer, seeds).whole(0);
    story.rectangle = {0, 0, image.h, image.w};
  } else {
    const std::vector<Seed> seeds{story.seed};
    story.pixels = projector.project(layer, seeds).whole(0);
    const ReceptiveField field = receptive_fields(net.network())[static_cast<std::size_t>(layer)];
    story.rectangle = clip(field_at(field, story.seed.y, story.seed.x), image);
  }
  const auto values = story.pixels.values();
  if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) {
    fail("project: expected finite pixels of {}, found others", wish.layer);
  }
  return story;
}

ProjectionFigure draw_projection(const ProjectionStory& story, const ProjectionLook& look) {
  const Tensor pixels = shown(story, look);
  if (look.stretch) {
    const auto [low, high] = std::minmax_element(pixels.values().begin(), pixels.values().end());
    return {stretched_picture(pixels, 0, story.channels), *low, *high};
  }
  const float scale = signed_scale(pixels.values());
  return {signed_picture(pixels, 0, scale, story.channels), -scale, scale};
}

nlohmann::ordered_json projection_json(const ProjectionStory& story) {
  nlohmann::ordered_json json{{"layer", story.wish.layer}, {"map", story.seed.map}};
  if (!story.wish.whole_map) json["place"] = {{"y", story.seed.y}, {"x", story.seed.x}};
  json["value"] = story.seed.value;
  json["whole_map"] = story.wish.whole_map;
  json["rule"] = name_of(story.wish.rule);
  json["lrn_derivative"] = story.wish.lrn == LrnBackward::kDerivative;
  const PixelRect& r = story.rectangle;
  json["rectangle"] = {{"y", r.y}, {"x", r.x}, {"height", r.h}, {"width", r.w}};
  return json;
}

nlohmann::ordered_json projection_json(const ProjectionStory& story, const ProjectionLook& look, const ProjectionFigure& figure) {
  nlohmann::ordered_json json = projection_json(story);
  json["cropped"] = look.crop;
  json["colours"] = {{"black", figure.black}, {"white", figure.white}};
  return json;
}

}  // namespace zf

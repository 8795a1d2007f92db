#include "core/report/story.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/nn/prediction.h"
#include "core/report/captions.h"
#include "core/tensor/error.h"
#include "core/tensor/stopwatch.h"

namespace zf {

namespace {

int stage_of(const Network& network, int layer) {
  return static_cast<int>(
      std::count_if(network.layers.begin(), network.layers.begin() + layer + 1, [](const Layer& l) { return has_weights(l.op); }));
}

void check_finite(const Tensor& maps, const std::string& layer) {
  const auto values = maps.values();
  const auto bad = std::find_if(values.begin(), values.end(), [](float v) { return !std::isfinite(v); });
  if (bad != values.end()) fail("{}: expected finite activations, found {}", layer, *bad);
}

/// A field as it is shown: whole where the photo has room for one, else as much as the photo has.
PixelRect shown_field(const PixelRect& field, Size photo) {
  PixelRect shown = field;
  if (field.h > photo.h) shown = {0, shown.x, photo.h, shown.w};
  if (field.w > photo.w) shown = {shown.y, 0, shown.h, photo.w};
  return shown;
}

}  // namespace

LayerStory describe_layer(const Network& network, const std::string& name) {
  LayerStory story;
  story.name = name;
  story.layer = find_layer(network, name);
  const std::vector<ShownLayer> shown = shown_layers(network);
  const auto found = std::find_if(shown.begin(), shown.end(), [&](const ShownLayer& layer) { return layer.name == name; });
  const int first = found == shown.end() ? story.layer : found->first;
  story.source = network.layers[static_cast<std::size_t>(first)];
  if (story.layer > first) story.then = activation_name(network.layers[static_cast<std::size_t>(story.layer)].op);
  story.stage = stage_of(network, story.layer);
  story.field = receptive_fields(network)[static_cast<std::size_t>(story.layer)];
  return story;
}

StoryInput story_input(const Preprocess& preprocess, const Image& photo) {
  Image view = centre_view(preprocess, photo);
  Tensor input(preprocess.input());
  write_pixels(preprocess, view, input.values());
  return {std::move(view), std::move(input)};
}

StoryTeller::StoryTeller(const Net& net, Preprocess preprocess, std::vector<std::string> classes, const StoryOptions& options)
    : net_(&net),
      preprocess_(std::move(preprocess)),
      classes_(std::move(classes)),
      options_(options),
      projector_(net, trace_, options.rule, options.lrn) {
  const Shape& input = net.network().input;
  if (preprocess_.input() != input) {
    fail("network {}: expected photos for its input {}, found preprocessing to {}", net.network().name, to_string(input),
         to_string(preprocess_.input()));
  }
}

Story StoryTeller::tell(const std::string& name, const Tensor& input) {
  const Shape& expected = net_->network().input;
  if (input.shape() != expected) fail("{}: expected an input of {}, found {}", name, to_string(expected), to_string(input.shape()));
  return tell(name, StoryInput{to_image(preprocess_, input.values(), expected.map()), input});
}

Story StoryTeller::tell(const std::string& name, StoryInput photo) {
  const Stopwatch watch;
  const Network& network = net_->network();
  const int logits = logits_layer(network);
  net_->backend().upload(photo.input, input_);
  net_->forward(input_, trace_, logits);

  Story story;
  story.image = name;
  story.view = std::move(photo.view);
  story.model = network.name;
  story.backend = net_->backend().description();
  story.rule = options_.rule;
  story.order = preprocess_.order;
  for (const std::string& layer : view_names(network)) story.layers.push_back(tell_layer(layer));
  const Tensor scores = net_->backend().download(trace_.output(logits));
  const std::vector<float> p = probabilities(scores.values());
  story.class_count = p.size();
  story.knowledge = judge(options_.known, scores.values());
  for (const ClassScore& score : top_classes(p, options_.classes)) {
    story.classes.push_back({class_name(classes_, score.index), score.index, score.p});
  }
  tell_experiments(photo.input, story);
  story.seconds = watch.seconds();
  return story;
}

LayerStory StoryTeller::tell_layer(const std::string& name) {
  LayerStory story = describe_layer(net_->network(), name);
  story.maps = net_->backend().download(trace_.output(story.layer));
  check_finite(story.maps, name);
  if (std::holds_alternative<ConvLayer>(story.source.op)) tell_units(story);
  return story;
}

/// Slides a square of a quarter of the image's side over it, and mutes every map of the convolutions.
void StoryTeller::tell_experiments(const Tensor& input, Story& story) {
  constexpr int kSquares = 4;  // beside each other
  constexpr int kSteps = 7;    // a square
  const Network& network = net_->network();
  const int logits = logits_layer(network);
  bool any = false;
  std::vector<int> convolutions;  // below the scores, which are the answer itself
  for (const LayerStory& layer : story.layers) {
    if (!std::holds_alternative<ConvLayer>(layer.source.op)) continue;
    any = true;
    if (layer.layer < logits) convolutions.push_back(layer.layer);
  }
  if (!any) return;
  const int label = story.classes.front().index;
  OcclusionOptions options;
  options.size = std::max(std::min(network.input.h, network.input.w) / kSquares, 1);
  options.stride = std::max(options.size / kSteps, 1);
  Occlusion occlusion(*net_, input, options);
  run(occlusion);
  story.occlusion = tell_occlusion(*net_, occlusion, story.view, preprocess_, label, classes_);
  if (convolutions.empty()) return;
  const Ablation ablation(*net_, input);
  AblationRanking ranking(*net_, ablation, convolutions);
  run(ranking);
  story.ablation = tell_ablation(*net_, ablation, ranking, label, story.classes.front().name);
  story.ablation.channels = channels_of(preprocess_.order);
}

void StoryTeller::tell_units(LayerStory& story) {
  std::vector<Seed> seeds = strongest_maps(net_->backend(), trace_, story.layer, options_.units);
  seeds.erase(std::remove_if(seeds.begin(), seeds.end(), [](const Seed& seed) { return seed.value == 0; }), seeds.end());
  if (seeds.empty()) return;
  const Projections projections = projector_.project(story.layer, seeds);
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    const PixelRect field = shown_field(field_at(story.field, seeds[i].y, seeds[i].x), net_->network().input.map());
    story.units.push_back({seeds[i], field, projections.part(static_cast<int>(i), field)});
  }
}

}  // namespace zf

#include "core/viewer/looking.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <utility>

#include "core/deconv/rules.h"
#include "core/exchange/import.h"
#include "core/figures/planes.h"
#include "core/nn/prediction.h"
#include "core/report/artwork.h"
#include "core/report/page.h"
#include "core/report/story.h"
#include "core/tensor/error.h"
#include "core/tensor/stopwatch.h"

namespace zf::viewer {

namespace {

/// A job of a few steps, each a function.
class Steps final : public Job {
 public:
  explicit Steps(std::vector<std::function<void()>> steps) : steps_(std::move(steps)) {}
  Step step() override {
    if (done_ < steps_.size()) steps_[done_++]();
    return done_ < steps_.size() ? Step::kMore : Step::kDone;
  }
  [[nodiscard]] double progress() const override { return static_cast<double>(done_) / static_cast<double>(steps_.size()); }

 private:
  std::vector<std::function<void()>> steps_;
  std::size_t done_ = 0;
};

template <typename View>
void deliver(const Worker::Outbox& outbox, const std::function<void(View)>& done, View view) {
  outbox.to(done)(std::move(view));
}

void check_finite(std::span<const float> values, const std::string& what) {
  if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) {
    fail("{}: expected finite numbers, found others", what);
  }
}

std::vector<StageView> stages_of(const Network& network) {
  const auto count = std::count_if(network.layers.begin(), network.layers.end(), [](const Layer& layer) { return has_weights(layer.op); });
  std::vector<StageView> stages;
  for (int k = 1; k <= static_cast<int>(count); ++k) {
    const int layer = stage_end(network, k);
    stages.push_back({layer, fmt::format("layer {} ({})", k, view_name(network, layer))});
  }
  return stages;
}

void prepare(Host& host, Bench& bench, const std::string& backend) {
  if (bench.backend != nullptr && bench.name == backend) return;
  bench.backend = host.make_backend(backend);
  bench.name = backend;
}

ModelView load(Host& host, Worker& worker, Bench& bench, const std::string& backend, const std::string& path) {
  prepare(host, bench, backend);
  ImportedModel imported = open_any_model(path, {.map = host.file_mapper()});
  Model model = std::move(imported.model);
  auto scope = std::make_unique<Scope>();
  scope->backend = bench.backend;
  scope->net = take_net(*bench.backend, model);
  ModelView view;
  view.path = path;
  view.notes = std::move(imported.notes);
  view.network = std::move(model.network);
  view.shapes = scope->net->shapes();
  view.classes = std::move(model.classes);
  view.preprocess = std::move(model.preprocess);
  view.known = model.known;
  const std::vector<std::string> names = view_names(view.network);
  if (names.empty()) fail("{}: expected a network with layers to look at, found none but dropout and softmax", path);
  for (const std::string& name : names) view.layers.push_back(describe_layer(view.network, name));
  view.stages = stages_of(view.network);
  for (const LayerCost& cost : costs(view.network)) view.parameters += cost.parameters;
  view.backend_name = backend;
  view.backend = bench.backend->description();
  view.trains = bench.backend->trains();
  view.scope = worker.share(std::move(scope));
  return view;
}

void show(const DecodedImage& decoded, const Preprocess& preprocess, PhotoView& photo) {
  photo.size = size_in_file(decoded);
  photo.view = centre_view(preprocess, decoded.image);
  photo.input = Tensor(preprocess.input());
  write_pixels(preprocess, photo.view, photo.input.values());
}

/// What a prediction takes of a model beside its net.
struct Answers {
  std::vector<std::string> classes;
  std::optional<KnownRule> known;
};

void predict(Worker& worker, const std::shared_ptr<Scope>& scope, const Answers& answers, PhotoView& photo) {
  constexpr int kTop = 5;
  const Stopwatch watch;
  auto look = std::make_unique<Look>();
  look->scope = scope;
  const Net& net = *scope->net;
  const int logits = logits_layer(net.network());
  net.backend().upload(photo.input, look->input);
  net.forward(look->input, look->trace, logits);
  const Tensor scores = net.backend().download(look->trace.output(logits));
  photo.probabilities = probabilities(scores.values());
  photo.knowledge = judge(answers.known, scores.values());
  photo.seconds = watch.seconds();
  for (const ClassScore& score : top_classes(photo.probabilities, kTop)) {
    photo.top.push_back({class_name(answers.classes, score.index), score.index, score.p});
  }
  photo.look = worker.share(std::move(look));
}

LayerView look_at_layer(const Look& look, LayerStory story) {
  LayerView view;
  view.story = std::move(story);
  Backend& backend = look.scope->net->backend();
  view.story.maps = backend.download(look.trace.output(view.story.layer));
  check_finite(view.story.maps.values(), view.story.name);
  view.strongest = strongest_places(backend, look.trace, view.story.layer);
  view.by_strength.resize(view.strongest.size());
  std::iota(view.by_strength.begin(), view.by_strength.end(), 0);
  std::stable_sort(view.by_strength.begin(), view.by_strength.end(), [&](int a, int b) {
    return view.strongest[static_cast<std::size_t>(a)].value > view.strongest[static_cast<std::size_t>(b)].value;
  });
  view.range = grid_range(view.story.maps.values());
  view.colormap = natural_colormap(view.range);
  view.sheets = make_sheets(view.story.maps, view.range, view.colormap);
  return view;
}

}  // namespace

Worker::Maker prepare_job(Host& host, std::shared_ptr<Bench> bench, std::string backend) {
  return [&host, bench = std::move(bench), backend = std::move(backend)](const Worker::Outbox&) {
    return std::make_unique<Steps>(std::vector<std::function<void()>>{[&host, bench, backend] { prepare(host, *bench, backend); }});
  };
}

Worker::Maker load_job(Host& host, Worker& worker, std::shared_ptr<Bench> bench, std::string backend, std::string path,
                       std::function<void(ModelView)> done) {
  return [&host, &worker, bench = std::move(bench), backend = std::move(backend), path = std::move(path),
          done = std::move(done)](Worker::Outbox outbox) {
    return std::make_unique<Steps>(std::vector<std::function<void()>>{
        [&host, &worker, bench, backend, path, done, outbox] { deliver(outbox, done, load(host, worker, *bench, backend, path)); }});
  };
}

Worker::Maker photo_job(Host& host, Worker& worker, const ModelView& model, std::string path, std::function<void(PhotoView)> done) {
  return [&host, &worker, scope = model.scope, preprocess = model.preprocess, answers = Answers{model.classes, model.known},
          path = std::move(path), done = std::move(done)](Worker::Outbox outbox) {
    auto photo = std::make_shared<PhotoView>();
    photo->path = path;
    photo->name = std::filesystem::path(path).filename().string();
    return std::make_unique<Steps>(std::vector<std::function<void()>>{[&host, preprocess, path, photo, done, outbox] {
                                                                        const DecodedImage decoded = host.read_photo(path);
                                                                        photo->notes = decoded.notes;
                                                                        show(decoded, preprocess, *photo);
                                                                        deliver(outbox, done, *photo);
                                                                      },
                                                                      [&worker, scope, answers, photo, done, outbox] {
                                                                        predict(worker, scope, answers, *photo);
                                                                        deliver(outbox, done, *photo);
                                                                      }});
  };
}

Worker::Maker picture_job(Worker& worker, const ModelView& model, std::string name, Image picture, std::function<void(PhotoView)> done) {
  return [&worker, scope = model.scope, preprocess = model.preprocess, answers = Answers{model.classes, model.known},
          name = std::move(name), picture = std::move(picture), done = std::move(done)](Worker::Outbox outbox) {
    return std::make_unique<Steps>(std::vector<std::function<void()>>{[&worker, scope, preprocess, answers, name, picture, done, outbox] {
      PhotoView photo;
      photo.name = name;
      show(picture, preprocess, photo);
      predict(worker, scope, answers, photo);
      deliver(outbox, done, std::move(photo));
    }});
  };
}

Worker::Maker layer_job(const ModelView& model, std::shared_ptr<Look> look, const std::string& layer, std::function<void(LayerView)> done) {
  return [look = std::move(look), story = describe_layer(model.network, layer), done = std::move(done)](Worker::Outbox outbox) {
    return std::make_unique<Steps>(
        std::vector<std::function<void()>>{[look, story, done, outbox] { deliver(outbox, done, look_at_layer(*look, story)); }});
  };
}

Worker::Maker unit_job(std::shared_ptr<Look> look, const LayerStory& layer, const Seed& seed, Rule first,
                       std::function<void(UnitView)> done) {
  auto unit = std::make_shared<UnitView>();
  unit->layer = layer.name;
  unit->seed = seed;
  unit->field = field_at(layer.field, seed.y, seed.x);
  return [look = std::move(look), index = layer.layer, unit, first, done = std::move(done)](Worker::Outbox outbox) {
    std::array<Rule, kRules.size()> rules = kRules;
    std::stable_partition(rules.begin(), rules.end(), [first](Rule rule) { return rule == first; });
    std::vector<std::function<void()>> steps;
    for (const Rule rule : rules) {
      steps.emplace_back([look, index, unit, rule, done, outbox] {
        Projector projector(*look->scope->net, look->trace, rule);
        Projections projections = projector.project(index, std::vector{unit->seed});
        check_finite(projections.pixels.values(), unit->layer);
        unit->projections[static_cast<std::size_t>(rule)] = std::move(projections);
        deliver(outbox, done, *unit);
      });
    }
    return std::make_unique<Steps>(std::move(steps));
  };
}

Worker::Maker page_job(const ModelView& model, const PhotoView& photo, Rule rule, std::function<void(std::string)> done) {
  return [scope = model.scope, preprocess = model.preprocess, classes = model.classes, known = model.known, name = photo.name,
          input = photo.input, rule, done = std::move(done)](Worker::Outbox outbox) {
    auto story = std::make_shared<Story>();
    return std::make_unique<Steps>(std::vector<std::function<void()>>{[scope, preprocess, classes, known, name, input, rule, story] {
                                                                        StoryTeller teller(*scope->net, preprocess, classes,
                                                                                           {.known = known, .rule = rule});
                                                                        *story = teller.tell(name, input);
                                                                      },
                                                                      [story, done, outbox] {
                                                                        Page page;
                                                                        page.add(*story, illustrate(*story));
                                                                        deliver(outbox, done, page.html());
                                                                      }});
  };
}

Worker::Maker muted_job(const ModelView& model, std::shared_ptr<Look> look, Tensor input, const std::vector<MutedMap>& mutes,
                        std::function<void(MutedView)> done) {
  std::vector<Mute> parts;
  for (const MutedMap& mute : mutes) {
    if (const LayerStory* layer = model.find(mute.layer)) parts.push_back({layer->layer, mute.map});
  }
  return [look = std::move(look), input = std::move(input), parts = std::move(parts), done = std::move(done)](Worker::Outbox outbox) {
    return std::make_unique<Steps>(std::vector<std::function<void()>>{[look, input, parts, done, outbox] {
      if (!look->ablation) look->ablation = std::make_unique<Ablation>(*look->scope->net, input);
      deliver(outbox, done, MutedView{probabilities(look->ablation->logits(parts))});
    }});
  };
}

std::string ModelView::view_name(int layer) const {
  const auto found = std::find_if(layers.begin(), layers.end(), [layer](const LayerStory& story) { return story.layer == layer; });
  return found == layers.end() ? network.layers[static_cast<std::size_t>(layer)].name : found->name;
}

std::array<int, 2> ModelView::held(const std::array<int, 2>& numbers) const {
  const int count = static_cast<int>(stages.size());
  std::array<int, 2> places{};
  for (int k = 0; k < 2; ++k) {
    const int number = numbers[static_cast<std::size_t>(k)];
    places[static_cast<std::size_t>(k)] = number <= count ? number - 1 : std::max(0, count - 3 + k);
  }
  return places;
}

const LayerStory* ModelView::find(const std::string& name) const {
  const auto found = std::find_if(layers.begin(), layers.end(), [&](const LayerStory& layer) { return layer.name == name; });
  return found == layers.end() ? nullptr : &*found;
}

}  // namespace zf::viewer

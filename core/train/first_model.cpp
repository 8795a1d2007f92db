#include "core/train/first_model.h"

#include <utility>

#include "core/tensor/error.h"
#include "core/train/initialise.h"
#include "core/train/new_classes.h"

namespace zf {

namespace {

/// Fewer photos teach a network little from nothing.
constexpr std::size_t kFewPhotos = 2000;

/// Says what the model took of another one's weights.
void note(const WarmStart& start, const std::string& from, FirstModel& first) {
  if (start.taken == 0) fail("{}: expected weights that fit {}, found none", from, first.model.network.name);
  first.notes.push_back(fmt::format("{}: {} tensors taken", from, start.taken));
  for (const std::string& left : start.left) first.notes.push_back(fmt::format("  not taken: {}", left));
}

}  // namespace

FirstModel first_model(const TrainingChoice& choice, const FirstModelChoice& chosen, const Recipe& recipe, const Dataset& dataset,
                       const std::function<Model(const std::string&)>& open) {
  FirstModel first;
  Model& model = first.model;
  const bool scratch = chosen.from == kScratch;
  const bool few = dataset.samples.size() < kFewPhotos;
  if (!scratch && !chosen.own_network && (few || !chosen.from.empty())) {
    if (chosen.from.empty()) {
      first.notes.push_back(fmt::format("{} photos are few: the network starts from the demo model's (--from {} starts from nothing)",
                                        dataset.samples.size(), kScratch));
    }
    const std::string from = chosen.from.empty() ? chosen.demo : chosen.from;
    NewClasses fresh = with_new_classes(open(from), dataset.classes, recipe.initialisation, recipe.seed);
    model = std::move(fresh.model);
    if (choice.resize > 0) model.preprocess.resize = choice.resize;
    note(fresh.start, from, first);
    return first;
  }
  ZooOptions zoo = choice.zoo;
  zoo.classes = static_cast<int>(dataset.classes.size());
  model.network = make_network(chosen.architecture, zoo);
  model.classes = dataset.classes;
  model.preprocess = choice.preprocess();
  model.parameters = initialise(model.network, recipe.initialisation, recipe.seed);
  if (chosen.from.empty() || scratch) return first;
  Model source = open(chosen.from);
  const Preprocess ours = model.preprocess;
  if (source.preprocess.channels() != ours.channels()) {
    fail("{}: expected a network of {} input channels, found one of {}", chosen.from, ours.channels(), source.preprocess.channels());
  }
  model.preprocess = source.preprocess;
  model.preprocess.resize = ours.resize;
  model.preprocess.crop = ours.crop;
  note(warm_start(model.parameters, std::move(source.parameters)), chosen.from, first);
  return first;
}

}  // namespace zf

#include "core/train/fine_tuning.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/backend/reference.h"
#include "core/io/preprocess.h"
#include "core/nn/prediction.h"
#include "core/train/initialise.h"
#include "tests/expect_error.h"
#include "tests/train/synthetic.h"

namespace zf {
namespace {

const std::vector<std::string> kClasses = {"rows", "columns"};

std::vector<LabelledView> views(const Preprocess& preprocess, const std::vector<int>& counts) {
  std::vector<LabelledView> result;
  for (std::size_t kind = 0; kind < counts.size(); ++kind) {
    for (int i = 0; i < counts[kind]; ++i) {
      const std::string text = fmt::format("{} {} 20 24", kind, 100 * kind + static_cast<std::size_t>(i));
      const Image photo = test::SyntheticDecoder().decode(std::as_bytes(std::span(text)), "photo").image;
      result.push_back({std::make_shared<const Image>(centre_view(preprocess, photo)), static_cast<int>(kind)});
    }
  }
  return result;
}

FineTuning::Options quick() {
  FineTuning::Options options;
  options.steps = 400;
  options.recipe.batch = 8;
  options.recipe.rate = 0.05;
  return options;
}

/// The whole network of a model, from the pixels on.
std::vector<float> scores_of(const Model& model, const Image& view) {
  const std::unique_ptr<Backend> backend = make_reference_backend();
  const Net net(*backend, model.network, model.parameters);
  Tensor pixels = Tensor::uninitialised(model.preprocess.input());
  write_pixels(model.preprocess, view, pixels.values());
  DeviceTensor x;
  Trace trace;
  backend->upload(pixels, x);
  net.forward(x, trace);
  const Tensor scores = backend->download(trace.output(logits_layer(model.network)));
  return {scores.values().begin(), scores.values().end()};
}

struct World {
  explicit World(Model base = test::tiny_model())
      : model(std::move(base)), net(*backend, model.network, model.parameters), preprocess(model.preprocess) {}
  [[nodiscard]] FineTuning teach(std::vector<LabelledView> photos, const FineTuning::Options& options = quick()) const {
    return {net, preprocess, kClasses, std::move(photos), features, options};
  }
  std::unique_ptr<Backend> backend = make_cpu_backend(1);
  Model model;
  Net net;
  Preprocess preprocess;
  std::shared_ptr<Features> features = std::make_shared<Features>();
};

TEST(FineTuning, LearnsNewClassesAboveLayersThatStay) {
  const World world;
  const auto photos = views(world.preprocess, {20, 20});
  FineTuning job = world.teach(photos);
  EXPECT_EQ(job.held_out(), 8);
  run(job);
  EXPECT_DOUBLE_EQ(job.progress(), 1);
  const Model taught = job.model();
  EXPECT_EQ(taught.classes, kClasses);
  EXPECT_EQ(output_shapes(taught.network).back().c, 2);
  for (const auto& [name, tensor] : world.model.parameters) {
    const auto now = taught.parameters.at(name).values();
    const bool same = std::equal(now.begin(), now.end(), tensor.values().begin(), tensor.values().end());
    EXPECT_EQ(same, name.starts_with("conv1")) << name;
  }
  // The error and the rule, from the pixels of the photos that were held out (every fifth of its class), on another backend.
  int wrong = 0;
  std::vector<ScoredPhoto> scored;
  for (std::size_t i = 4; i < photos.size(); i += 5) {
    const std::vector<float> scores = scores_of(taught, *photos[i].view);
    const bool right = (scores[1] > scores[0] ? 1 : 0) == photos[i].label;
    wrong += right ? 0 : 1;
    scored.push_back({energy_score(scores), right});
  }
  EXPECT_DOUBLE_EQ(job.log().back().val_top1_error, wrong / 8.0);
  EXPECT_LT(job.log().back().val_top1_error, 0.2) << "stripes are easy to tell apart";
  ASSERT_TRUE(taught.known.has_value());
  EXPECT_NEAR(taught.known->threshold, known_rule(scored)->threshold, 1e-3);
  EXPECT_LT(job.log().back().train_loss, job.log().front().train_loss);
}

TEST(FineTuning, LooksAtPhotosOnce) {
  const World world;
  auto photos = views(world.preprocess, {6, 6});
  FineTuning first = world.teach(photos);
  run(first);
  EXPECT_EQ(world.features->size(), 12U);
  const Tensor* const kept = &world.features->at(photos[3].view)[1];
  const float* const memory = kept->values().data();
  photos.erase(photos.begin());
  FineTuning second = world.teach(photos);
  EXPECT_EQ(world.features->size(), 11U) << "what is no longer asked for is let go";
  run(second);
  EXPECT_EQ(world.features->at(photos[2].view)[1].values().data(), memory);
  EXPECT_EQ(second.embedded(), 11U);
}

TEST(FineTuning, SmallClassesWeighAsMuchAsLargeOnes) {
  const World world;
  const auto photos = views(world.preprocess, {60, 5});
  FineTuning job = world.teach(photos);
  run(job);
  const Model taught = job.model();
  int wrong = 0;
  for (std::size_t i = 60; i < photos.size(); ++i) {
    const std::vector<float> scores = scores_of(taught, *photos[i].view);
    wrong += scores[1] > scores[0] ? 0 : 1;
  }
  EXPECT_LE(wrong, 1) << "of 5";
}

TEST(FineTuning, GreyNetworksThatAreNotSquare) {
  Model model = test::tiny_model();
  model.network.input = {1, 1, 12, 20};
  model.preprocess.crop = {12, 20};
  model.preprocess.order = "grey";
  model.parameters = initialise(model.network, Initialisation::kHe, 7);
  const World world(std::move(model));
  FineTuning job = world.teach(views(world.preprocess, {20, 20}));
  run(job);
  EXPECT_LT(job.log().back().val_top1_error, 0.2);
}

TEST(FineTuning, ViewsOfAnotherSizeAreResized) {
  const World world;
  Preprocess larger = world.preprocess;
  larger.resize = larger.crop.h = larger.crop.w = 24;
  FineTuning job = world.teach(views(larger, {5, 5}));
  run(job);
  EXPECT_EQ(world.features->begin()->second[0].shape(), (Shape{1, 6, 6, 6}));
}

class WithoutTraining final : public reference::ReferenceBackend {
 protected:
  Training* own_training() override { return nullptr; }
};

TEST(FineTuning, WhatCannotBeTaughtIsSaidInWords) {
  const World world;
  const auto photos = views(world.preprocess, {6, 4});
  testing::expect_error([&] { static_cast<void>(world.teach(photos)); }, {"expected 5 photos of columns or more, found 4"});
  testing::expect_error([&] { FineTuning(world.net, world.preprocess, {"rows"}, photos, world.features, quick()); },
                        {"expected two classes or more, found 1"});
  WithoutTraining backend;
  const Net net(backend, world.model.network, world.model.parameters);
  testing::expect_error(
      [&] {
        FineTuning(net, world.preprocess, kClasses, views(world.preprocess, {5, 5}), world.features, quick());
      },
      {"train"});
}

}  // namespace
}  // namespace zf

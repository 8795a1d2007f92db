#include "core/train/evaluate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/tensor/error.h"
#include "core/train/ensemble.h"
#include "tests/train/synthetic.h"

namespace zf {
namespace {

/// Photos of 12x12 pixels in a plain grey; `levels` says which.
struct GreyPhotos final : public ImageDecoder {
  [[nodiscard]] DecodedImage decode(std::span<const std::byte> bytes, const std::string& name) const override {
    const int level = std::to_integer<int>(bytes[0]);
    if (level == 'x') fail("{}: broken", name);
    Image image = make_image(12, 12);
    std::fill(image.rgb.begin(), image.rgb.end(), static_cast<std::uint8_t>(level));
    return image;
  }
};

/// Seven classes; class k's logit is k * (value - 0.5), so that bright photos are class 6, 5, ... and dark ones 0, 1, ...
Model ramp_model() {
  Model model;
  model.network.input = {1, 3, 12, 12};
  model.network.layers = {{"fc1", LinearLayer{7}}, {"prob", SoftmaxLayer{}}};
  model.preprocess.resize = 12;
  model.preprocess.crop = {12, 12};
  model.preprocess.std = {255, 255, 255};
  Tensor weight({7, 3 * 12 * 12, 1, 1});
  Tensor bias({1, 7, 1, 1});
  for (int k = 0; k < 7; ++k) {
    weight.at(k, 0, 0, 0) = static_cast<float>(k);
    bias.at(0, k, 0, 0) = -0.5F * static_cast<float>(k);
  }
  model.parameters.emplace("fc1.weight", weight);
  model.parameters.emplace("fc1.bias", bias);
  return model;
}

EvaluationResult evaluate(const Net& net, PhotoStore& photos, const Preprocess& preprocess, const EvaluationOptions& options) {
  Evaluation evaluation(net, photos, preprocess, options);
  run(evaluation);
  EXPECT_EQ(evaluation.progress(), 1);
  return evaluation.result();
}

TEST(Evaluate, CountsErrorsAndSkippedFiles) {
  const test::TemporaryFolder folder;
  Dataset dataset{{"a", "b", "c", "d", "e", "f", "g"}, {}};
  const auto add = [&](char level, int label) {
    dataset.samples.push_back({folder.path(std::to_string(dataset.samples.size())), label});
    test::write_text(dataset.samples.back().path, std::string(1, level));
  };
  add('\x01', 0);  // right
  add('\x01', 4);  // fifth: right among five
  add('\x01', 5);  // sixth
  add('\xFE', 6);  // right
  add('\xFE', 1);  // sixth
  add('x', 3);
  const GreyPhotos decoder;
  PhotoStore photos(dataset, decoder, {12, test::kPhotoBudget});
  const std::unique_ptr<Backend> backend = make_reference_backend();
  Model model = ramp_model();
  const Net net(*backend, model.network, std::move(model.parameters));
  for (const bool ten_crop : {false, true}) {
    const EvaluationResult result = evaluate(net, photos, model.preprocess, {ten_crop, 4, 2});
    EXPECT_EQ(result.images, 5);
    EXPECT_EQ(result.skipped, 1);
    EXPECT_DOUBLE_EQ(result.top1_error, 3.0 / 5);
    EXPECT_DOUBLE_EQ(result.top5_error, 2.0 / 5);
    EXPECT_EQ(result.crops, ten_crop ? 10 : 1);
    EXPECT_GT(result.loss, 0);
  }
}

TEST(Evaluate, ScoresAreTheEnergiesOfThePhotosThatCanBeRead) {
  const test::TemporaryFolder folder;
  Dataset dataset{{"a", "b", "c", "d", "e", "f", "g"}, {}};
  for (const auto& [level, label] : {std::pair('\xFF', 6), std::pair('x', 6), std::pair('\0', 6)}) {
    dataset.samples.push_back({folder.path(std::to_string(dataset.samples.size())), label});
    test::write_text(dataset.samples.back().path, std::string(1, level));
  }
  const GreyPhotos decoder;
  PhotoStore photos(dataset, decoder, {12, test::kPhotoBudget});
  const std::unique_ptr<Backend> backend = make_reference_backend();
  Model model = ramp_model();
  const Net net(*backend, model.network, std::move(model.parameters));
  for (const bool ten_crop : {false, true}) {
    Evaluation evaluation(net, photos, model.preprocess, {ten_crop, 2, 1});
    run(evaluation);
    // Logits of k * 0.5 of the white photo and k * -0.5 of the black one, k = 0 to 6.
    ASSERT_EQ(evaluation.scores().size(), 2U);
    const double q = std::exp(0.5);
    EXPECT_NEAR(evaluation.scores()[0].score, std::log((std::pow(q, 7) - 1) / (q - 1)), 1e-5);
    EXPECT_NEAR(evaluation.scores()[1].score, std::log((std::pow(q, -7) - 1) / (1 / q - 1)), 1e-5);
    EXPECT_TRUE(evaluation.scores()[0].right);
    EXPECT_FALSE(evaluation.scores()[1].right);
  }
}

TEST(Evaluate, TenCropsAverageProbabilities) {
  // conv-free net that looks at one corner pixel: of the ten crops only those see the bright corner that hold it there.
  const test::TemporaryFolder folder;
  struct Corner final : public ImageDecoder {
    [[nodiscard]] DecodedImage decode(std::span<const std::byte>, const std::string&) const override {
      Image image = make_image(16, 16);
      image.row(0)[0] = 255;
      return image;
    }
  };
  test::write_text(folder.path("a"), "a");
  const Corner decoder;
  PhotoStore photos({{"a", "b", "c", "d", "e", "f", "g"}, {{folder.path("a"), 6}}}, decoder, {16, test::kPhotoBudget});
  const std::unique_ptr<Backend> backend = make_reference_backend();
  Model model = ramp_model();
  model.preprocess.resize = 16;
  const Net net(*backend, model.network, std::move(model.parameters));
  const auto p6 = [](double value) {
    double sum = 0;
    for (int k = 0; k < 7; ++k) sum += std::exp(k * (value - 0.5));
    return std::exp(6 * (value - 0.5)) / sum;
  };
  const EvaluationResult result = evaluate(net, photos, model.preprocess, {true, 10, 1});
  EXPECT_NEAR(result.loss, -std::log(0.1 * p6(1) + 0.9 * p6(0)), 1e-5);
}

TEST(Evaluate, EnsembleAveragesItsMembers) {
  // The second model's logits fall where the first one's rise, and twice as fast, so that together they decide as the second does.
  const test::TemporaryFolder folder;
  Dataset dataset{{"a", "b", "c", "d", "e", "f", "g"}, {}};
  for (const auto& [level, label] : {std::pair('\x01', 0), std::pair('x', 2), std::pair('\x01', 6), std::pair('\xFE', 0)}) {
    dataset.samples.push_back({folder.path(std::to_string(dataset.samples.size())), label});
    test::write_text(dataset.samples.back().path, std::string(1, level));
  }
  const GreyPhotos decoder;
  PhotoStore photos(dataset, decoder, {12, test::kPhotoBudget});
  const std::unique_ptr<Backend> backend = make_reference_backend();
  Model rising = ramp_model();
  Model falling = ramp_model();
  for (auto& [name, tensor] : falling.parameters) {
    for (float& value : tensor.values()) value *= -2;
  }
  const Net first(*backend, rising.network, std::move(rising.parameters));
  const Net second(*backend, falling.network, std::move(falling.parameters));
  std::vector<std::unique_ptr<Evaluation>> members;
  for (const Net* net : {&first, &second}) {
    members.push_back(std::make_unique<Evaluation>(*net, photos, rising.preprocess, EvaluationOptions{false, 2, 1}));
  }
  Ensemble ensemble(std::move(members));
  run(ensemble);
  EXPECT_EQ(ensemble.progress(), 1);
  const EvaluationResult all = ensemble.result();
  EXPECT_EQ(all.images, 3);
  EXPECT_EQ(all.skipped, 1);
  EXPECT_DOUBLE_EQ(all.top1_error, 1.0 / 3);
  EXPECT_DOUBLE_EQ(ensemble.members()[0]->result().top1_error, 2.0 / 3);
  EXPECT_DOUBLE_EQ(ensemble.members()[1]->result().top1_error, 1.0 / 3);
  const auto p = [](double slope, int label, double value) {
    double sum = 0;
    for (int k = 0; k < 7; ++k) sum += std::exp(slope * k * (value - 0.5));
    return std::exp(slope * label * (value - 0.5)) / sum;
  };
  double loss = 0;
  for (const auto& [value, label] : {std::pair(1.0 / 255, 0), std::pair(1.0 / 255, 6), std::pair(254.0 / 255, 0)}) {
    loss -= std::log((p(1, label, value) + p(-2, label, value)) / 2) / 3;
  }
  EXPECT_NEAR(all.loss, loss, 1e-5);
}

TEST(Evaluate, NetAndPreprocessingMustFit) {
  const GreyPhotos decoder;
  PhotoStore photos({{"a"}, {{"none", 0}}}, decoder, {12, test::kPhotoBudget});
  const std::unique_ptr<Backend> backend = make_reference_backend();
  Model model = ramp_model();
  const Net net(*backend, model.network, std::move(model.parameters));
  model.preprocess.crop = {10, 10};
  EXPECT_THROW(Evaluation(net, photos, model.preprocess, {}), Error);
}

}  // namespace
}  // namespace zf

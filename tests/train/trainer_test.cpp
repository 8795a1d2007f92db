#include "core/train/trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "core/tensor/error.h"
#include "tests/train/quick_recipe.h"
#include "tests/train/synthetic.h"

namespace zf {
namespace {

namespace fs = std::filesystem;
using test::quick_recipe;
using test::TemporaryFolder;

/// A data set, its stores and a backend: what a trainer borrows.
class TrainerTest : public ::testing::Test {
 protected:
  void SetUp() override { test::write_dataset(data_.path(), 14, 6); }

  /// As a new process would: nothing decoded yet.
  [[nodiscard]] std::unique_ptr<Trainer> start(const std::string& out, const Recipe& recipe, double checkpoint_seconds = 1e9,
                                               int threads = 2) {
    training_ =
        std::make_unique<PhotoStore>(list_dataset(data_.path(), Split::kTrain), decoder_, PhotoStore::Limits{64, test::kPhotoBudget});
    validation_ =
        std::make_unique<PhotoStore>(list_dataset(data_.path(), Split::kValidation), decoder_, PhotoStore::Limits{64, test::kPhotoBudget});
    return std::make_unique<Trainer>(*backend_, test::tiny_model(), recipe, *training_, *validation_,
                                     TrainerOptions{runs_.path(out), checkpoint_seconds, threads});
  }

  static void finish(Trainer& trainer) { run(trainer); }

  [[nodiscard]] std::string path(const std::string& file) const { return runs_.path(file); }

  static std::string read(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }

  static void expect_same(const Parameters& a, const Parameters& b) {
    ASSERT_EQ(a.size(), b.size());
    for (const auto& [name, tensor] : a) {
      const auto other = b.at(name).values();
      EXPECT_TRUE(std::equal(tensor.values().begin(), tensor.values().end(), other.begin(), other.end())) << name;
    }
  }

  const std::unique_ptr<Backend> backend_ = make_reference_backend();
  TemporaryFolder data_;
  TemporaryFolder runs_;
  test::SyntheticDecoder decoder_;
  std::unique_ptr<PhotoStore> training_;
  std::unique_ptr<PhotoStore> validation_;
};

TEST_F(TrainerTest, Learns) {
  Recipe recipe = quick_recipe();
  recipe.epochs = 40;
  const auto trainer = start("run", recipe);
  finish(*trainer);
  ASSERT_EQ(trainer->log().size(), 40U);
  EXPECT_LT(trainer->log().back().train_loss, 0.5 * trainer->log().front().train_loss);
  EXPECT_LT(trainer->log().back().val_top1_error, 0.2);
  EXPECT_EQ(trainer->log().back().val_top5_error, 0);
  EXPECT_EQ(trainer->progress(), 1);
}

TEST_F(TrainerTest, WritesModelsSnapshotsAndLog) {
  const auto trainer = start("run", quick_recipe());
  finish(*trainer);
  for (const char* const file : {"run/model.safetensors", "run/best.safetensors", "run/checkpoint.safetensors",
                                 "run/snapshots/epoch_001.safetensors", "run/snapshots/epoch_002.safetensors"}) {
    EXPECT_TRUE(fs::exists(path(file))) << file;
  }
  EXPECT_FALSE(fs::exists(path("run/snapshots/epoch_003.safetensors")));
  const std::string log = read(path("run/log.csv"));
  EXPECT_EQ(log.substr(0, log.find('\n')), "epoch,rate,train_loss,train_top1_error,val_loss,val_top1_error,val_top5_error,seconds");
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 4);

  const Model model = load_model(path("run/model.safetensors"));
  EXPECT_EQ(model.classes, test::tiny_model().classes);
  EXPECT_EQ(model.preprocess, test::tiny_model().preprocess);
  EXPECT_EQ(model.network, test::tiny_model().network);
  const Parameters trained = trainer->net().parameters();
  EXPECT_NEAR(model.parameters.at("fc3.bias").values()[0], trained.at("fc3.bias").values()[0], 1e-3);
}

TEST_F(TrainerTest, AModelKnowsTheValidationPhotosThatItNamesRightly) {
  const auto trainer = start("run", quick_recipe());
  finish(*trainer);
  Evaluation evaluation(trainer->net(), *validation_, test::tiny_model().preprocess, {});
  run(evaluation);
  const std::optional<KnownRule> expected = known_rule(evaluation.scores());
  ASSERT_TRUE(expected);
  for (const char* const file : {"run/model.safetensors", "run/best.safetensors", "run/snapshots/epoch_002.safetensors"}) {
    EXPECT_TRUE(load_model(path(file)).known) << file;
  }
  EXPECT_EQ(load_model(path("run/model.safetensors")).known, expected);
}

TEST_F(TrainerTest, AKilledRunGoesOnToTheSameResultFromAnyStep) {
  const auto whole = start("whole", quick_recipe());
  int steps = 1;
  while (whole->step() != Step::kDone) ++steps;
  const Parameters expected = whole->net().parameters();
  const std::vector<EpochLog> log = whole->log();
  for (int killed = 0; killed < steps; killed += 4) {
    const std::string out = fmt::format("killed_{}", killed);
    {
      const auto first = start(out, quick_recipe(), 0);  // a checkpoint after every training step
      for (int i = 0; i < killed; ++i) ASSERT_NE(first->step(), Step::kDone);
    }
    const auto second = start(out, quick_recipe(), 1e9, 1);
    EXPECT_EQ(second->resumed(), killed > 0);
    finish(*second);
    expect_same(second->net().parameters(), expected);
    ASSERT_EQ(second->log().size(), log.size());
    for (std::size_t i = 0; i < log.size(); ++i) {
      EXPECT_EQ(second->log()[i].train_loss, log[i].train_loss);
      EXPECT_EQ(second->log()[i].val_loss, log[i].val_loss);
    }
    EXPECT_EQ(read(path(out + "/best.safetensors")), read(path("whole/best.safetensors")));
  }
}

TEST_F(TrainerTest, AKillBetweenCheckpointsLosesOnlyWhatCameAfter) {
  const auto whole = start("whole", quick_recipe());
  finish(*whole);
  {
    const auto first = start("killed", quick_recipe());
    for (int i = 0; i < 3; ++i) first->step();
    first->save();
    for (int i = 0; i < 2; ++i) first->step();
  }
  const auto second = start("killed", quick_recipe());
  EXPECT_EQ(second->status().step, 3);
  finish(*second);
  expect_same(second->net().parameters(), whole->net().parameters());
}

TEST_F(TrainerTest, AFinishedRunStaysAsItIs) {
  finish(*start("run", quick_recipe()));
  const auto again = start("run", quick_recipe());
  EXPECT_EQ(again->step(), Step::kDone);
  EXPECT_EQ(again->log().size(), 3U);
}

TEST_F(TrainerTest, OtherSettingsThanTheCheckpointsAreErrorsThatNameThem) {
  start("run", quick_recipe())->save();
  Recipe other = quick_recipe();
  other.rate = 0.03;
  other.schedule = Schedule::kPlateau;
  try {
    static_cast<void>(start("run", other));
    FAIL();
  } catch (const Error& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("rate: 0.02 there, 0.03 now"), std::string::npos) << message;
    EXPECT_NE(message.find("schedule: \"cosine\" there, \"plateau\" now"), std::string::npos) << message;
    EXPECT_EQ(message.find("momentum"), std::string::npos) << message;
  }
  test::write_text(data_.path("train/plain/new.img"), "2 1 24 20");
  EXPECT_THROW(static_cast<void>(start("run", quick_recipe())), Error);
}

TEST_F(TrainerTest, PlateausDivideTheRateByTen) {
  Recipe recipe = quick_recipe();
  recipe.schedule = Schedule::kPlateau;
  recipe.rate = 1e-9;  // nothing improves
  recipe.warmup = 0;
  recipe.patience = 2;
  recipe.epochs = 6;
  const auto trainer = start("run", recipe);
  finish(*trainer);
  const std::vector<EpochLog>& log = trainer->log();
  EXPECT_DOUBLE_EQ(log[2].rate, 1e-9);
  EXPECT_DOUBLE_EQ(log[3].rate, 1e-10);
  EXPECT_DOUBLE_EQ(log[5].rate, 1e-11);
}

TEST_F(TrainerTest, BrokenPhotosAreSkippedAndReported) {
  test::write_text(data_.path("train/plain/0.img"), "broken");
  test::write_text(data_.path("val/plain/0.img"), "broken");
  const auto trainer = start("run", quick_recipe());
  finish(*trainer);
  ASSERT_EQ(training_->skipped().size(), 1U);
  EXPECT_TRUE(training_->skipped()[0].path.ends_with("train/plain/0.img"));
  EXPECT_EQ(validation_->skipped().size(), 1U);
}

TEST_F(TrainerTest, ADivergingRunIsAnErrorAndLeavesItsCheckpoint) {
  Recipe recipe = quick_recipe();
  recipe.rate = 1e30;
  recipe.filter_limit = 0;
  recipe.warmup = 0;
  const auto trainer = start("run", recipe);
  EXPECT_THROW(finish(*trainer), Error);
}

// Late, when there is something to lose; every step is saved, the bad one is not.
TEST_F(TrainerTest, ARunThatDivergesLateGoesOnAtALowerRate) {
  {
    const auto first = start("run", quick_recipe(), 0);
    while (first->log().size() < 2) ASSERT_NE(first->step(), Step::kDone);
    DeviceTensor bias = first->net().weights(find_layer(first->net().network(), "fc3")).bias;  // the same memory
    backend_->upload(Tensor(bias.shape(), INFINITY), bias);
    try {
      finish(*first);
      FAIL();
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("a lower rate goes on from the last checkpoint"), std::string::npos) << error.what();
    }
  }
  Recipe slower = quick_recipe();
  slower.rate /= 4;
  const auto second = start("run", slower);
  EXPECT_EQ(second->log().size(), 2U);
  EXPECT_DOUBLE_EQ(second->status().rate * 4, rate_at(quick_recipe(), 2 * second->status().steps, 3 * second->status().steps, 1));
  finish(*second);
  EXPECT_EQ(second->log().size(), 3U);
}

TEST_F(TrainerTest, ACheckpointOfMoreThanTheRunIsAnError) {
  start("run", quick_recipe())->save();
  const std::string path = this->path("run/checkpoint.safetensors");
  Checkpoint checkpoint = load_checkpoint(path);
  checkpoint.state.step = 1000;
  save_checkpoint(path, checkpoint);
  try {
    static_cast<void>(start("run", quick_recipe()));
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("found 0, 1000 and 0"), std::string::npos) << error.what();
  }
}

TEST_F(TrainerTest, FoldersThatCannotBeWrittenAreErrors) {
  test::write_text(runs_.path("file"), "");
  EXPECT_THROW(static_cast<void>(start("file/run", quick_recipe())), Error);
}

}  // namespace
}  // namespace zf

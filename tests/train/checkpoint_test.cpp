#include "core/train/checkpoint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>

#include "core/data/setup.h"
#include "core/tensor/error.h"
#include "tests/train/synthetic.h"

namespace zf {
namespace {

Checkpoint example() {
  Checkpoint checkpoint;
  checkpoint.setup = {{"rate", 0.01}, {"schedule", "cosine"}};
  checkpoint.state.epoch = 2;
  checkpoint.state.step = 17;
  checkpoint.state.loss = 1.0 / 3;
  checkpoint.state.correct = 123;
  checkpoint.state.photos = 456;
  checkpoint.state.plateau = 0.1;
  checkpoint.state.stale = 2;
  checkpoint.state.best_error = 0.25;
  checkpoint.state.seconds = 12.5;
  checkpoint.state.log = {{1, 0.1, 2.0 / 3, 0.3, 0.4, 0.5, 0.6, 0.7}, {2, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7}};
  const Model model = test::tiny_model();
  checkpoint.weights = model.parameters;
  for (const auto& [name, tensor] : model.parameters) checkpoint.velocities.emplace(name, Tensor(tensor.shape(), 1.0F / 3));
  return checkpoint;
}

TEST(Checkpoint, ComesBackBitByBit) {
  const test::TemporaryFolder folder;
  const Checkpoint saved = example();
  save_checkpoint(folder.path("c.safetensors"), saved);
  const Checkpoint loaded = load_checkpoint(folder.path("c.safetensors"));
  EXPECT_EQ(loaded.setup, saved.setup);
  EXPECT_EQ(loaded.state.epoch, 2);
  EXPECT_EQ(loaded.state.step, 17);
  EXPECT_EQ(loaded.state.loss, 1.0 / 3);
  EXPECT_EQ(loaded.state.correct, 123);
  EXPECT_EQ(loaded.state.photos, 456);
  EXPECT_EQ(loaded.state.plateau, 0.1);
  EXPECT_EQ(loaded.state.stale, 2);
  EXPECT_EQ(loaded.state.best_error, 0.25);
  EXPECT_EQ(loaded.state.seconds, 12.5);
  EXPECT_EQ(to_csv(loaded.state.log), to_csv(saved.state.log));
  for (const auto& [name, tensor] : saved.weights) {
    const auto weights = loaded.weights.at(name).values();
    EXPECT_TRUE(std::equal(weights.begin(), weights.end(), tensor.values().begin(), tensor.values().end())) << name;
    EXPECT_EQ(loaded.velocities.at(name).values()[0], 1.0F / 3);
  }
}

TEST(Checkpoint, OtherFilesAreErrorsThatNameThem) {
  const test::TemporaryFolder folder;
  save_model(folder.path("model.safetensors"), test::tiny_model(), Precision::kFloat16);
  test::write_text(folder.path("text.safetensors"), "no tensors here at all");
  for (const char* const name : {"model.safetensors", "text.safetensors", "missing.safetensors"}) {
    try {
      static_cast<void>(load_checkpoint(folder.path(name)));
      FAIL() << name;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
    }
  }
}

TEST(Checkpoint, NumbersThatCannotBeAreErrorsThatNameThem) {
  const test::TemporaryFolder folder;
  const std::string path = folder.path("c.safetensors");
  const auto refused = [&](const std::function<void(TrainingState&)>& change, const std::string& words) {
    Checkpoint checkpoint = example();
    change(checkpoint.state);
    save_checkpoint(path, checkpoint);
    try {
      static_cast<void>(load_checkpoint(path));
      FAIL() << words;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
    }
  };
  refused([](TrainingState& s) { s.epoch = -1; }, "epoch: expected a whole number");
  refused([](TrainingState& s) { s.step = -5; }, "step: expected a whole number");
  refused([](TrainingState& s) { s.photos = std::int64_t{1} << 41; }, "photos: expected a whole number");
  refused([](TrainingState& s) { s.correct = 457; }, "at most 456 right answers, found 457");
  refused([](TrainingState& s) { s.loss = std::nan(""); }, "loss: expected a number, found null");
  refused([](TrainingState& s) { s.plateau = -1; }, "plateau: expected a finite number");
  refused([](TrainingState& s) { s.epoch = 3; }, "found 2 of 3");
  refused([](TrainingState& s) { s.log[1].rate = -1; }, "log: expected a finite number");
}

TEST(Checkpoint, LogIsACsvWithRoundTripNumbers) {
  EXPECT_EQ(to_csv({{1, 0.01, 2.5, 0.9, 2.25, 0.875, 0.5, 12.5}}),
            "epoch,rate,train_loss,train_top1_error,val_loss,val_top1_error,val_top5_error,seconds\n"
            "1,0.01,2.5,0.9,2.25,0.875,0.5,12.5\n");
}

TEST(Checkpoint, SetupsThatDifferAreNamedWithBothValues) {
  EXPECT_NO_THROW(check_same_setup("c", {{"a", 1}, {"b", "x"}}, {{"b", "x"}, {"a", 1}}));
  try {
    check_same_setup("c", {{"a", 1}, {"b", "x"}, {"gone", 2}}, {{"a", 1}, {"b", "y"}, {"new", 3}});
    FAIL();
  } catch (const Error& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("b: \"x\" there, \"y\" now"), std::string::npos) << message;
    EXPECT_NE(message.find("gone: 2 there, nothing now"), std::string::npos) << message;
    EXPECT_NE(message.find("new: nothing there, 3 now"), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace zf

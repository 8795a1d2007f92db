// Training on several ranks, which are threads here, against one process. tests/cluster runs the same over MPI.
#include "core/train/ranks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "core/tensor/error.h"
#include "core/train/initialise.h"
#include "core/train/trainer.h"
#include "core/train/training_pass.h"
#include "tests/expect_error.h"
#include "tests/train/quick_recipe.h"
#include "tests/train/synthetic.h"
#include "tests/train/thread_ranks.h"

namespace zf {
namespace {

namespace fs = std::filesystem;
using test::on_ranks;
using test::quick_recipe;
using test::ThreadRanks;

/// What a run left.
struct Trained {
  std::vector<EpochLog> log;
  Parameters parameters;
};

class TrainingOnRanks : public ::testing::Test {
 protected:
  void SetUp() override {
    test::write_dataset(data_.path(), 14, 7);
    test::write_text(data_.path("train/plain/broken.img"), "no photo");
    test::write_text(data_.path("val/along/broken.img"), "no photo");
  }

  /// Trains for `steps` steps of each rank, or to the end.
  [[nodiscard]] std::vector<Trained> train(const std::string& out, int ranks, const Recipe& recipe, int steps = 1 << 30) const {
    std::vector<Trained> runs(static_cast<std::size_t>(ranks));
    on_ranks(ranks, [&](ThreadRanks& own) {
      const std::unique_ptr<Backend> backend = make_reference_backend();
      const test::SyntheticDecoder decoder;
      PhotoStore training(list_dataset(data_.path(), Split::kTrain), decoder, {64, test::kPhotoBudget});
      PhotoStore validation(list_dataset(data_.path(), Split::kValidation), decoder, {64, test::kPhotoBudget});
      TrainerOptions options{runs_.path(out), 1e9, 0};
      options.ranks = &own;
      Trainer trainer(*backend, test::tiny_model(), recipe, training, validation, options);
      for (int step = 0; step < steps && trainer.step() != Step::kDone; ++step) {
      }
      if (steps < 1 << 30) trainer.save();
      Trained& run = runs[static_cast<std::size_t>(own.rank())];
      run = {trainer.log(), trainer.net().parameters()};
    });
    return runs;
  }

  static double difference(const Parameters& a, const Parameters& b) {
    double worst = 0;
    for (const auto& [name, tensor] : a) {
      for (std::size_t i = 0; i < tensor.size(); ++i) {
        worst = std::max(worst, std::abs(double{tensor.data()[i]} - double{b.at(name).data()[i]}));
      }
    }
    return worst;
  }

  test::TemporaryFolder data_;
  test::TemporaryFolder runs_;
};

TEST_F(TrainingOnRanks, IsTrainingByOneProcessToRounding) {
  const Trained one = train("one", 1, quick_recipe()).front();
  for (const int ranks : {2, 3, 4}) {
    const std::vector<Trained> runs = train("run" + std::to_string(ranks), ranks, quick_recipe());
    ASSERT_EQ(runs.front().log.size(), 3U);
    for (std::size_t epoch = 0; epoch < 3; ++epoch) {
      const EpochLog& expected = one.log[epoch];
      const EpochLog& found = runs.front().log[epoch];
      EXPECT_NEAR(found.train_loss, expected.train_loss, 1e-5) << ranks << " ranks, epoch " << epoch;
      EXPECT_EQ(found.train_top1_error, expected.train_top1_error);
      EXPECT_NEAR(found.val_loss, expected.val_loss, 1e-5);
      EXPECT_EQ(found.val_top1_error, expected.val_top1_error);
    }
    // Rounding of float sums over a few dozen steps; another mask, another crop or a lost photo moves weights by hundredths.
    EXPECT_LT(difference(runs.front().parameters, one.parameters), 1e-5) << ranks;
    for (const Trained& run : runs) EXPECT_EQ(difference(run.parameters, runs.front().parameters), 0) << "ranks drift apart";
  }
}

TEST_F(TrainingOnRanks, GivesTheSameBitsAgainAndAfterAStop) {
  const std::vector<Trained> expected = train("whole", 2, quick_recipe());
  EXPECT_EQ(difference(train("again", 2, quick_recipe()).front().parameters, expected.front().parameters), 0);
  for (const int steps : {1, 4, 7, 11}) {
    const std::string out = "cut" + std::to_string(steps);
    static_cast<void>(train(out, 2, quick_recipe(), steps));
    const std::vector<Trained> resumed = train(out, 2, quick_recipe());
    EXPECT_EQ(difference(resumed[0].parameters, expected[0].parameters), 0) << steps;
    EXPECT_EQ(resumed[1].log.back().train_loss, expected[1].log.back().train_loss) << steps;
  }
}

TEST_F(TrainingOnRanks, WithoutAPhotoForSomeIsTheSame) {
  Recipe small = quick_recipe();
  small.batch = 2;
  small.epochs = 1;
  const Trained one = train("one", 1, small).front();
  const std::vector<Trained> runs = train("run", 4, small);
  EXPECT_NEAR(runs.front().log.front().train_loss, one.log.front().train_loss, 1e-5);
  EXPECT_LT(difference(runs.front().parameters, one.parameters), 1e-5);
}

TEST_F(TrainingOnRanks, RefusesOthersSettingsAndFolders) {
  on_ranks(2, [&](ThreadRanks& own) {
    const std::unique_ptr<Backend> backend = make_reference_backend();
    const test::SyntheticDecoder decoder;
    PhotoStore training(list_dataset(data_.path(), Split::kTrain), decoder, {64, test::kPhotoBudget});
    PhotoStore validation(list_dataset(data_.path(), Split::kValidation), decoder, {64, test::kPhotoBudget});
    Recipe other = quick_recipe();
    other.seed += static_cast<std::uint64_t>(own.rank());
    TrainerOptions options{runs_.path("seeds"), 1e9, 0};
    options.ranks = &own;
    testing::expect_error([&] { Trainer(*backend, test::tiny_model(), other, training, validation, options); },
                          {"rank 1", "settings and photos of rank 0"});
    // A folder that only the first rank sees has its checkpoint for it alone.
    if (own.rank() == 0) {
      Trainer alone(*backend, test::tiny_model(), quick_recipe(), training, validation, {runs_.path("mine0"), 1e9, 0});
      EXPECT_EQ(alone.step(), Step::kMore);
      alone.save();
    }
    options.out = runs_.path("mine" + std::to_string(own.rank()));
    testing::expect_error([&] { Trainer(*backend, test::tiny_model(), quick_recipe(), training, validation, options); },
                          {"rank 1", "place to go on from", "epoch 0, step 1", "epoch 0, step 0"});
  });
}

TEST_F(TrainingOnRanks, StopsAtTheSameStepEverywhere) {
  std::vector<int> steps(3);
  on_ranks(3, [&](ThreadRanks& own) {
    const std::unique_ptr<Backend> backend = make_reference_backend();
    const test::SyntheticDecoder decoder;
    PhotoStore training(list_dataset(data_.path(), Split::kTrain), decoder, {64, test::kPhotoBudget});
    PhotoStore validation(list_dataset(data_.path(), Split::kValidation), decoder, {64, test::kPhotoBudget});
    int& count = steps[static_cast<std::size_t>(own.rank())];
    TrainerOptions options{runs_.path("stop"), 1e9, 0};
    options.ranks = &own;
    options.stop = [&] { return own.rank() == 1 && count == 2; };
    Trainer trainer(*backend, test::tiny_model(), quick_recipe(), training, validation, options);
    while (!trainer.stopped() && trainer.step() != Step::kDone) ++count;
    EXPECT_TRUE(trainer.stopped());
    EXPECT_EQ(trainer.status().step, 3);
  });
  EXPECT_EQ(steps, std::vector<int>(3, 3));
}

TEST(TrainingPassOnRanks, SendsBucketsWhileItGoesOn) {
  // Two layers of more than a bucket each: the upper one's is on its way while the lower one is computed.
  Network network;
  network.input = {1, 3, 12, 12};
  network.layers = {{"fc1", LinearLayer{3000}}, {"relu1", ReluLayer{}}, {"fc2", LinearLayer{1000}}, {"prob", SoftmaxLayer{}}};
  std::vector<int> buckets(2);
  on_ranks(2, [&](ThreadRanks& own) {
    const std::unique_ptr<Backend> backend = make_cpu_backend(1);
    Net net(*backend, network, initialise(network, Initialisation::kHe, 1));
    Sgd sgd(net, Recipe{}, Preprocess{});
    TrainingPass pass(net, sgd, &own);
    Batch batch;
    batch.images = Tensor({2, 3, 12, 12}, 0.5F);
    batch.labels = {0, 1};
    const BatchResult result = pass.run(batch, 1, 0.01);
    EXPECT_EQ(result.photos, 4);
    buckets[static_cast<std::size_t>(own.rank())] = own.buckets;
    EXPECT_GE(own.pokes, 3);
  });
  EXPECT_EQ(buckets, std::vector<int>(2, 2));
}

}  // namespace
}  // namespace zf

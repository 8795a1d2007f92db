// Transfer: the features against the net's own maps, the draws, and a job on a net whose features are known.
#include "core/analysis/transfer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <numeric>
#include <set>
#include <sstream>

#include "core/analysis/softmax_solver.h"
#include "core/io/preprocess.h"
#include "core/io/resample.h"
#include "tests/analysis/linear_problems.h"
#include "tests/expect_error.h"
#include "tests/train/synthetic.h"

namespace zf {
namespace {

namespace fs = std::filesystem;
using testing::expect_error;

class TransferTest : public ::testing::Test {
 protected:
  void SetUp() override {
    test::write_dataset(data_.path(), 6, 3);
    net_ = std::make_unique<Net>(*backend_, model_.network, model_.parameters);
  }

  [[nodiscard]] TransferOptions options(const std::string& out) const {
    TransferOptions options;
    options.out = runs_.path(out);
    options.layers = {1, 2};
    options.per_class = {2, 5};
    options.splits = 2;
    options.limit = 60;
    options.costs = {0.1, 10};
    return options;
  }

  [[nodiscard]] std::unique_ptr<TransferJob> start(const TransferOptions& options) const {
    return std::make_unique<TransferJob>(*net_, model_, list_transfer_data(data_.path()), decoder_,
                                         std::vector<const LinearSolver*>{&softmax_}, options);
  }

  static void finish(TransferJob& job) { run(job); }

  const std::unique_ptr<Backend> backend_ = make_reference_backend();
  const Model model_ = test::tiny_model();
  const SoftmaxSolver softmax_{*backend_};
  test::TemporaryFolder data_;
  test::TemporaryFolder runs_;
  test::SyntheticDecoder decoder_;
  std::unique_ptr<Net> net_;
};

TEST_F(TransferTest, FeaturesAreTheNetsMapsAveraged) {
  const TransferData data = list_transfer_data(data_.path());
  FeatureExtraction job(*net_, data.photos, decoder_, model_.preprocess, {{1, 2}, 60, runs_.path("features"), {}, 2});
  run(job);
  EXPECT_EQ(job.progress(), 1);
  const Features pooled = load_features(runs_.path("features"), 1);
  const Features units = load_features(runs_.path("features"), 2);
  ASSERT_EQ(pooled.photos.size(), 27U);
  ASSERT_EQ(pooled.rows.shape(), (Shape{27, 6 * 3 * 3, 1, 1}));
  ASSERT_EQ(units.rows.shape(), (Shape{27, 12, 1, 1}));
  for (std::size_t i = 0; i < data.photos.samples.size(); ++i) {
    const std::string& path = data.photos.samples[i].path;
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    const std::string bytes = text.str();
    const Image photo = resize_shorter_side(decoder_.decode(std::as_bytes(std::span(bytes)), path).image, model_.preprocess.resize);
    DeviceTensor x;
    backend_->upload(preprocess_image(model_.preprocess, photo), x);
    Trace trace;
    net_->forward(x, trace);
    const Tensor maps = backend_->download(trace.output(stage_end(model_.network, 1)));  // 6 maps of 6x6, in cells of 2x2
    for (int c = 0; c < 6; ++c) {
      for (int cell = 0; cell < 9; ++cell) {
        const int y = 2 * (cell / 3);
        const int z = 2 * (cell % 3);
        const double mean =
            (double{maps.at(0, c, y, z)} + maps.at(0, c, y, z + 1) + maps.at(0, c, y + 1, z) + maps.at(0, c, y + 1, z + 1)) / 4;
        EXPECT_NEAR(pooled.rows.at(static_cast<int>(i), c * 9 + cell, 0, 0), mean, 1e-5);
      }
    }
    const Tensor fc = backend_->download(trace.output(stage_end(model_.network, 2)));
    for (int c = 0; c < 12; ++c) EXPECT_NEAR(units.rows.at(static_cast<int>(i), c, 0, 0), fc.at(0, c, 0, 0), 1e-5);
  }
}

TEST_F(TransferTest, DrawsKeepTrainingAndTestApart) {
  const TransferData data = list_transfer_data(data_.path());
  std::vector<std::size_t> all(data.photos.samples.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::set<std::vector<std::size_t>> draws;
  for (int split = 0; split < 4; ++split) {
    const TransferSplit small = draw_split(data, all, 2, split);
    const TransferSplit large = draw_split(data, all, 5, split);
    EXPECT_EQ(small.train.size(), 6U);
    EXPECT_EQ(large.train.size(), 15U);
    EXPECT_EQ(large.test.size(), 9U);
    EXPECT_EQ(small.test, large.test);
    const std::set<std::size_t> train(large.train.begin(), large.train.end());
    for (const std::size_t photo : small.train) EXPECT_EQ(train.count(photo), 1U);
    for (const std::size_t photo : large.test) EXPECT_EQ(train.count(photo), 0U);
    std::vector<int> counts(3);
    for (const std::size_t photo : large.train) ++counts[static_cast<std::size_t>(data.photos.samples[photo].label)];
    EXPECT_EQ(counts, std::vector<int>(3, 5));
    if (split == 0) {
      for (const std::size_t photo : large.test) EXPECT_GE(photo, data.train);
    }
    draws.insert(large.test);
  }
  EXPECT_EQ(draws.size(), 4U);
}

TEST(LinearTask, ASpanKeepsEveryInnerProduct) {
  const test::LinearProblem train = test::make_problem(9, 30, 3, 1);
  const test::LinearProblem others = test::make_problem(5, 30, 3, 1, 2);
  LinearTask task{train.x, others.x, train.labels, {0, 1, 2, 0, 1}, 3};
  turn_into_span(task);
  ASSERT_EQ(task.train.shape(), (Shape{9, 9, 1, 1}));
  ASSERT_EQ(task.test.shape(), (Shape{5, 9, 1, 1}));
  const auto product = [](const Tensor& a, int i, const Tensor& b, int j) {
    double sum = 0;
    for (int c = 0; c < a.shape().c; ++c) sum += static_cast<double>(a.at(i, c, 0, 0)) * b.at(j, c, 0, 0);
    return sum;
  };
  for (int i = 0; i < 9; ++i) {
    for (int j = 0; j < 9; ++j) EXPECT_NEAR(product(task.train, i, task.train, j), product(train.x, i, train.x, j), 1e-4);
    for (int j = 0; j < 5; ++j) EXPECT_NEAR(product(task.train, i, task.test, j), product(train.x, i, others.x, j), 1e-4);
  }
}

TEST(LinearTask, ClassesCountAlike) {
  const std::vector<int> labels = {0, 0, 0, 1};
  const std::vector<int> predicted = {0, 0, 1, 1};
  const Accuracy found = accuracy(predicted, labels, 2);
  EXPECT_DOUBLE_EQ(found.mean_class, (2.0 / 3 + 1) / 2);
  EXPECT_DOUBLE_EQ(found.plain, 0.75);
}

TEST_F(TransferTest, FindsEveryResultAndTheClassesThatAreEasy) {
  const auto job = start(options("run"));
  finish(*job);
  ASSERT_EQ(job->results().size(), 8U);
  EXPECT_EQ(job->progress(), 1);
  for (const TransferResult& r : job->results()) {
    // Stripes across, along and none are told apart by random filters.
    if (r.per_class == 5) {
      EXPECT_GT(r.accuracy.mean_class, 0.6) << r.layer;
    }
    EXPECT_EQ(r.values, r.layer == 1 ? 54 : 12);
  }
  for (const char* const file : {"transfer.md", "transfer.csv", "results.json"}) EXPECT_TRUE(fs::exists(runs_.path("run/") + file));
}

TEST_F(TransferTest, AStoppedJobEndsLikeOneThatRanThrough) {
  TransferOptions whole_options = options("whole");
  whole_options.scratch_epochs = 2;
  const auto whole = start(whole_options);
  finish(*whole);
  TransferOptions part_options = options("parts");
  part_options.scratch_epochs = 2;
  bool more = true;
  for (int starts = 0; more; ++starts) {
    ASSERT_LT(starts, 100);
    const auto part = start(part_options);
    for (int i = 0; more && i < 3; ++i) more = part->step() != Step::kDone;
  }
  const auto again = start(part_options);
  finish(*again);
  ASSERT_EQ(again->results().size(), 10U);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(again->results()[i].classifier, whole->results()[i].classifier);
    EXPECT_EQ(again->results()[i].accuracy.mean_class, whole->results()[i].accuracy.mean_class);
    EXPECT_EQ(again->results()[i].cost, whole->results()[i].cost);
  }
}

TEST_F(TransferTest, BadInputIsNamed) {
  expect_error([&] { static_cast<void>(list_transfer_data(data_.path("train"))); }, {"expected a folder train"});
  TransferOptions o = options("bad");
  o.layers = {9};
  expect_error([&] { static_cast<void>(start(o)); }, {"expected a layer number of 1 to 3, found 9"});
  o = options("bad");
  o.per_class = {7};
  expect_error([&] { static_cast<void>(start(o)); }, {"expected at least 7 training photos of each class, found 6 of \"across\""});
  test::write_text(data_.path("train/single/1.img"), "2 1 24 20");
  expect_error([&] { static_cast<void>(start(options("bad"))); }, {"found 1 of \"single\""});
  fs::remove_all(data_.path("train/single"));
  finish(*start(options("run")));
  TransferOptions other = options("run");
  other.limit = 30;
  expect_error([&] { static_cast<void>(start(other)); }, {"limit: 60 there, 30 now"});
}

TEST_F(TransferTest, BrokenPhotosAreLeftOut) {
  test::write_text(data_.path("train/plain/0.img"), "broken");
  TransferOptions o = options("run");
  const auto job = start(o);
  finish(*job);
  ASSERT_EQ(job->skipped().size(), 1U);
  EXPECT_EQ(job->skipped()[0].path, data_.path("train/plain/0.img"));
}

}  // namespace
}  // namespace zf

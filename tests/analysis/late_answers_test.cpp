// Experiments on a device that answers late, or is lost in mid-work, find what they find on one that answers at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "core/analysis/ablation.h"
#include "core/analysis/comparison.h"
#include "core/analysis/invariance.h"
#include "core/analysis/mine.h"
#include "core/analysis/occlusion.h"
#include "core/backend/device_error.h"
#include "core/io/atomic_file.h"
#include "tests/analysis/small_mine.h"
#include "tests/backend/late_backend.h"
#include "tests/deconv/small_net.h"
#include "tests/io/testing.h"

namespace zf::testing {
namespace {

constexpr int kPolls = 3;

/// The same net on both backends.
class LateAnswers : public TemporaryFolder {
 protected:
  const Network network_ = test::small_network();
  std::unique_ptr<Backend> prompt_ = make_reference_backend();
  LateBackend late_{kPolls};
  Net expected_{*prompt_, network_, random_parameters(network_, 1)};
  Net found_{late_, network_, random_parameters(network_, 1)};
  const Tensor image_ = random_tensor(network_.input, 2);

  /// Steps to the end; the device must have been waited for.
  static void run_late(Job& job) {
    bool waited = false;
    for (Step step = Step::kMore; step != Step::kDone;) {
      step = job.step();
      waited = waited || step == Step::kWaiting;
    }
    EXPECT_TRUE(waited);
    EXPECT_EQ(job.progress(), 1);
  }
};

TEST_F(LateAnswers, Occlusion) {
  for (const bool brute_force : {false, true}) {
    const OcclusionOptions options{.size = 9, .stride = 4, .brute_force = brute_force};
    Occlusion expected(expected_, image_, options);
    Occlusion found(found_, image_, options);
    run(expected);
    EXPECT_FALSE(found.coarse());
    run_late(found);
    EXPECT_TRUE(found.coarse());
    EXPECT_EQ(found.maps().logits, expected.maps().logits);
    EXPECT_EQ(found.maps().activation, expected.maps().activation);
  }
}

TEST_F(LateAnswers, Ranking) {
  const std::vector<int> layers = {find_layer(network_, "conv1"), find_layer(network_, "conv3")};
  const Ablation clean(expected_, image_);
  const Ablation late(found_, image_);
  AblationRanking expected(expected_, clean, layers);
  AblationRanking found(found_, late, layers);
  run(expected);
  run_late(found);
  for (std::size_t i = 0; i < layers.size(); ++i) EXPECT_EQ(found.layers()[i].logits, expected.layers()[i].logits);
}

TEST_F(LateAnswers, Invariance) {
  InvarianceOptions options;
  options.layers = {find_layer(network_, "conv1"), find_layer(network_, "fc4")};
  options.amounts = {{{-4, 0, 4}, {1, 1.5}, {0, 45, 90}}};
  options.batch = 2;
  const auto photo = [](std::size_t i) {
    return InvariancePhoto{"photo", random_tensor({1, 3, 50, 60}, 7 + static_cast<std::uint32_t>(i)), static_cast<int>(i)};
  };
  InvarianceJob expected(expected_, options, 3, photo);
  InvarianceJob found(found_, options, 3, photo);
  run(expected);
  run_late(found);
  ASSERT_EQ(found.records().size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(found.records()[i].label, expected.records()[i].label);
    for (std::size_t axis = 0; axis < kAxes; ++axis) {
      EXPECT_EQ(found.records()[i].curves[axis].distance, expected.records()[i].curves[axis].distance);
      EXPECT_EQ(found.records()[i].curves[axis].probability, expected.records()[i].curves[axis].probability);
    }
  }
}

TEST_F(LateAnswers, Comparison) {
  const auto photo = [this](std::size_t i) { return random_tensor(network_.input, 20 + static_cast<std::uint32_t>(i)); };
  const ComparisonOptions options{.batch = 2};
  ProfileJob expected(expected_, options, 7, photo);
  ProfileJob found(found_, options, 7, photo);
  run(expected);
  run_late(found);
  for (std::size_t k = 0; k < 2; ++k) EXPECT_EQ(found.profile().layers[k].greatest, expected.profile().layers[k].greatest);
  EXPECT_TRUE(std::equal(found.profile().projections.values().begin(), found.profile().projections.values().end(),
                         expected.profile().projections.values().begin()));
}

class LateMining : public LateAnswers {
 protected:
  LateMining() { test::write_photos(path("photos"), 11); }

  void mine(Backend& backend, const std::string& out) {
    const Net net(backend, test::mined_network(), test::mined_parameters(3));
    MineOptions options;
    options.top = 4;
    options.batch = 2;
    MineJob job(net, test::mined_preprocess(), list_photos(path("photos").string()), decoder_, path(out), options);
    run(job);
  }

  const test::NoiseDecoder decoder_;
};

TEST_F(LateMining, AtlasIsTheSame) {
  mine(*prompt_, "expected");
  mine(late_, "found");
  EXPECT_EQ(read_file(path("found")), read_file(path("expected")));
}

// Lost at any of its read-backs, the work goes on on another device from where it was.
TEST_F(LateMining, GoesOnElsewhereWhereTheDeviceIsLost) {
  mine(*prompt_, "expected");
  for (const int lost_after : {0, 5, 17, 30}) {
    LateBackend lost(kPolls, lost_after);
    EXPECT_THROW(mine(lost, "found"), DeviceError);
    mine(*prompt_, "found");
    EXPECT_EQ(read_file(path("found")), read_file(path("expected"))) << "lost after " << lost_after;
    std::filesystem::remove(path("found"));
  }
}

}  // namespace
}  // namespace zf::testing

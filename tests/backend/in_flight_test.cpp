// Work whose results come late: in order, not too much at once, and a job says when it waits.
#include "core/backend/in_flight.h"

#include <gtest/gtest.h>

#include <optional>

#include "tests/backend/compare.h"
#include "tests/backend/late_backend.h"

namespace zf::testing {
namespace {

/// Something that is ready when it was asked so often.
struct After {
  mutable int polls = 0;
  int value = 0;
  [[nodiscard]] bool ready() const { return polls-- <= 0; }
};

TEST(InFlight, UsesInOrderHoweverLateTheFirstIs) {
  InFlight in_flight;
  std::vector<int> used;
  std::vector<After> batches = {{.polls = 5, .value = 0}, {.polls = 0, .value = 1}, {.polls = 2, .value = 2}, {.polls = 0, .value = 3}};
  std::size_t next = 0;
  std::size_t most = 0;
  const auto more = [&] { return next < batches.size(); };
  const auto start = [&] {
    in_flight.add(batches[next++], [&used](After& after) { used.push_back(after.value); });
    most = std::max(most, next - used.size());
  };
  int waits = 0;
  for (Step step = Step::kMore; step != Step::kDone;) {
    step = in_flight.step(more, start);
    if (step == Step::kWaiting) ++waits;
  }
  EXPECT_EQ(used, (std::vector<int>{0, 1, 2, 3}));
  EXPECT_EQ(most, 3U);
  EXPECT_GT(waits, 0);
}

TEST(InFlight, WhatIsReadyAtOnceIsUsedInTheStepThatStartsIt) {
  InFlight in_flight;
  int started = 0;
  int used = 0;
  const auto more = [&] { return started < 2; };
  const auto start = [&] {
    ++started;
    in_flight.add(std::vector<After>{{}, {}}, [&used](std::vector<After>&) { ++used; });
  };
  EXPECT_EQ(in_flight.step(more, start), Step::kMore);
  EXPECT_EQ(used, 1);
  EXPECT_EQ(in_flight.step(more, start), Step::kDone);
  EXPECT_EQ(used, 2);
  EXPECT_EQ(in_flight.step(more, start), Step::kDone);
}

class CountDown final : public Job {
 public:
  Step step() override {
    if (--left_ == 0) return Step::kDone;
    return left_ % 2 == 0 ? Step::kWaiting : Step::kMore;
  }
  [[nodiscard]] double progress() const override { return 0; }

 private:
  int left_ = 7;
};

TEST(RunJob, GoesOnThroughWaitsAndStopsWhereItIsToldTo) {
  int steps = 0;
  CountDown whole;
  EXPECT_TRUE(run(whole, [&] { return ++steps < 100; }));
  EXPECT_EQ(steps, 7);
  CountDown part;
  EXPECT_FALSE(run(part, [&steps] { return --steps > 4; }));
  EXPECT_EQ(steps, 4);
}

TEST(LateReadback, HoldsTheValuesOfItsStart) {
  LateBackend late(3);
  const Tensor host = random_tensor({1, 2, 3, 4}, 3);
  DeviceTensor device = upload(late, host);
  Readback readback = late.read(device);
  late.fill(device, 0);
  EXPECT_FALSE(readback.ready());
  while (!readback.ready()) {
  }
  EXPECT_EQ(normalised_error(readback.take(), host), 0);
}

}  // namespace
}  // namespace zf::testing

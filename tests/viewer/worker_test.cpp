#include "core/viewer/worker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "core/backend/device_error.h"

namespace zf::viewer {

namespace {

using std::chrono::milliseconds;

/// Counts to a number, and says so.
class Count final : public Job {
 public:
  Count(int to, std::function<void(int)> told, std::atomic<int>* alive = nullptr) : to_(to), told_(std::move(told)), alive_(alive) {
    if (alive_ != nullptr) ++*alive_;
  }
  ~Count() override {
    if (alive_ != nullptr) --*alive_;
  }
  Step step() override {
    told_(++at_);
    return at_ < to_ ? Step::kMore : Step::kDone;
  }
  [[nodiscard]] double progress() const override { return static_cast<double>(at_) / to_; }

 private:
  int to_;
  std::function<void(int)> told_;
  std::atomic<int>* alive_;
  int at_ = 0;
};

void finish(Worker& worker) {
  while (worker.busy()) {
    worker.work(milliseconds(1));
    std::this_thread::sleep_for(milliseconds(1));
  }
  worker.collect();
}

class WorkerOf : public ::testing::TestWithParam<bool> {};

TEST_P(WorkerOf, DeliversInOrderOnTheThreadThatCollects) {
  Worker worker(GetParam(), [] {});
  const Slot quick = worker.add_slot(Subject::kModel, Urgency::kQuick);
  std::vector<int> seen;
  const auto here = std::this_thread::get_id();
  worker.start(quick, [&](Worker::Outbox outbox) {
    return std::make_unique<Count>(5, [&seen, outbox, here](int n) {
      outbox.deliver([&seen, n, here] {
        EXPECT_EQ(std::this_thread::get_id(), here);
        seen.push_back(n);
      });
    });
  });
  EXPECT_TRUE(worker.progress(quick).running || GetParam());  // a thread may be done already
  finish(worker);
  EXPECT_EQ(seen, (std::vector<int>{1, 2, 3, 4, 5}));
  EXPECT_FALSE(worker.progress(quick).running);
}

TEST_P(WorkerOf, ReplacedJobsDeliverNothingMoreAndAreDestroyed) {
  Worker worker(GetParam(), [] {});
  const Slot slow = worker.add_slot(Subject::kModel, Urgency::kLong);
  std::atomic<int> alive{0};
  std::vector<int> seen;
  const auto start = [&](int mark, int to) {
    worker.start(slow, [&, mark, to](Worker::Outbox outbox) {
      return std::make_unique<Count>(
          to, [&seen, outbox, mark](int) { outbox.deliver([&seen, mark] { seen.push_back(mark); }); }, &alive);
    });
  };
  start(1, 1 << 30);
  worker.work(milliseconds(2));
  std::this_thread::sleep_for(milliseconds(5));
  start(2, 3);
  finish(worker);
  EXPECT_EQ(seen, (std::vector<int>{2, 2, 2}));
  worker.cancel(slow);
  worker.work(milliseconds(1));
  EXPECT_EQ(alive, 0);
}

TEST_P(WorkerOf, UrgentSlotsGoFirst) {
  Worker worker(GetParam(), [] {});
  const Slot slow = worker.add_slot(Subject::kModel, Urgency::kLong);
  const Slot quick = worker.add_slot(Subject::kModel, Urgency::kQuick);
  std::atomic<bool> unit_done{false};
  std::atomic<int> occlusion_steps{0};
  worker.start(slow, [&](Worker::Outbox) {
    return std::make_unique<Count>(1 << 30, [&](int) {
      ++occlusion_steps;
      std::this_thread::sleep_for(milliseconds(1));
    });
  });
  worker.work(milliseconds(3));
  worker.start(quick, [&](Worker::Outbox) { return std::make_unique<Count>(10, [&](int n) { unit_done = n == 10; }); });
  for (int i = 0; i < 1000 && !unit_done; ++i) {
    worker.work(milliseconds(1));
    std::this_thread::sleep_for(milliseconds(1));
  }
  EXPECT_TRUE(unit_done);
  EXPECT_TRUE(worker.progress(slow).running);
}

/// Waits until it is told that its device has answered.
class Waits final : public Job {
 public:
  explicit Waits(const std::atomic<bool>& answered) : answered_(&answered) {}
  Step step() override { return *answered_ ? Step::kDone : Step::kWaiting; }
  [[nodiscard]] double progress() const override { return 0; }

 private:
  const std::atomic<bool>* answered_;
};

TEST_P(WorkerOf, OthersHaveTheThreadWhileAJobWaits) {
  Worker worker(GetParam(), [] {});
  const Slot quick = worker.add_slot(Subject::kModel, Urgency::kQuick);
  const Slot slow = worker.add_slot(Subject::kModel, Urgency::kLong);
  std::atomic<bool> answered{false};
  worker.start(quick, [&](Worker::Outbox) { return std::make_unique<Waits>(answered); });
  worker.start(slow, [&](Worker::Outbox) { return std::make_unique<Count>(5, [&](int n) { answered = n == 5; }); });
  finish(worker);
  EXPECT_TRUE(answered);
}

TEST_P(WorkerOf, TellsOnceThatADeviceFailed) {
  Worker worker(GetParam(), [] {});
  const Slot quick = worker.add_slot(Subject::kModel, Urgency::kQuick);
  worker.start(quick, [](Worker::Outbox) { return std::make_unique<Count>(3, [](int) { device_failed("lost"); }); });
  finish(worker);
  EXPECT_EQ(worker.progress(quick).error, "");
  EXPECT_EQ(worker.take_device_failure(), "lost");
  EXPECT_EQ(worker.take_device_failure(), "");
}

TEST_P(WorkerOf, ErrorsAreKeptUntilTheNextStart) {
  Worker worker(GetParam(), [] {});
  const Slot slow = worker.add_slot(Subject::kModel, Urgency::kLong);
  worker.start(slow, [](Worker::Outbox) {
    return std::make_unique<Count>(3, [](int n) {
      if (n == 2) throw std::runtime_error("two is too much");
    });
  });
  finish(worker);
  EXPECT_EQ(worker.progress(slow).error, "two is too much");
  worker.start(slow, [](Worker::Outbox) { return std::make_unique<Count>(1, [](int) {}); });
  finish(worker);
  EXPECT_EQ(worker.progress(slow).error, "");
}

TEST_P(WorkerOf, SharedThingsDieWhereJobsRun) {
  struct Thing {
    std::thread::id* died;
    ~Thing() { *died = std::this_thread::get_id(); }
  };
  std::thread::id job_thread;
  std::thread::id died;
  {
    Worker worker(GetParam(), [] {});
    const Slot quick = worker.add_slot(Subject::kModel, Urgency::kQuick);
    worker.start(quick, [&](Worker::Outbox) { return std::make_unique<Count>(1, [&](int) { job_thread = std::this_thread::get_id(); }); });
    finish(worker);
    auto thing = worker.share(std::make_unique<Thing>(Thing{&died}));
    died = {};
    thing.reset();
    EXPECT_EQ(died, std::thread::id());
    worker.start(quick, [&](Worker::Outbox) { return std::make_unique<Count>(1, [](int) {}); });
    finish(worker);
    EXPECT_EQ(died, job_thread);
  }
}

/// Counts those of its kind that are alive; holds another thing, as a photo's forward pass holds the network.
struct Held {
  explicit Held(std::atomic<int>& alive, std::shared_ptr<Held> below = nullptr) : alive_(&alive), below_(std::move(below)) { ++*alive_; }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() { --*alive_; }

 private:
  std::atomic<int>* alive_;
  std::shared_ptr<Held> below_;
};

TEST_P(WorkerOf, WorkThatIsPendingAtTheEndLeaksNothing) {
  std::atomic<int> alive{0};
  for (int turn = 0; turn < 20; ++turn) {
    Worker worker(GetParam(), [] {});
    const Slot quick = worker.add_slot(Subject::kModel, Urgency::kQuick);
    const Slot slow = worker.add_slot(Subject::kModel, Urgency::kLong);
    const Slot replaced = worker.add_slot(Subject::kModel, Urgency::kLong);
    auto net = worker.share(std::make_unique<Held>(alive));
    auto look = worker.share(std::make_unique<Held>(alive, net));
    // One job runs and delivers what holds both, one has not begun, one was replaced.
    for (const Slot slot : {quick, slow, replaced, replaced}) {
      worker.start(slot, [look](Worker::Outbox outbox) {
        return std::make_unique<Count>(1 << 30, [look, outbox](int) { outbox.deliver([look] {}); });
      });
    }
    worker.work(milliseconds(1));
    if (turn % 2 == 0) std::this_thread::sleep_for(milliseconds(1));
    look.reset();
    net.reset();
  }
  EXPECT_EQ(alive, 0);
}

TEST_P(WorkerOf, CancelsWhatLooksAtThePhoto) {
  Worker worker(GetParam(), [] {});
  const Slot model = worker.add_slot(Subject::kModel, Urgency::kLong);
  const Slot photo = worker.add_slot(Subject::kPhoto, Urgency::kLong);
  const Slot other = worker.add_slot(Subject::kModel, Urgency::kLong);
  for (const Slot slot : {model, photo, other}) {
    worker.start(slot, [](Worker::Outbox) { return std::make_unique<Count>(1 << 30, [](int) {}); });
  }
  EXPECT_TRUE(worker.busy(Subject::kPhoto));
  worker.cancel(Subject::kPhoto);
  EXPECT_FALSE(worker.busy(Subject::kPhoto));
  EXPECT_TRUE(worker.progress(model).running && worker.progress(other).running);
  worker.cancel_others(model);
  EXPECT_TRUE(worker.progress(model).running);
  EXPECT_FALSE(worker.progress(other).running);
}

INSTANTIATE_TEST_SUITE_P(Viewer, WorkerOf, ::testing::Bool(), [](const auto& which) { return which.param ? "AThread" : "NoThread"; });

}  // namespace

}  // namespace zf::viewer

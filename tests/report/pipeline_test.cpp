#include "core/report/pipeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <set>

#include "core/tensor/error.h"

namespace zf {
namespace {

/// The pipelines' things count how many of them there are.
struct Counted {
  explicit Counted(std::atomic<int>& alive, std::size_t n) : item(n), count(&alive, [](std::atomic<int>* c) { --*c; }) { ++alive; }
  std::size_t item;
  std::shared_ptr<std::atomic<int>> count;
};

using Numbers = Pipeline<std::size_t, std::size_t>;

void rest(int milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); }

TEST(Pipeline, ComputesInOrderOnTheCallingThreadAndFinishesAll) {
  constexpr std::size_t kItems = 100;
  std::vector<std::size_t> computed;
  std::mutex mutex;
  std::set<std::size_t> finished;
  const auto caller = std::this_thread::get_id();
  Numbers pipeline(kItems, 3,
                   {[](std::size_t item) {
                      rest(item % 3 == 0 ? 1 : 0);
                      return 10 * item;
                    },
                    [&](std::size_t item, std::size_t prepared) -> std::optional<std::size_t> {
                      EXPECT_EQ(prepared, 10 * item);
                      EXPECT_EQ(std::this_thread::get_id(), caller);
                      computed.push_back(item);
                      if (item % 10 == 0) return {};
                      return prepared + 1;
                    },
                    [&](std::size_t item, std::size_t number) {
                      EXPECT_EQ(number, 10 * item + 1);
                      EXPECT_NE(std::this_thread::get_id(), caller);
                      const std::lock_guard lock(mutex);
                      EXPECT_TRUE(finished.insert(item).second);
                    }});
  while (pipeline.step()) {
  }
  pipeline.drain();
  ASSERT_EQ(computed.size(), kItems);
  EXPECT_TRUE(std::is_sorted(computed.begin(), computed.end()));
  EXPECT_EQ(finished.size(), kItems * 9 / 10);
}

/// The most items that were alive at once where one part is slow.
int most_alive(int prepare_ms, int compute_ms, int finish_ms, int threads) {
  std::atomic<int> alive = 0;
  std::atomic<int> most = 0;
  const auto note = [&] { most = std::max(most.load(), alive.load()); };
  Pipeline<Counted, Counted> pipeline(40, threads,
                                      {[&](std::size_t item) {
                                         Counted made(alive, item);
                                         note();
                                         rest(prepare_ms);
                                         return made;
                                       },
                                       [&](std::size_t, Counted prepared) {
                                         rest(compute_ms);
                                         return std::optional(std::move(prepared));
                                       },
                                       [&](std::size_t, Counted) { rest(finish_ms); }});
  while (pipeline.step()) {
  }
  pipeline.drain();
  return most;
}

TEST(Pipeline, WhateverIsSlowMemoryIsBounded) {
  constexpr int kThreads = 2;
  constexpr int kBound = 3 * kThreads;
  EXPECT_LE(most_alive(5, 0, 0, kThreads), kBound);
  EXPECT_LE(most_alive(0, 5, 0, kThreads), kBound);
  EXPECT_LE(most_alive(0, 0, 10, kThreads), kBound);
  EXPECT_GE(most_alive(0, 5, 0, kThreads), 2 * kThreads);  // it works ahead
}

TEST(Pipeline, PartsOverlap) {
  constexpr int kItems = 20;
  const auto start = std::chrono::steady_clock::now();
  Numbers pipeline(kItems, 2,
                   {[](std::size_t item) {
                      rest(10);
                      return item;
                    },
                    [](std::size_t, std::size_t item) {
                      rest(10);
                      return std::optional(item);
                    },
                    [](std::size_t, std::size_t) { rest(10); }});
  while (pipeline.step()) {
  }
  pipeline.drain();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  EXPECT_LT(seconds, 0.030 * kItems * 0.8);  // one after the other would take 30 ms an item
}

TEST(Pipeline, WhatAnyPartThrowsReachesTheCaller) {
  for (const int broken : {0, 1, 2}) {
    const auto at = [broken](int part) {
      return [broken, part](std::size_t item) {
        if (part == broken && item == 7) fail("part {} broke", part);
        return item;
      };
    };
    const auto run = [&] {
      Numbers pipeline(50, 2,
                       {at(0), [&](std::size_t, std::size_t item) { return std::optional(at(1)(item)); },
                        [&](std::size_t, std::size_t item) { (void)at(2)(item); }});
      while (pipeline.step()) {
      }
      pipeline.drain();
    };
    EXPECT_THROW(run(), Error) << broken;
  }
}

TEST(Pipeline, CanBeLeftAtAnyTimeAndMayHaveNothingToDo) {
  for (int steps = 0; steps < 5; ++steps) {
    Numbers pipeline(1000, 2,
                     {[](std::size_t item) { return item; }, [](std::size_t, std::size_t item) { return std::optional(item); },
                      [](std::size_t, std::size_t) { rest(1); }});
    for (int i = 0; i < steps; ++i) EXPECT_TRUE(pipeline.step());
  }
  Numbers nothing(0, 2, {});
  EXPECT_FALSE(nothing.step());
  nothing.drain();
}

}  // namespace
}  // namespace zf

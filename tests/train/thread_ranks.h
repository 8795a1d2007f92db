#pragma once

#include <barrier>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/train/ranks.h"

namespace zf::test {

/// What ranks that are threads of one process meet at.
class Meeting {
 public:
  explicit Meeting(int ranks) : words_(static_cast<std::size_t>(ranks)), barrier_(ranks) {}

  [[nodiscard]] int ranks() const { return static_cast<int>(words_.size()); }
  [[nodiscard]] std::vector<std::string> gather(int rank, std::string_view own) {
    words_[static_cast<std::size_t>(rank)] = own;
    barrier_.arrive_and_wait();
    std::vector<std::string> all = words_;
    barrier_.arrive_and_wait();
    return all;
  }

 private:
  std::vector<std::string> words_;
  std::barrier<> barrier_;
};

/// A thread as a rank. Sums are made where they are waited for, rank by rank.
class ThreadRanks final : public Ranks {
 public:
  ThreadRanks(Meeting& meeting, int rank) : meeting_(meeting), rank_(rank) {}

  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return meeting_.ranks(); }
  [[nodiscard]] std::unique_ptr<PendingSum> start_sum(Backend& backend, std::vector<DeviceTensor*> bucket) override {
    ++buckets;
    return std::make_unique<Sum>(*this, backend, std::move(bucket));
  }
  void poke() override { ++pokes; }
  [[nodiscard]] std::vector<std::string> gather(std::string_view own) override { return meeting_.gather(rank_, own); }
  [[noreturn]] void abort() override { std::terminate(); }

  int buckets = 0;
  int pokes = 0;

 private:
  class Sum final : public PendingSum {
   public:
    Sum(ThreadRanks& ranks, Backend& backend, std::vector<DeviceTensor*> bucket)
        : ranks_(ranks), backend_(backend), bucket_(std::move(bucket)) {}
    void wait() override {
      for (DeviceTensor* tensor : bucket_) {
        Tensor own = backend_.download(*tensor);
        const std::string bytes(reinterpret_cast<const char*>(own.data()), own.size() * sizeof(float));
        const std::vector<std::string> all = ranks_.gather(bytes);
        for (std::size_t i = 0; i < own.size(); ++i) {
          float sum = 0;
          for (const std::string& one : all) sum += reinterpret_cast<const float*>(one.data())[i];
          own.data()[i] = sum;
        }
        backend_.upload(own, *tensor);
      }
    }

   private:
    ThreadRanks& ranks_;
    Backend& backend_;
    std::vector<DeviceTensor*> bucket_;
  };

  Meeting& meeting_;
  int rank_;
};

/// Runs `work` on so many ranks at once.
inline void on_ranks(int ranks, const std::function<void(ThreadRanks&)>& work) {
  Meeting meeting(ranks);
  std::vector<std::thread> threads;
  for (int rank = 0; rank < ranks; ++rank) {
    threads.emplace_back([&meeting, &work, rank] {
      ThreadRanks own(meeting, rank);
      work(own);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace zf::test

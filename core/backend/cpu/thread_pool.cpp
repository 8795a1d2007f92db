#include "core/backend/cpu/thread_pool.h"

#include <hwy/cache_control.h>

#include <utility>

#include "core/tensor/threads.h"

namespace zf::cpu {

namespace {

/// Looks up to some 30 microseconds for `ready`.
template <typename Ready>
void spin_until(const Ready& ready) {
  constexpr int kLooks = 2000;
  for (int i = 0; i < kLooks && !ready(); ++i) hwy::Pause();
}

}  // namespace

ThreadPool::ThreadPool(int threads) : shares_(static_cast<std::size_t>(threads)) {
  workers_ = start_threads(threads - 1, [this](int i) { work(i + 1); });
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  start_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::run(int count, Call call, const void* body) {
  if (count <= 0) return;
  if (workers_.empty() || count == 1) {
    for (int i = 0; i < count; ++i) call(body, i, 0);
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    call_ = call;
    body_ = body;
    open_ = true;
    std::uint64_t first = 0;
    for (std::size_t i = 0; i < shares_.size(); ++i) {
      const std::uint64_t end = (i + 1) * static_cast<std::uint64_t>(count) / shares_.size();
      shares_[i].left.store(end << 32 | first, std::memory_order_relaxed);
      first = end;
    }
    generation_.fetch_add(1, std::memory_order_relaxed);
  }
  start_.notify_all();
  drain(0);
  {
    const std::lock_guard lock(mutex_);
    open_ = false;
  }
  spin_until([this] { return active_.load(std::memory_order_relaxed) == 0; });
  std::unique_lock lock(mutex_);
  done_.wait(lock, [this] { return active_.load(std::memory_order_relaxed) == 0; });
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void ThreadPool::work(int thread) {
  unsigned seen = 0;
  const auto next_loop = [&] { return generation_.load(std::memory_order_relaxed) != seen; };
  while (true) {
    spin_until(next_loop);
    {
      std::unique_lock lock(mutex_);
      start_.wait(lock, [&] { return stopping_ || next_loop(); });
      if (stopping_) return;
      seen = generation_.load(std::memory_order_relaxed);
      if (!open_) continue;
      active_.fetch_add(1, std::memory_order_relaxed);
    }
    drain(thread);
    const std::lock_guard lock(mutex_);
    if (active_.fetch_sub(1, std::memory_order_relaxed) == 1) done_.notify_one();
  }
}

int ThreadPool::take_first(Share& share) {
  std::uint64_t left = share.left.load(std::memory_order_relaxed);
  while (true) {
    const auto first = static_cast<std::uint32_t>(left);
    if (first >= left >> 32) return -1;
    if (share.left.compare_exchange_weak(left, left + 1, std::memory_order_relaxed)) return static_cast<int>(first);
  }
}

int ThreadPool::take_last(Share& share) {
  std::uint64_t left = share.left.load(std::memory_order_relaxed);
  while (true) {
    const std::uint64_t end = left >> 32;
    if (static_cast<std::uint32_t>(left) >= end) return -1;
    if (share.left.compare_exchange_weak(left, left - (1ULL << 32), std::memory_order_relaxed)) return static_cast<int>(end - 1);
  }
}

void ThreadPool::drain(int thread) {
  try {
    const std::size_t threads = shares_.size();
    const auto own = static_cast<std::size_t>(thread);
    for (int i = take_first(shares_[own]); i >= 0; i = take_first(shares_[own])) call_(body_, i, thread);
    for (std::size_t k = 1; k < threads; ++k) {
      Share& other = shares_[(own + k) % threads];
      for (int i = take_last(other); i >= 0; i = take_last(other)) call_(body_, i, thread);
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::current_exception();
  }
}

}  // namespace zf::cpu

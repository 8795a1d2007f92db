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

ThreadPool::ThreadPool(int threads) {
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
    count_ = count;
    call_ = call;
    body_ = body;
    open_ = true;
    next_.store(0, std::memory_order_relaxed);
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

void ThreadPool::drain(int thread) {
  try {
    for (int i = next_.fetch_add(1, std::memory_order_relaxed); i < count_; i = next_.fetch_add(1, std::memory_order_relaxed)) {
      call_(body_, i, thread);
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::current_exception();
  }
}

}  // namespace zf::cpu

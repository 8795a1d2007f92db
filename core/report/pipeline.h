#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "core/tensor/threads.h"

namespace zf {

/// Work on items 0, 1, ... in three parts that overlap: `prepare` runs on threads, some items ahead; `compute` on the thread that
/// calls step(), one item at a time and in order, since a Backend belongs to one thread; `finish` on threads again, in any order.
/// Each thread does what is there to do. Memory is bounded by two rules: nothing is prepared while something waits for its finish, or
/// 2 x threads items ahead of compute. So there are never more than 3 x threads items: these, and one that each thread finishes. Where the
/// system gives no thread, step() does all three parts.
template <typename Prepared, typename Computed>
class Pipeline {
 public:
  struct Parts {
    std::function<Prepared(std::size_t item)> prepare;
    std::function<std::optional<Computed>(std::size_t item, Prepared)> compute;  ///< nothing: there is nothing to finish
    std::function<void(std::size_t item, Computed)> finish;
  };

  Pipeline(std::size_t count, int threads, Parts parts)
      : count_(count), ahead_(2 * static_cast<std::size_t>(std::max(threads, 1))), parts_(std::move(parts)) {
    threads_ = start_threads(std::max(threads, 1), [this](int) { work(); });
  }
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;
  /// Lets every thread end the part that it is in; what waits is lost.
  ~Pipeline() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  /// Computes the next item; false when none is left. Throws what any part threw; the work is over then.
  bool step() {
    std::unique_lock lock(mutex_);
    if (next_ == count_) return false;
    wait_until(lock, [this] { return prepared_.count(next_) != 0; });
    auto prepared = prepared_.extract(next_);
    lock.unlock();
    std::optional<Computed> computed = parts_.compute(next_, std::move(prepared.mapped()));
    lock.lock();
    if (computed) computed_.emplace_back(next_, std::move(*computed));
    ++next_;
    changed_.notify_all();
    return true;
  }

  /// Waits until all that was computed is finished. Throws as step() does.
  void drain() {
    std::unique_lock lock(mutex_);
    wait_until(lock, [this] { return computed_.empty() && finishing_ == 0; });
  }

 private:
  template <typename Ready>
  void wait_until(std::unique_lock<std::mutex>& lock, const Ready& ready) {
    while (threads_.empty() && !ready()) computed_.empty() ? prepare(lock) : finish(lock);
    changed_.wait(lock, [&] { return error_ || ready(); });
    if (error_) std::rethrow_exception(error_);
  }

  [[nodiscard]] bool may_prepare() const { return started_ < std::min(count_, next_ + ahead_); }

  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return stopping_ || error_ || !computed_.empty() || may_prepare(); });
      if (stopping_ || error_) return;
      try {
        computed_.empty() ? prepare(lock) : finish(lock);
      } catch (...) {
        if (!lock.owns_lock()) lock.lock();
        error_ = std::current_exception();
      }
      changed_.notify_all();
    }
  }

  void prepare(std::unique_lock<std::mutex>& lock) {
    const std::size_t item = started_++;
    lock.unlock();
    Prepared prepared = parts_.prepare(item);
    lock.lock();
    prepared_.emplace(item, std::move(prepared));
  }

  void finish(std::unique_lock<std::mutex>& lock) {
    auto [item, computed] = std::move(computed_.front());
    computed_.pop_front();
    ++finishing_;
    lock.unlock();
    changed_.notify_all();
    parts_.finish(item, std::move(computed));
    lock.lock();
    --finishing_;
  }

  std::size_t count_;
  std::size_t ahead_;
  Parts parts_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::size_t, Prepared> prepared_;
  std::deque<std::pair<std::size_t, Computed>> computed_;
  std::size_t started_ = 0;    ///< the first item that nobody prepares
  std::size_t next_ = 0;       ///< the item to compute
  std::size_t finishing_ = 0;  ///< threads
  bool stopping_ = false;
  std::exception_ptr error_;
  std::vector<std::thread> threads_;
};

}  // namespace zf

#include "core/data/batch_loader.h"

#include <algorithm>
#include <utility>

#include "core/tensor/error.h"
#include "core/tensor/threads.h"

namespace zf {

BatchLoader::BatchLoader(int first, int end, int threads, Fill fill)
    : fill_(std::move(fill)), next_(first), started_(first), end_(end), ahead_(2 * std::max(threads, 1)) {
  threads_ = start_threads(std::min(threads, end - first), [this](int) { work(); });
}

BatchLoader::~BatchLoader() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void BatchLoader::next(Batch& batch) {
  std::unique_lock lock(mutex_);
  if (next_ >= end_) fail("batch {}: expected a batch below {}", next_, end_);
  if (threads_.empty()) {
    fill_(next_, batch);
    ++next_;
    return;
  }
  changed_.wait(lock, [this] { return error_ || ready_.count(next_) != 0; });
  if (error_) std::rethrow_exception(error_);
  const auto found = ready_.find(next_);
  spare_.push_back(std::exchange(batch, std::move(found->second)));
  ready_.erase(found);
  ++next_;
  lock.unlock();
  changed_.notify_all();
}

void BatchLoader::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || started_ >= end_ || started_ < next_ + ahead_; });
    if (stopping_ || error_ || started_ >= end_) return;
    const int index = started_++;
    Batch batch;
    if (!spare_.empty()) {
      batch = std::move(spare_.back());
      spare_.pop_back();
    }
    lock.unlock();
    std::exception_ptr error;
    try {
      fill_(index, batch);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    if (error) {
      error_ = error;
    } else {
      ready_.emplace(index, std::move(batch));
    }
    changed_.notify_all();
  }
}

}  // namespace zf

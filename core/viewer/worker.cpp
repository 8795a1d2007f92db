#include "core/viewer/worker.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace zf::viewer {

void Worker::Graveyard::add(std::shared_ptr<void> thing) {
  const std::lock_guard lock(mutex_);
  things_.push_back(std::move(thing));
}

void Worker::Graveyard::clear() {
  // What dies may hold the last share of another: until none is left.
  for (std::vector<std::shared_ptr<void>> dying;; dying.clear()) {
    const std::lock_guard lock(mutex_);
    if (things_.empty()) return;
    dying.swap(things_);
  }
}

void Worker::Outbox::deliver(std::function<void()> function) const {
  {
    const std::lock_guard lock(worker_->mutex_);
    worker_->letters_.push_back({slot_, ticket_, std::move(function)});
  }
  worker_->wake_();
}

Worker::Worker(bool threads, std::function<void()> wake) : wake_(std::move(wake)) {
  if (threads) thread_ = std::thread([this] { run(); });
}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  if (thread_.joinable()) thread_.join();
  for (Task& task : tasks_) task.job.reset();
  cancelled_.clear();
  letters_.clear();
  graveyard_->clear();
}

void Worker::start(Slot slot, Maker maker) {
  {
    const std::lock_guard lock(mutex_);
    Task& task = tasks_[static_cast<std::size_t>(slot)];
    if (task.job) cancelled_.push_back(std::move(task.job));
    task = Task{};
    task.ticket = ++tickets_;
    task.maker = std::move(maker);
    task.active = true;
    task.begun = Clock::now();
  }
  work_.notify_one();
}

void Worker::cancel(Slot slot) {
  const std::lock_guard lock(mutex_);
  Task& task = tasks_[static_cast<std::size_t>(slot)];
  if (task.job) cancelled_.push_back(std::move(task.job));
  task = Task{};
  task.ticket = ++tickets_;
}

Progress Worker::progress(Slot slot) const {
  constexpr double kEnough = 0.03;
  const std::lock_guard lock(mutex_);
  const Task& task = tasks_[static_cast<std::size_t>(slot)];
  Progress progress{task.active, task.part, {}, task.error};
  const double elapsed = std::chrono::duration<double>(Clock::now() - task.begun).count();
  if (task.active && task.part > kEnough) progress.seconds_left = elapsed / task.part * (1 - task.part);
  return progress;
}

bool Worker::busy() const {
  const std::lock_guard lock(mutex_);
  return std::any_of(tasks_.begin(), tasks_.end(), [](const Task& task) { return task.active; });
}

bool Worker::delivered() const {
  const std::lock_guard lock(mutex_);
  return !letters_.empty();
}

void Worker::collect() {
  std::vector<Letter> letters;
  {
    const std::lock_guard lock(mutex_);
    letters.swap(letters_);
  }
  for (const Letter& letter : letters) {
    bool current = false;
    {
      const std::lock_guard lock(mutex_);
      current = tasks_[static_cast<std::size_t>(letter.slot)].ticket == letter.ticket;
    }
    if (current) letter.function();
  }
}

void Worker::work(std::chrono::milliseconds time) {
  if (thread_.joinable()) return;
  const auto end = Clock::now() + time;
  std::unique_lock lock(mutex_);
  while (step(lock) && Clock::now() < end) {
  }
}

void Worker::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (!step(lock)) work_.wait(lock, [this] { return stopping_ || next() != nullptr || !cancelled_.empty(); });
  }
}

Worker::Task* Worker::next() {
  const auto found = std::find_if(tasks_.begin(), tasks_.end(), [](const Task& task) { return task.active; });
  return found == tasks_.end() ? nullptr : &*found;
}

bool Worker::step(std::unique_lock<std::mutex>& lock) {
  auto cancelled = std::exchange(cancelled_, {});
  Task* task = next();
  // While it runs, the job is ours: start() and cancel() see an empty task and only change its ticket.
  const std::uint64_t ticket = task != nullptr ? task->ticket : 0;
  std::unique_ptr<Job> job = task != nullptr ? std::move(task->job) : nullptr;
  Maker maker = task != nullptr ? std::exchange(task->maker, nullptr) : nullptr;
  const auto slot = task != nullptr ? static_cast<Slot>(task - tasks_.data()) : Slot::kModel;
  lock.unlock();
  cancelled.clear();
  graveyard_->clear();
  bool more = false;
  double part = 0;
  std::string error;
  try {
    if (maker) job = maker(Outbox(*this, slot, ticket));
    more = job != nullptr && job->step();
    part = job != nullptr ? job->progress() : 0;
  } catch (const std::exception& e) {
    error = e.what();
    more = false;
  }
  maker = nullptr;
  if (!more) job.reset();
  lock.lock();
  if (task == nullptr) return false;
  if (task->ticket == ticket) {
    task->active = more;
    task->part = more ? part : 1;
    task->error = std::move(error);
    task->job = std::move(job);
  } else if (job) {
    cancelled_.push_back(std::move(job));
  }
  lock.unlock();
  if (!more) wake_();
  lock.lock();
  return true;
}

}  // namespace zf::viewer

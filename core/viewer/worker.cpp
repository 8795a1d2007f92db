#include "core/viewer/worker.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/backend/device_error.h"

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
  if (thread_.joinable()) {
    thread_.join();
  } else {
    clear();
  }
}

void Worker::clear() {
  tasks_.clear();
  cancelled_.clear();
  letters_.clear();
  graveyard_->clear();
}

std::string Worker::take_device_failure() {
  const std::lock_guard lock(mutex_);
  return std::exchange(device_failure_, {});
}

Slot Worker::add_slot(Subject subject, Urgency urgency) {
  const std::lock_guard lock(mutex_);
  Task& task = tasks_.emplace_back();
  task.slot = Slot(tasks_.size() - 1);
  task.subject = subject;
  task.urgency = urgency;
  return task.slot;
}

void Worker::empty(Task& task) {
  if (task.job) cancelled_.push_back(std::move(task.job));
  Task idle;
  idle.slot = task.slot;
  idle.subject = task.subject;
  idle.urgency = task.urgency;
  idle.ticket = ++tickets_;
  task = std::move(idle);
}

void Worker::start(Slot slot, Maker maker) {
  {
    const std::lock_guard lock(mutex_);
    Task& task = tasks_[slot.index_];
    empty(task);
    task.maker = std::move(maker);
    task.active = true;
    task.begun = Clock::now();
  }
  work_.notify_one();
}

void Worker::cancel(Slot slot) {
  const std::lock_guard lock(mutex_);
  empty(tasks_[slot.index_]);
}

void Worker::cancel(Subject subject) {
  const std::lock_guard lock(mutex_);
  for (Task& task : tasks_) {
    if (task.subject == subject) empty(task);
  }
}

void Worker::cancel_others(Slot slot) {
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    if (i != slot.index_) empty(tasks_[i]);
  }
}

bool Worker::busy(Subject subject) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(tasks_.begin(), tasks_.end(), [subject](const Task& task) { return task.active && task.subject == subject; });
}

Progress Worker::progress(Slot slot) const {
  constexpr double kEnough = 0.03;
  const std::lock_guard lock(mutex_);
  const Task& task = tasks_[slot.index_];
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
      current = tasks_[letter.slot.index_].ticket == letter.ticket;
    }
    if (current) letter.function();
  }
}

void Worker::work(std::chrono::milliseconds time) {
  if (thread_.joinable()) return;
  const auto end = Clock::now() + time;
  std::unique_lock lock(mutex_);
  while (step(lock) == Step::kMore && Clock::now() < end) {
  }
}

void Worker::run() {
  std::unique_lock lock(mutex_);
  constexpr std::chrono::microseconds kMoment{100};
  while (!stopping_) {
    const Step left = step(lock);
    if (left == Step::kWaiting) work_.wait_for(lock, kMoment);
    if (left == Step::kDone) work_.wait(lock, [this] { return stopping_ || next() != nullptr || !cancelled_.empty(); });
  }
  lock.unlock();
  clear();
}

Worker::Task* Worker::next() {
  for (const Urgency urgency : {Urgency::kQuick, Urgency::kLong}) {
    const auto found = std::find_if(tasks_.begin(), tasks_.end(),
                                    [urgency](const Task& task) { return task.active && !task.waiting && task.urgency == urgency; });
    if (found != tasks_.end()) return &*found;
  }
  return nullptr;
}

/// Jobs that waited may ask their devices again. Whether there are any.
bool Worker::give_turns() {
  bool any = false;
  for (Task& task : tasks_) any = std::exchange(task.waiting, false) || any;
  return any;
}

Step Worker::step(std::unique_lock<std::mutex>& lock) {
  auto cancelled = std::exchange(cancelled_, {});
  Task* task = next();
  // While it runs, the job is ours: start() and cancel() see an empty task and only change its ticket.
  const std::uint64_t ticket = task != nullptr ? task->ticket : 0;
  std::unique_ptr<Job> job = task != nullptr ? std::move(task->job) : nullptr;
  Maker maker = task != nullptr ? std::exchange(task->maker, nullptr) : nullptr;
  const Slot slot = task != nullptr ? task->slot : Slot();
  lock.unlock();
  cancelled.clear();
  graveyard_->clear();
  Step left = Step::kDone;
  double part = 0;
  std::string error;
  bool device_failed = false;
  try {
    if (maker) job = maker(Outbox(*this, slot, ticket));
    if (job != nullptr) left = job->step();
    part = job != nullptr ? job->progress() : 0;
  } catch (const std::exception& e) {
    error = e.what();
    device_failed = dynamic_cast<const DeviceError*>(&e) != nullptr;
    left = Step::kDone;
  }
  maker = nullptr;
  const bool more = left != Step::kDone;
  if (!more) job.reset();
  lock.lock();
  if (task == nullptr) return give_turns() ? Step::kWaiting : Step::kDone;
  if (device_failed) device_failure_ = error;
  if (task->ticket == ticket) {
    task->active = more;
    task->waiting = left == Step::kWaiting;
    task->part = more ? part : 1;
    task->error = device_failed ? std::string() : std::move(error);
    task->job = std::move(job);
  } else if (job) {
    cancelled_.push_back(std::move(job));
  }
  if (more) return Step::kMore;
  lock.unlock();
  wake_();
  lock.lock();
  return Step::kMore;
}

}  // namespace zf::viewer

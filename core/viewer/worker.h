#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/tensor/job.h"

namespace zf::viewer {

/// What jobs look at.
enum class Subject : std::uint8_t {
  kModel,  ///< and whatever else stays while photos change
  kPhoto   ///< the one that is shown
};

/// What people wait for goes before what takes long.
enum class Urgency : std::uint8_t { kQuick, kLong };

/// One thing that a worker can be asked for, at a time: a new job in a slot replaces the old one.
class Slot {
 public:
  Slot() = default;

 private:
  friend class Worker;
  explicit Slot(std::size_t index) : index_(index) {}
  std::size_t index_ = 0;
};

/// How far a slot's job is.
struct Progress {
  bool running = false;
  double part = 0;                     ///< 0 to 1
  std::optional<double> seconds_left;  ///< where enough is done to tell
  std::string error;                   ///< of the last job, where it failed
};

/// Runs jobs one step at a time, the most urgent slot first (while a job waits for its device, the next one): on a thread of its own
/// where the host has threads, else in work() between frames. Backends, networks and traces belong to the jobs: only they use them, so
/// nothing of them needs a lock.
class Worker {
 public:
  /// Hands `deliver`ed functions to the thread that draws, unless the job was replaced or cancelled meanwhile.
  class Outbox {
   public:
    void deliver(std::function<void()> function) const;
    /// What delivers views to `done`, one a call; they are moved, not copied.
    template <typename View>
    [[nodiscard]] std::function<void(View)> to(std::function<void(View)> done) const {
      return [done = std::move(done), outbox = *this](View view) {
        outbox.deliver([done, boxed = std::make_shared<View>(std::move(view))] { done(std::move(*boxed)); });
      };
    }

   private:
    friend class Worker;
    Outbox(Worker& worker, Slot slot, std::uint64_t ticket) : worker_(&worker), slot_(slot), ticket_(ticket) {}
    Worker* worker_;
    Slot slot_;
    std::uint64_t ticket_;
  };
  /// Makes a job, where it will run.
  using Maker = std::function<std::unique_ptr<Job>(Outbox)>;

  /// `wake` is called from the worker's thread when something was delivered.
  Worker(bool threads, std::function<void()> wake);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();

  // On the thread that draws.

  /// Another slot. Of its urgency, those before it go first.
  [[nodiscard]] Slot add_slot(Subject subject, Urgency urgency);
  void start(Slot slot, Maker maker);
  void cancel(Slot slot);
  /// Cancels what looks at it.
  void cancel(Subject subject);
  /// Cancels all but one slot's job.
  void cancel_others(Slot slot);
  /// Whether a job looks at it.
  [[nodiscard]] bool busy(Subject subject) const;
  [[nodiscard]] Progress progress(Slot slot) const;
  /// Whether any slot has work.
  [[nodiscard]] bool busy() const;
  /// Whether something was delivered that collect() has not run yet, which may start more.
  [[nodiscard]] bool delivered() const;
  /// Runs what was delivered since the last call.
  void collect();
  /// Why a job's device failed since the last call; empty where none did.
  [[nodiscard]] std::string take_device_failure();
  /// Without threads: works for about this long.
  void work(std::chrono::milliseconds time);

  /// Shares something that only jobs use. Whoever lets go of it last, it is destroyed where the jobs run.
  template <typename T>
  [[nodiscard]] std::shared_ptr<T> share(std::unique_ptr<T> thing) {
    return std::shared_ptr<T>(thing.release(), [graveyard = graveyard_](T* p) { graveyard->add(std::shared_ptr<T>(p)); });
  }

 private:
  using Clock = std::chrono::steady_clock;
  struct Task {
    Slot slot;
    Subject subject = Subject::kModel;
    Urgency urgency = Urgency::kQuick;
    std::uint64_t ticket = 0;
    Maker maker;               ///< of a job that has not begun
    std::unique_ptr<Job> job;  ///< of one that has
    bool active = false;
    bool waiting = false;  ///< for its device, until the others had their turn
    Clock::time_point begun;
    double part = 0;
    std::string error;
  };
  struct Letter {
    Slot slot;
    std::uint64_t ticket;
    std::function<void()> function;
  };
  class Graveyard {
   public:
    void add(std::shared_ptr<void> thing);
    void clear();

   private:
    std::mutex mutex_;
    std::vector<std::shared_ptr<void>> things_;
  };

  void run();
  /// Takes what a slot does away from it.
  void empty(Task& task);
  /// Destroys all that jobs made, where they ran.
  void clear();
  /// One step of the most urgent job that does not wait for its device. Says what there is after it: more, jobs that all wait, or none.
  Step step(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] Task* next();
  bool give_turns();

  std::function<void()> wake_;
  std::shared_ptr<Graveyard> graveyard_ = std::make_shared<Graveyard>();
  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::deque<Task> tasks_;                       ///< of every slot, where they stay
  std::vector<std::unique_ptr<Job>> cancelled_;  ///< to be destroyed where they ran
  std::vector<Letter> letters_;
  std::string device_failure_;
  std::uint64_t tickets_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace zf::viewer

#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

namespace zf::cpu {

/// Workers that share loops. The calling thread takes part, so a pool of one starts none. One loop at a time.
/// Workers look out for the next loop for some microseconds before they sleep: the operations of a network follow each other closely.
class ThreadPool {
 public:
  explicit ThreadPool(int threads);
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ~ThreadPool();

  [[nodiscard]] int size() const { return static_cast<int>(workers_.size()) + 1; }

  /// Calls body(index, thread) for every index below `count`; thread is below size(). Indices are handed out one by one,
  /// so make them coarse. Waits for all, then rethrows the first exception. Allocates nothing.
  template <typename Body>
  void parallel_for(int count, const Body& body) {
    run(count, &invoke<Body>, &body);
  }

 private:
  using Call = void (*)(const void* body, int index, int thread);

  template <typename Body>
  static void invoke(const void* body, int index, int thread) {
    (*static_cast<const Body*>(body))(index, thread);
  }

  void run(int count, Call call, const void* body);
  void work(int thread);
  void drain(int thread);

  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable start_;
  std::condition_variable done_;
  std::atomic<int> next_{0};
  std::atomic<unsigned> generation_{0};  ///< of loops
  std::atomic<int> active_{0};           ///< workers in the loop
  // Guarded by mutex_; read by workers in an open loop.
  int count_ = 0;
  Call call_ = nullptr;
  const void* body_ = nullptr;
  bool open_ = false;  ///< whether workers may still join the loop: a busy machine's late ones are not waited for
  bool stopping_ = false;
  std::exception_ptr error_;
};

}  // namespace zf::cpu

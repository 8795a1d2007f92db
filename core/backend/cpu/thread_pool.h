#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
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

  /// Calls body(index, thread) for every index below `count`; thread is below size(). Every thread has its share of neighbouring
  /// indices, the same ones in loops of one length, so that it finds what it wrote in its own caches; one that is done takes from the end
  /// of another's, one by one, so make them coarse. Waits for all, then rethrows the first exception. Allocates nothing.
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

  /// Indices that are left: the first in the lower half, one beyond the last in the upper.
  struct alignas(64) Share {
    std::atomic<std::uint64_t> left{0};
  };

  void run(int count, Call call, const void* body);
  void work(int thread);
  void drain(int thread);
  [[nodiscard]] static int take_first(Share& share);
  [[nodiscard]] static int take_last(Share& share);

  std::vector<std::thread> workers_;
  std::mutex mutex_;
  std::condition_variable start_;
  std::condition_variable done_;
  std::vector<Share> shares_;            ///< one a thread
  std::atomic<unsigned> generation_{0};  ///< of loops
  std::atomic<int> active_{0};           ///< workers in the loop
  // Guarded by mutex_; read by workers in an open loop.
  Call call_ = nullptr;
  const void* body_ = nullptr;
  bool open_ = false;  ///< whether workers may still join the loop: a busy machine's late ones are not waited for
  bool stopping_ = false;
  std::exception_ptr error_;
};

}  // namespace zf::cpu

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace zf::cuda {

/// Memory of a card, or pinned memory of the host, in blocks that are kept when they are freed and go to the next who asks for their
/// size: the driver takes long to give memory, and waits for the card to take it back. Blocks may be freed on any thread, also after the
/// backend; a block that is given again is used behind all earlier work, since all work is on one stream.
class MemoryPool : public std::enable_shared_from_this<MemoryPool> {
 public:
  enum class Kind : std::uint8_t { kCard, kPinned };
  /// Keeps at most `most_idle` bytes of freed blocks.
  MemoryPool(Kind kind, int device, std::size_t most_idle) : kind_(kind), device_(device), most_idle_(most_idle) {}
  MemoryPool(const MemoryPool&) = delete;
  MemoryPool& operator=(const MemoryPool&) = delete;
  ~MemoryPool();

  /// A block of at least so many bytes; gives it back when it goes.
  class Block {
   public:
    Block() = default;
    Block(std::shared_ptr<MemoryPool> pool, void* data, std::size_t size) : pool_(std::move(pool)), data_(data), size_(size) {}
    Block(Block&& other) noexcept;
    Block& operator=(Block&& other) noexcept;
    ~Block();
    [[nodiscard]] std::byte* data() const { return static_cast<std::byte*>(data_); }

   private:
    std::shared_ptr<MemoryPool> pool_;
    void* data_ = nullptr;
    std::size_t size_ = 0;
  };
  /// Throws DeviceError where there is not enough.
  [[nodiscard]] Block take(std::size_t bytes);

 private:
  [[nodiscard]] bool acquire(std::size_t size, void*& data) const;
  void release(void* data) const;
  void release_idle();
  void give_back(void* data, std::size_t size);
  [[noreturn]] void refuse(std::size_t bytes) const;

  Kind kind_;
  int device_;
  std::size_t most_idle_;
  std::mutex mutex_;
  std::map<std::size_t, std::vector<void*>> idle_;  ///< by size
  std::size_t idle_bytes_ = 0;
};

}  // namespace zf::cuda

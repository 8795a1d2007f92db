// A processor in a card's place.
#include <cstring>
#include <vector>

#include "core/tensor/aligned_buffer.h"
#include "native/cuda/device.h"
#include "native/cuda/device_backend.h"
#include "native/cuda/host_form.h"

namespace zf::cuda {

namespace {

class HostMemory final : public DeviceMemory {
 public:
  /// Fresh memory is NaN, so that what nobody wrote shows.
  explicit HostMemory(AlignedBuffer&& buffer) : DeviceMemory(buffer.data()), buffer_(std::move(buffer)) {
    std::memset(buffer_.data(), 0xff, buffer_.bytes());
  }

 private:
  AlignedBuffer buffer_;
};

class HostTransfer final : public Transfer {
 public:
  explicit HostTransfer(AlignedBuffer&& bytes) : bytes_(std::move(bytes)) {}
  [[nodiscard]] bool ready() override { return true; }
  [[nodiscard]] AlignedBuffer take() override { return std::move(bytes_); }

 private:
  AlignedBuffer bytes_;
};

/// Runs the blocks of a kernel, each phase thread by thread.
template <typename Body>
void run_blocks(std::size_t count, const Body& body) {
  typename Body::Shared shared;
  for (std::size_t block = 0; block < count; ++block) {
    std::vector<typename Body::Private> own(Body::kThreads);
    for (int phase = 0; phase < body.phases(); ++phase) {
      for (int thread = 0; thread < Body::kThreads; ++thread) {
        body.phase(phase, block, thread, own[static_cast<std::size_t>(thread)], shared);
      }
    }
  }
}

[[nodiscard]] double element(const Product::Operand& operand, std::size_t row, std::size_t column) {
  return static_cast<double>(operand.data[operand.transposed ? column * operand.pitch + row : row * operand.pitch + column]);
}

class HostDevice final : public Device {
 public:
  [[nodiscard]] std::string name() const override { return "this processor"; }
  /// So little that the tests' batches need several turns.
  [[nodiscard]] std::size_t workspace() const override { return std::size_t{1} << 16U; }

  [[nodiscard]] std::shared_ptr<DeviceMemory> allocate(std::size_t bytes) override {
    return std::make_shared<HostMemory>(AlignedBuffer(bytes));
  }
  void upload(const void* host, void* to, std::size_t bytes) override { std::memcpy(to, host, bytes); }
  void copy(const void* from, void* to, std::size_t bytes) override { std::memcpy(to, from, bytes); }
  [[nodiscard]] std::unique_ptr<Transfer> read(const void* from, std::size_t bytes) override {
    AlignedBuffer buffer(bytes);
    std::memcpy(buffer.data(), from, bytes);
    return std::make_unique<HostTransfer>(std::move(buffer));
  }

  void launch(std::size_t count, const Kernel& kernel) override {
    std::visit(
        [count](const auto& body) {
          if constexpr (kOfBlocks<std::decay_t<decltype(body)>>) {
            run_blocks(count, body);
          } else {
            for (std::size_t i = 0; i < count; ++i) body(i);
          }
        },
        kernel);
  }

  void multiply(const Product& product) override {
    const auto rows = static_cast<std::size_t>(product.rows);
    const auto columns = static_cast<std::size_t>(product.columns);
    const auto inner = static_cast<std::size_t>(product.inner);
    std::vector<double> sums(columns);
    for (std::size_t k = 0; k < static_cast<std::size_t>(product.count); ++k) {
      Product::Operand a = product.a;
      Product::Operand b = product.b;
      a.data += k * a.next;
      b.data += k * b.next;
      for (std::size_t row = 0; row < rows; ++row) {
        float* c = product.c.data + k * product.c.next + row * product.c.pitch;
        for (std::size_t i = 0; i < columns; ++i) sums[i] = product.add ? static_cast<double>(c[i]) : 0.0;
        for (std::size_t j = 0; j < inner; ++j) {
          const double factor = element(a, row, j);
          for (std::size_t i = 0; i < columns; ++i) sums[i] += factor * element(b, j, i);
        }
        for (std::size_t i = 0; i < columns; ++i) c[i] = static_cast<float>(sums[i]);
      }
    }
  }
};

}  // namespace

}  // namespace zf::cuda

std::unique_ptr<zf::Backend> zf::make_cuda_host_form() {
  return std::make_unique<cuda::DeviceBackend>(std::make_unique<cuda::HostDevice>(), "cuda's code on this processor");
}

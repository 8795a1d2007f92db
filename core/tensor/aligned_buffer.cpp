#include "core/tensor/aligned_buffer.h"

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace zf {

namespace {

constexpr std::align_val_t kVector{64};
/// Kernels read whole vectors.
constexpr std::size_t kBeyond = 128;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

}  // namespace

AlignedBuffer::AlignedBuffer(std::size_t bytes) : bytes_(bytes) {
  const std::align_val_t alignment = bytes < kHugePage ? kVector : std::align_val_t{kHugePage};
  data_ = {static_cast<std::byte*>(::operator new(bytes + kBeyond, alignment)), Free{alignment}};
#ifdef __linux__
  // Advice: where the system does not take it, pages are small.
  if (bytes >= kHugePage) (void)madvise(data_.get(), bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
#endif
}

}  // namespace zf

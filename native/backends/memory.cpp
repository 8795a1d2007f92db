#include "native/backends/memory.h"

#include <cstdlib>  // which says whether this is glibc
#include <limits>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace zf {

void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int kNever = std::numeric_limits<int>::max();
  mallopt(M_MMAP_THRESHOLD, kNever);
  mallopt(M_TRIM_THRESHOLD, kNever);
#endif
}

}  // namespace zf

#include "core/tensor/fnv.h"

#include <fmt/format.h>

namespace zf {

std::string Fnv::text() const { return fmt::format("{:016x}", hash_); }

}  // namespace zf

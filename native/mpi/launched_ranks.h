#pragma once

#include <memory>

#include "core/train/ranks.h"

namespace zf {

/// The processes that mpirun started together; a process that was started alone is the only one. Throws where there are several, and this
/// program was built without MPI.
[[nodiscard]] std::unique_ptr<Ranks> launched_ranks();

}  // namespace zf

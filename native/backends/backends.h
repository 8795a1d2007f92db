#pragma once

#include <memory>
#include <string_view>

#include "core/backend/backend.h"

namespace zf {

/// The backends of this build by name: "auto", "cpu" or "reference"; "opengl" and "cuda" where they are built in.
/// `threads` 0 means all cores. Throws where the backend is not there, saying why.
[[nodiscard]] std::unique_ptr<Backend> make_backend(std::string_view name, int threads);

}  // namespace zf

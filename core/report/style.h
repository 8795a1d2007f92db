#pragma once

#include <string>

namespace zf {

/// The page's style sheet.
[[nodiscard]] std::string page_style();

}  // namespace zf

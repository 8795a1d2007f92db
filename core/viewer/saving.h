#pragma once

#include <string>

#include "core/figures/picture.h"
#include "core/viewer/ui.h"

namespace zf::viewer {

// To where the host saves. What happened is told in a notice.

/// A picture as NAME.png, and beside it the file with its numbers.
void save_picture(const Ui& ui, const std::string& name, const Picture& picture, const std::string& numbers_name,
                  const std::string& numbers);
/// A copy of a file that the program keeps.
void save_copy(const Ui& ui, const std::string& name, const std::string& path);
void save_text(const Ui& ui, const std::string& name, const std::string& text);

}  // namespace zf::viewer

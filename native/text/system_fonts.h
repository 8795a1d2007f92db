#pragma once

namespace zf {

/// Draws what Inter lacks with the machine's fonts from now on; does nothing in a build without Pango.
void use_system_fonts();

}  // namespace zf

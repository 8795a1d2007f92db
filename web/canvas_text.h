#pragma once

namespace zf::web {

/// Draws what Inter lacks with the browser's fonts from now on, on any thread.
void use_browser_fonts();

}  // namespace zf::web

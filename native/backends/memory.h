#pragma once

namespace zf {

/// Keeps freed memory for the next job instead of giving it back to the system after each: whoever asks for the same large blocks
/// again and again would else wait for their pages. Call first thing in main().
void keep_freed_memory();

}  // namespace zf

#include "core/figures/fallback_text.h"

#include <atomic>

namespace zf {

namespace {

std::atomic<const FallbackText*> chosen = nullptr;

}  // namespace

void set_fallback_text(const FallbackText* fallback) { chosen = fallback; }

const FallbackText* fallback_text() { return chosen; }

}  // namespace zf

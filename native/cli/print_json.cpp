#include "native/cli/print_json.h"

#include <fmt/format.h>

#include "core/report/story_json.h"

namespace zf::cli {

void print_json(const nlohmann::ordered_json& json) { fmt::print("{}\n", to_text(json)); }

}  // namespace zf::cli

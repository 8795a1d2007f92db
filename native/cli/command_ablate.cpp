// zfscope ablate: what a network loses without some of its parts.
#include "native/cli/ablate_retrain.h"
#include "native/cli/command.h"

namespace zf::cli {

void add_ablate(CLI::App& app) {
  CLI::App* command = app.add_subcommand("ablate", "What a network loses without some of its parts");
  command->require_subcommand(1);
  add_ablate_retrain(*command);
}

}  // namespace zf::cli

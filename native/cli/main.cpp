#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "native/backends/memory.h"
#include "native/cli/command.h"
#include "native/cli/fallback.h"
#include "native/cli/photo_reader.h"

namespace zf::cli {

namespace {

/// Parses the arguments and runs their command; gives the exit status.
int run(std::vector<std::string> arguments) {
  CLI::App app{"ZFScope: a microscope for convolutional networks (Zeiler & Fergus 2013)", "zfscope"};
  app.require_subcommand(1);
  app.set_version_flag("--version", ZF_VERSION);
  add_info(app);
  add_import(app);
  add_classify(app);
  add_project(app);
  add_occlude(app);
  add_render(app);
  add_train(app);
  add_eval(app);
  add_invariance(app);
  add_correspond(app);
  add_compare(app);
  add_ablate(app);
  add_transfer(app);
  add_bench(app);
  add_mine(app);
  add_evolve(app);
  try {
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  report_untold_notes();
  return 0;
}

}  // namespace

}  // namespace zf::cli

int main(int argc, char** argv) {
  zf::keep_freed_memory();
  try {
    return zf::cli::run_with_fallback({argv + 1, argv + argc}, zf::cli::run);
  } catch (const std::exception& error) {
    fmt::print(stderr, "zfscope: {}\n", error.what());
    return 1;
  }
}

#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "native/backends/memory.h"
#include "native/cli/command.h"

int main(int argc, char** argv) {
  zf::keep_freed_memory();
  CLI::App app{"ZFScope: a microscope for convolutional networks (Zeiler & Fergus 2013)", "zfscope"};
  app.require_subcommand(1);
  app.set_version_flag("--version", ZF_VERSION);
  zf::cli::add_info(app);
  zf::cli::add_classify(app);
  zf::cli::add_project(app);
  zf::cli::add_occlude(app);
  zf::cli::add_render(app);
  zf::cli::add_train(app);
  zf::cli::add_eval(app);
  zf::cli::add_invariance(app);
  zf::cli::add_correspond(app);
  zf::cli::add_compare(app);
  zf::cli::add_ablate(app);
  zf::cli::add_transfer(app);
  zf::cli::add_bench(app);
  zf::cli::add_mine(app);
  zf::cli::add_evolve(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "zfscope: {}\n", error.what());
    return 1;
  }
  return 0;
}

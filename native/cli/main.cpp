#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include "core/io/quotable.h"
#include "core/nn/near.h"
#include "core/tensor/error.h"
#include "native/backends/memory.h"
#include "native/cli/command.h"
#include "native/cli/fallback.h"
#include "native/cli/photo_reader.h"
#include "native/files/open_archive.h"
#include "native/text/system_fonts.h"

namespace zf::cli {

namespace {

/// A word in a command's place that is none, before CLI11 says less of it.
void check_command(const CLI::App& app, const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front().starts_with("-")) return;
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) names.push_back(command->get_name());
  if (std::find(names.begin(), names.end(), arguments.front()) != names.end()) return;
  throw CLI::ValidationError(fmt::format("expected a command, one of {}, found \"{}\"{}", fmt::join(names, ", "),
                                         printable(arguments.front()), near_words(names, arguments.front())));
}

/// Parses the arguments and runs their command; gives the exit status.
int run_command(std::vector<std::string> arguments) {
  CLI::App app{"ZFScope: a microscope for convolutional networks (Zeiler & Fergus 2013)", "zfscope"};
  app.require_subcommand(1);
  app.set_version_flag("--version", ZF_VERSION);
  add_info(app);
  add_import(app);
  add_export(app);
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
  add_merge(app);
  try {
    check_command(app, arguments);
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  report_untold_notes();
  return 0;
}

/// Results that went nowhere are a failure: stdout may be a full disk, or closed.
void check_written() {
  errno = 0;
  const bool flushed = std::fflush(stdout) == 0 && std::cout.flush().good();
  if (flushed && std::ferror(stdout) == 0) return;
  fail("expected to write to the standard output, found: {}",
       errno != 0 ? std::generic_category().message(errno) : "a write before failed");
}

}  // namespace

}  // namespace zf::cli

int main(int argc, char** argv) {
  zf::keep_freed_memory();
  zf::use_system_fonts();
  zf::open_archives_by(zf::open_archive);
  try {
    const int status = zf::cli::run_with_fallback({argv + 1, argv + argc}, zf::cli::run_command);
    zf::cli::check_written();
    return status;
  } catch (const std::exception& error) {
    fmt::print(stderr, "zfscope: {}\n", error.what());
    return 1;
  }
}

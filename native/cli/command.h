#pragma once

#include <CLI/CLI.hpp>

namespace zf::cli {

// Each command lives in command_NAME.cpp: it adds its subcommand with a callback that does the work and throws zf::Error.

void add_info(CLI::App& app);
void add_import(CLI::App& app);
void add_export(CLI::App& app);
void add_classify(CLI::App& app);
void add_project(CLI::App& app);
void add_occlude(CLI::App& app);
void add_merge(CLI::App& app);
void add_render(CLI::App& app);
void add_train(CLI::App& app);
void add_eval(CLI::App& app);
void add_invariance(CLI::App& app);
void add_correspond(CLI::App& app);
void add_compare(CLI::App& app);
void add_ablate(CLI::App& app);
void add_transfer(CLI::App& app);
void add_bench(CLI::App& app);
void add_mine(CLI::App& app);
void add_evolve(CLI::App& app);

}  // namespace zf::cli

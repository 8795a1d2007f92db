// zfscope merge: joins what the shards of a command made.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/analysis/mine.h"
#include "core/analysis/mine_parts.h"
#include "core/data/batches.h"
#include "core/data/part.h"
#include "core/io/quotable.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"
#include "native/cli/command.h"
#include "native/cli/eval_part.h"
#include "native/cli/occlusion_claims.h"
#include "native/cli/photo_reader.h"
#include "native/cli/photos.h"
#include "native/cli/print_json.h"
#include "native/cli/progress.h"
#include "native/cli/render.h"
#include "native/cli/session.h"
#include "native/cli/transfer.h"
#include "native/media/turbo_jpeg.h"

namespace zf::cli {

namespace {

namespace fs = std::filesystem;

struct Merge {
  Options options;
  std::vector<std::string> parts;
  std::string out;
};

/// The second pass of mine, where shards have not made all of it: goes on with their scans as with an atlas that was begun.
AtlasInfo project_winners(const Merge& args, const MineParts& parts) {
  const nlohmann::json& setup = parts.progress.header.setup;
  const std::string where = args.parts.front();
  MineOptions options = mine_options_of(setup, where);
  options.encode = turbo_jpeg;
  options.threads = worker_threads(args.options);
  const MineProgress begun{{"mine", {}, setup}, batch_count(setup.at("photos").get<std::size_t>(), options.batch), 0, false};
  write_atlas(args.out + ".part", parts.contents, to_text(begun));
  Options model = args.options;
  model.arguments = {name_from_json(parts.progress.origin.at("model"))};
  const Session session = open_session(model);
  MineJob job(*session.net, session.model.preprocess, list_photos(name_from_json(parts.progress.origin.at("data"))), photo_decoder(),
              args.out, options);
  Progress bar("winners");
  run(job, bar);
  return job.info();
}

void merge_mine(const Merge& args, const std::vector<fs::path>& files) {
  MineParts parts = join_mine_parts(files);
  AtlasInfo info = parts.contents.info;
  if (parts.projected) {
    write_atlas(args.out, parts.contents);
  } else {
    fmt::print(stderr, "not every shard has projected its share of the winners: projecting them here\n");
    info = project_winners(args, parts);
  }
  if (args.options.json) {
    print_json({{"atlas", args.out}, {"images", info.images}, {"skipped", info.skipped}});
  } else {
    fmt::print("{} photos, {} skipped: {}\n", info.images, info.skipped, args.out);
  }
}

/// What made the part.
std::string command_of(const fs::path& file) {
  return file.extension() == ".json" ? read_part(file).header.command : mine_progress(Atlas(file)).header.command;
}

void run(const Merge& args) {
  const std::vector<fs::path> files = find_parts(std::vector<fs::path>(args.parts.begin(), args.parts.end()));
  const std::string command = command_of(files.front());
  if (args.out.empty() && command != "eval" && command != "occlude") fail("merge: expected --out for the parts of {}, found none", command);
  if (command == "eval" && !args.out.empty()) fail("merge: expected no --out for the parts of eval, whose numbers are printed");
  if (command == "mine") return merge_mine(args, files);
  if (command == "eval") return merge_eval(files, args.options.json);
  if (command == "occlude") return merge_occlude(files, args.out, args.options.json);
  if (command == "render") return merge_render(files, args.out, args.options.json);
  if (command == "transfer") return merge_transfer(files, args.out, args.options.json);
  fail("{}: expected a part of mine, eval, occlude, render or transfer, found one of {}", files.front().string(), quotable(command));
}

}  // namespace

void add_merge(CLI::App& app) {
  auto args = std::make_shared<Merge>();
  CLI::App* command = app.add_subcommand("merge", "Join the parts that shards of mine, eval, occlude, render or transfer made (--shard)");
  command->footer(
      "The result is, byte by byte, what one process makes, whatever the number of shards and the order of their parts. A part that is "
      "missing, not finished or of other photos, another model or other options is named; the command that makes it goes on with it.");
  add_options(*command, args->options);
  command->add_option("parts", args->parts, "the folders that the shards wrote to (--out), or the parts in them")
      ->required()
      ->type_name("");
  command->add_option(
      "--out", args->out,
      "mine: the atlas; render: the site; transfer: the folder to go on in; occlude: the folder for agreement.*; the folder "
      "that all shards shared becomes the whole");
  command->callback([args] { run(*args); });
}

}  // namespace zf::cli

// zfscope render: the whole story of images as one page, pictures and numbers.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/io/atomic_file.h"
#include "core/io/quotable.h"
#include "core/report/artwork.h"
#include "core/report/page.h"
#include "core/report/story.h"
#include "core/report/story_files.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"
#include "core/tensor/stopwatch.h"
#include "native/cli/command.h"
#include "native/cli/photo_reader.h"
#include "native/cli/print_json.h"
#include "native/cli/progress.h"
#include "native/cli/render.h"
#include "native/cli/session.h"
#include "native/cli/sharding.h"
#include "native/cli/skipped.h"

namespace zf::cli {

namespace {

namespace fs = std::filesystem;

/// What came of the images.
struct Outcome {
  Page page;
  nlohmann::ordered_json images = nlohmann::ordered_json::array();
  SkippedPhotos skipped;
};

Story tell(const Render& args, const Session& session, StoryTeller& teller, const std::string& image) {
  const std::string name = fs::path(image).filename().string();
  return args.options.input_npy.empty() ? teller.tell(name, load_photo(image)) : teller.tell(name, load_input_npy(session, image));
}

/// A photo that cannot be shown is noted, and the others go on; a folder that cannot be written ends the work.
Outcome render(const Render& args, const Session& session, const std::vector<std::string>& images) {
  StoryTeller teller(*session.net, session.model.preprocess, session.model.classes, args.story(session.model));
  const std::vector<std::string> folders = folder_names(images);
  Outcome outcome;
  Progress progress("render");
  for (std::size_t i = 0; i < images.size(); ++i) {
    progress.update(static_cast<double>(i) / static_cast<double>(images.size()), images[i]);
    const std::optional<Story> told = outcome.skipped.attempt(images[i], [&] { return tell(args, session, teller, images[i]); });
    if (!told) continue;
    const Story& story = *told;
    const Artwork artwork = illustrate(story);
    const fs::path folder = fs::path(args.out) / folders[i];
    write_files(folder, story_files(story, artwork));
    outcome.page.add(story, artwork);
    nlohmann::ordered_json entry = {{"image", printable(images[i])}, {"folder", folder.string()}};
    entry.update(answer_json(story));
    entry["seconds"] = story.seconds;
    outcome.images.push_back(std::move(entry));
  }
  progress.update(1);
  return outcome;
}

void run(const Render& args) {
  const Stopwatch watch;
  const std::vector<std::string> images = args.options.images();
  if (images.empty()) fail("render: expected at least one IMAGE or DIR or --input-npy FILE, found none");
  if (has_folder(args)) return render_site(args);
  if (!args.shard.empty()) fail("render: expected a DIR with --shard, found {} images", images.size());
  const Session session = open_session(args.options);
  make_folder(args.out);
  const Outcome outcome = render(args, session, images);
  const fs::path page = fs::path(args.out) / "index.html";
  if (!outcome.images.empty()) write_file(page, outcome.page.html());
  const double seconds = watch.seconds();
  const std::string path = outcome.images.empty() ? std::string() : page.string();
  if (args.options.json) {
    print_json({{"page", path}, {"images", outcome.images}, {"skipped", outcome.skipped.json()}, {"seconds", seconds}});
  } else if (!path.empty()) {
    fmt::print("{} of {} images in {:.1f} s: {}\n", outcome.images.size(), images.size(), seconds, path);
  }
  outcome.skipped.insist(images.size());
}

}  // namespace

void add_render(CLI::App& app) {
  auto args = std::make_shared<Render>();
  CLI::App* command = app.add_subcommand("render", "The whole story of images: one HTML page, pictures and numbers; of folders: a site");
  command->footer(
      "Of folders (DIR, at any depth) OUT gets a page a photo, photos/NAME/index.html, and an index to search. Files that are no photos "
      "are "
      "skipped and listed. The same command goes on where it was stopped: a photo whose page is there already, made from the same file "
      "(name, size, time of change) by the same model, options and version of the program, is not made again; any other is.");
  add_options(*command, args->options);
  add_images(*command, args->options, "IMAGE... or DIR...");
  command->add_option("--out", args->out, "folder to write to; the page or index is its index.html")->required();
  command->add_option("--maps", args->maps, "strongest maps to project, of every conv layer")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  add_projection_options(*command, args->projection);
  add_shard_option(*command, args->shard);
  command->callback([args] { run(*args); });
}

}  // namespace zf::cli

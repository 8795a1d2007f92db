// zfscope render of folders: a page a photo and an index, any number of photos, resumable.
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "core/data/part.h"
#include "core/io/atomic_file.h"
#include "core/io/fingerprint.h"
#include "core/io/quotable.h"
#include "core/report/artwork.h"
#include "core/report/html.h"
#include "core/report/page.h"
#include "core/report/photo_index.h"
#include "core/report/pipeline.h"
#include "core/report/story_files.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"
#include "core/tensor/stopwatch.h"
#include "native/cli/descriptor.h"
#include "native/cli/interrupt.h"
#include "native/cli/page_folder.h"
#include "native/cli/photo_reader.h"
#include "native/cli/photos.h"
#include "native/cli/print_json.h"
#include "native/cli/progress.h"
#include "native/cli/render.h"
#include "native/cli/session.h"
#include "native/cli/shard_report.h"
#include "native/cli/sharding.h"
#include "native/cli/site_index.h"
#include "native/cli/site_photos.h"
#include "native/media/turbo_jpeg.h"

namespace zf::cli {

namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using SumOfSeconds = std::atomic<double>;  // over all threads

/// Adds the time that it lives.
class Timed {
 public:
  explicit Timed(SumOfSeconds& sum) : sum_(sum) {}
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;
  ~Timed() { sum_ += watch_.seconds(); }

 private:
  SumOfSeconds& sum_;
  Stopwatch watch_;
};

/// What every page follows from beside its photo. Threads are no part of it, for no result depends on their number, nor is the backend,
/// for all agree to rounding, and work on a device that was lost goes on on another.
ordered_json settings_of(const Render& args, const Session& session) {
  const Model& model = session.model;
  Fingerprint hash;
  hash.add(fingerprint(*session.net));
  for (const std::string& name : model.classes) hash.add(name);
  const Preprocess& p = model.preprocess;
  if (model.known) hash.add(fmt::format("{} {}", kEnergyScore, model.known->threshold));
  hash.add(
      fmt::format("{} {} {} {} {} {} {}", p.resize, p.crop.h, p.crop.w, p.order, p.scale, fmt::join(p.mean, " "), fmt::join(p.std, " ")));
  return {{"zfscope", ZF_VERSION},
          {"model", hash.text()},
          {"maps", args.maps},
          {"rule", args.projection.rule},
          {"lrn_derivative", args.projection.lrn_derivative}};
}

ordered_json made_from(const SitePhoto& photo, const ordered_json& settings) {
  std::error_code error;
  const std::uintmax_t bytes = fs::file_size(photo.file, error);
  const fs::file_time_type time = fs::last_write_time(photo.file, error);
  return {{"photo", photo.name}, {"bytes", bytes}, {"modified", time.time_since_epoch().count()}, {"settings", settings}};
}

/// A photo as the network takes it, or why there is none.
struct Decoded {
  StoryInput input;
  std::string why;
};

class Site {
 public:
  /// Of all photos, or of a shard's, which has no index.
  Site(const Render& args, const Session& session, const std::vector<SitePhoto>& photos, bool whole)
      : args_(args),
        session_(session),
        photos_(photos),
        teller_(*session.net, session.model.preprocess, session.model.classes, args.story(session.model)),
        index_(args.out, session.net->network().name, photos, whole) {
    take_over();
  }

  /// The photos that could not be read.
  [[nodiscard]] std::vector<Skipped> unread() const { return index_.skipped(); }
  [[nodiscard]] std::size_t already_there() const { return photos_.size() - todo_.size(); }

  /// What became of the photos in their order, up to the first that is not done: {"name", "file", and "answer" as text or "why"}.
  [[nodiscard]] nlohmann::json outcomes() const;

  /// False where it was interrupted.
  bool work();
  /// What --json prints.
  [[nodiscard]] ordered_json result(const SkippedPhotos& skipped) const;

 private:
  void take_over();
  [[nodiscard]] Decoded decode(const SitePhoto& photo);
  [[nodiscard]] std::optional<Story> tell(std::size_t photo, Decoded decoded);
  void save(std::size_t photo, const Story& story);
  [[nodiscard]] fs::path folder_of(const SitePhoto& photo) const { return fs::path(args_.out) / photo_folder(photo.name); }

  const Render& args_;
  const Session& session_;
  const std::vector<SitePhoto>& photos_;
  StoryTeller teller_;
  SiteIndex index_;
  std::vector<ordered_json> made_from_;  // one a photo
  std::vector<std::size_t> todo_;        // photos
  SumOfSeconds decode_{0};
  SumOfSeconds compute_{0};
  SumOfSeconds draw_{0};
  SumOfSeconds write_{0};
  double wall_ = 0;
};

/// Keeps the pages that follow from what this run would make them from.
void Site::take_over() {
  const ordered_json settings = settings_of(args_, session_);
  for (std::size_t i = 0; i < photos_.size(); ++i) {
    made_from_.push_back(made_from(photos_[i], settings));
    const std::optional<ordered_json> mark = read_mark(folder_of(photos_[i]));
    if (mark && mark->contains("top") && to_text(mark->value("made_from", ordered_json())) == to_text(made_from_[i])) {
      ordered_json answer = *mark;
      answer.erase("made_from");
      index_.add(i, std::move(answer));
    } else {
      todo_.push_back(i);
    }
  }
}

Decoded Site::decode(const SitePhoto& photo) {
  const Timed timed(decode_);
  try {
    return {story_input(session_.model.preprocess, load_photo(photo.file)), {}};
  } catch (const Error& error) {
    return {{}, without_path(error.what(), photo.file.string())};
  }
}

std::optional<Story> Site::tell(std::size_t photo, Decoded decoded) {
  const Timed timed(compute_);
  if (!decoded.why.empty()) {
    index_.skip(photo, std::move(decoded.why));
    return {};
  }
  Story story = teller_.tell(shown_name(photos_[photo].name), std::move(decoded.input));
  story.seconds = 0;  // pages do not depend on the day
  return story;
}

void Site::save(std::size_t photo, const Story& story) {
  const std::string& name = photos_[photo].name;
  std::vector<OutputFile> files;
  {
    const Timed timed(draw_);
    const Artwork artwork = illustrate(story);
    files = story_files(story, artwork);
    Page page(photo_index_link(name));
    page.add(story, artwork);
    const std::string html = page.html();
    const auto bytes = std::as_bytes(std::span(html));
    files.push_back({std::string(kPhotoPage), {bytes.begin(), bytes.end()}});
    files.push_back({std::string(kPhotoThumbnail), photo_thumbnail(story.view, turbo_jpeg)});
  }
  const Timed timed(write_);
  PageFolder folder(folder_of(photos_[photo]));
  for (const OutputFile& file : files) folder.write(file.name, file.bytes);
  const ordered_json answer = answer_json(story);
  ordered_json mark = {{"made_from", made_from_[photo]}};
  mark.update(answer);
  folder.commit(mark);
  index_.add(photo, answer);
}

bool Site::work() {
  const Stopwatch watch;
  const InterruptGuard guard;
  index_.write();
  Progress progress("render");
  Pipeline<Decoded, Story> pipeline(todo_.size(), worker_threads(args_.options),
                                    {[this](std::size_t i) { return decode(photos_[todo_[i]]); },
                                     [this](std::size_t i, Decoded decoded) { return tell(todo_[i], std::move(decoded)); },
                                     [this](std::size_t i, const Story& story) { save(todo_[i], story); }});
  std::size_t told = 0;
  while (!interrupted() && pipeline.step()) {
    ++told;
    progress.update(
        static_cast<double>(told) / static_cast<double>(todo_.size()),
        fmt::format("{} of {}, {:.1f} photos/s", already_there() + told, photos_.size(), static_cast<double>(told) / watch.seconds()));
  }
  pipeline.drain();
  index_.write();
  wall_ = watch.seconds();
  return told == todo_.size();
}

nlohmann::json Site::outcomes() const {
  nlohmann::json outcomes = nlohmann::json::array();
  for (std::size_t i = 0; i < photos_.size(); ++i) {
    const auto [answer, why] = index_.outcome(i);
    if (answer.is_null() && why.empty()) break;
    nlohmann::json outcome{{"name", name_to_json(photos_[i].name)}, {"file", name_to_json(photos_[i].file.string())}};
    if (why.empty()) {
      outcome["answer"] = to_text(answer);
    } else {
      outcome["why"] = printable(why);
    }
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

ordered_json Site::result(const SkippedPhotos& skipped) const {
  const double made = static_cast<double>(index_.finished() - already_there());
  return {{"page", index_.page().string()},
          {"images", index_.images()},
          {"already_there", already_there()},
          {"skipped", skipped.json()},
          {"photos_per_second", wall_ > 0 ? made / wall_ : 0},
          {"seconds",
           {{"decode", decode_.load()}, {"compute", compute_.load()}, {"draw", draw_.load()}, {"write", write_.load()}, {"wall", wall_}}}};
}

/// The pages of the shard's photos, and its part.
void render_shard(const Render& args, const Shard& shard) {
  const SitePhotos found = list_site_photos(args.options.inputs(), args.out);
  std::vector<SitePhoto> own;
  for (std::size_t i = 0; i < shard.share(found.photos.size()); ++i) own.push_back(found.photos[shard.at(i)]);
  const Session session = open_session(args.options);
  const ShardLock lock(args.out, shard);
  nlohmann::json setup = settings_of(args, session);
  setup["photos"] = found.fingerprint;
  Part part = resumed_part(args.out, {"render", shard, setup}, found.photos.size());
  Site site(args, session, own, false);
  const bool finished = site.work();
  SkippedPhotos left_out;
  left_out.add(found.skipped);
  part.notes = {{"left_out", left_out.json()}, {"model", session.net->network().name}};
  part.results = site.outcomes();
  write_part(part_path(args.out, shard), part);
  if (!finished) fail_interrupted(part);
  report_part(args.out, part, args.options.json);
}

}  // namespace

bool has_folder(const Render& args) {
  if (!args.options.input_npy.empty()) return false;
  const std::vector<std::string> inputs = args.options.inputs();
  return std::any_of(inputs.begin(), inputs.end(), [](const std::string& input) { return is_photo_folder(input); });
}

void render_site(const Render& args) {
  if (const std::optional<Shard> shard = chosen_shard(args.shard)) return render_shard(args, *shard);
  const SitePhotos found = list_site_photos(args.options.inputs(), args.out);
  const std::vector<SitePhoto>& photos = found.photos;
  const Session session = open_session(args.options);
  make_folder(args.out);
  const Descriptor folder(args.out, O_RDONLY | O_DIRECTORY);
  if (!folder.lock()) fail("{}: expected nobody else to write here, found another render at work", args.out);
  Site site(args, session, photos, true);
  if (site.already_there() > 0) fmt::print(stderr, "{} of {} photos already there\n", site.already_there(), photos.size());
  const bool finished = site.work();
  SkippedPhotos skipped;
  skipped.add(found.skipped);
  skipped.add(site.unread());
  skipped.report(photos.size() + found.skipped.size());
  if (!finished) fail("render: interrupted; what is finished is written, and the same command goes on from it");
  const ordered_json result = site.result(skipped);
  if (args.options.json) {
    print_json(result);
    return;
  }
  fmt::print("{} photos, {} of them already there, in {:.1f} s, {:.1f} photos/s: {}\n", result.at("images").size(), site.already_there(),
             result.at("seconds").at("wall").get<double>(), result.at("photos_per_second").get<double>(),
             result.at("page").get<std::string>());
}

}  // namespace zf::cli

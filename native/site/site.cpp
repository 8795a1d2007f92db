#include "native/site/site.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <chrono>
#include <span>
#include <system_error>
#include <utility>

#include "core/data/part.h"
#include "core/deconv/rules.h"
#include "core/io/atomic_file.h"
#include "core/io/fingerprint.h"
#include "core/io/quotable.h"
#include "core/report/artwork.h"
#include "core/report/page.h"
#include "core/report/photo_index.h"
#include "core/report/pipeline.h"
#include "core/report/story_files.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"
#include "native/media/turbo_jpeg.h"
#include "native/site/page_folder.h"

namespace zf {

namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Adds the time that it lives.
class Stopwatch {
 public:
  explicit Stopwatch(std::atomic<double>& sum) : sum_(sum) {}
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;
  ~Stopwatch() { sum_ += seconds_since(start_); }

 private:
  std::atomic<double>& sum_;
  Clock::time_point start_ = Clock::now();
};

ordered_json made_from(const SitePhoto& photo, const ordered_json& settings) {
  std::error_code error;
  const std::uintmax_t bytes = fs::file_size(photo.file, error);
  const fs::file_time_type time = fs::last_write_time(photo.file, error);
  return {{"photo", photo.name}, {"bytes", bytes}, {"modified", time.time_since_epoch().count()}, {"settings", settings}};
}

}  // namespace

ordered_json site_settings(const Net& net, const Model& model, const StoryOptions& options) {
  Fingerprint hash;
  hash.add(fingerprint(net));
  for (const std::string& name : model.classes) hash.add(name);
  const Preprocess& p = model.preprocess;
  if (model.known) hash.add(fmt::format("{} {}", kEnergyScore, model.known->threshold));
  hash.add(
      fmt::format("{} {} {} {} {} {} {}", p.resize, p.crop.h, p.crop.w, p.order, p.scale, fmt::join(p.mean, " "), fmt::join(p.std, " ")));
  return {{"zfscope", ZF_VERSION},
          {"model", hash.text()},
          {"maps", options.units},
          {"rule", name_of(options.rule)},
          {"lrn_derivative", options.lrn == LrnBackward::kDerivative}};
}

Site::Site(const Net& net, const Model& model, const ImageDecoder& decoder, const std::vector<SitePhoto>& photos, Options options)
    : net_(net),
      model_(model),
      decoder_(decoder),
      photos_(photos),
      options_(std::move(options)),
      teller_(net, model.preprocess, model.classes, options_.story),
      index_(options_.out, net.network().name, photos, options_.whole) {
  if (options_.whole) {
    make_folder(options_.out);
    if (!lock_.emplace(options_.out, O_RDONLY | O_DIRECTORY).lock())
      fail("{}: expected nobody else to write here, found another render at work", options_.out.string());
  }
  take_over();
}

fs::path Site::folder_of(const SitePhoto& photo) const { return options_.out / photo_folder(photo.name); }

/// Keeps the pages that follow from what this run would make them from.
void Site::take_over() {
  const ordered_json settings = site_settings(net_, model_, options_.story);
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

Site::Decoded Site::decode(const SitePhoto& photo) {
  const Stopwatch watch(decode_);
  const std::string path = photo.file.string();
  try {
    return {story_input(model_.preprocess, decoder_.decode(read_file(photo.file), path).image), {}};
  } catch (const Error& error) {
    return {{}, without_path(error.what(), path)};
  }
}

std::optional<Story> Site::tell(std::size_t photo, Decoded decoded) {
  const Stopwatch watch(compute_);
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
    const Stopwatch watch(draw_);
    const Artwork artwork = illustrate(story);
    files = story_files(story, artwork);
    Page page(photo_index_link(name));
    page.add(story, artwork);
    const std::string html = page.html();
    const auto bytes = std::as_bytes(std::span(html));
    files.push_back({std::string(kPhotoPage), {bytes.begin(), bytes.end()}});
    files.push_back({std::string(kPhotoThumbnail), photo_thumbnail(story.view, turbo_jpeg)});
  }
  const Stopwatch watch(write_);
  PageFolder folder(folder_of(photos_[photo]));
  for (const OutputFile& file : files) folder.write(file.name, file.bytes);
  const ordered_json answer = answer_json(story);
  ordered_json mark = {{"made_from", made_from_[photo]}};
  mark.update(answer);
  folder.commit(mark);
  index_.add(photo, answer);
}

bool Site::work(const GoOn& go_on) {
  const auto start = Clock::now();
  index_.write();
  Pipeline<Decoded, Story> pipeline(todo_.size(), options_.threads,
                                    {[this](std::size_t i) { return decode(photos_[todo_[i]]); },
                                     [this](std::size_t i, Decoded decoded) { return tell(todo_[i], std::move(decoded)); },
                                     [this](std::size_t i, const Story& story) { save(todo_[i], story); }});
  std::size_t told = 0;
  const auto note = [&] {
    return fmt::format("{} of {}, {:.1f} photos/s", already_there() + told, photos_.size(),
                       static_cast<double>(told) / seconds_since(start));
  };
  while (go_on(static_cast<double>(told) / static_cast<double>(std::max<std::size_t>(todo_.size(), 1)), note()) && pipeline.step()) ++told;
  pipeline.drain();
  index_.write();
  wall_ = seconds_since(start);
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

ordered_json Site::times() const {
  const double made = static_cast<double>(index_.finished() - already_there());
  return {{"photos_per_second", wall_ > 0 ? made / wall_ : 0},
          {"seconds",
           {{"decode", decode_.load()}, {"compute", compute_.load()}, {"draw", draw_.load()}, {"write", write_.load()}, {"wall", wall_}}}};
}

}  // namespace zf

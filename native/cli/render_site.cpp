// zfscope render of folders: a page a photo and an index, any number of photos, resumable.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/data/part.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"
#include "native/cli/interrupt.h"
#include "native/cli/photo_reader.h"
#include "native/cli/photos.h"
#include "native/cli/print_json.h"
#include "native/cli/progress.h"
#include "native/cli/render.h"
#include "native/cli/session.h"
#include "native/cli/shard_report.h"
#include "native/cli/sharding.h"
#include "native/site/site.h"

namespace zf::cli {

namespace {

using nlohmann::ordered_json;

Site::Options options_of(const Render& args, const Session& session, bool whole) {
  return {args.out, args.story(session.model), worker_threads(args.options), whole};
}

/// False where it was interrupted.
bool work(Site& site) {
  const InterruptGuard guard;
  Progress progress("render");
  return site.work([&](double part, const std::string& note) {
    progress.update(part, note);
    return !interrupted();
  });
}

/// What --json prints.
ordered_json result(const Site& site, const SkippedPhotos& skipped) {
  ordered_json result{{"page", site.index().page().string()},
                      {"images", site.index().images()},
                      {"already_there", site.already_there()},
                      {"skipped", skipped.json()}};
  result.update(site.times());
  return result;
}

/// The pages of the shard's photos, and its part.
void render_shard(const Render& args, const Shard& shard) {
  const SitePhotos found = list_site_photos(args.options.inputs(), args.out);
  std::vector<SitePhoto> own;
  for (std::size_t i = 0; i < shard.share(found.photos.size()); ++i) own.push_back(found.photos[shard.at(i)]);
  const Session session = open_session(args.options);
  const ShardLock lock(args.out, shard);
  nlohmann::json setup = site_settings(*session.net, session.model, args.story(session.model));
  setup["photos"] = found.fingerprint;
  Part part = resumed_part(args.out, {"render", shard, setup}, found.photos.size());
  Site site(*session.net, session.model, photo_decoder(), own, options_of(args, session, false));
  const bool finished = work(site);
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
  Site site(*session.net, session.model, photo_decoder(), photos, options_of(args, session, true));
  if (site.already_there() > 0) fmt::print(stderr, "{} of {} photos already there\n", site.already_there(), photos.size());
  const bool finished = work(site);
  SkippedPhotos skipped;
  skipped.add(found.skipped);
  skipped.add(site.unread());
  skipped.report(photos.size() + found.skipped.size());
  if (!finished) fail("render: interrupted; what is finished is written, and the same command goes on from it");
  const ordered_json json = result(site, skipped);
  if (args.options.json) {
    print_json(json);
    return;
  }
  fmt::print("{} photos, {} of them already there, in {:.1f} s, {:.1f} photos/s: {}\n", json.at("images").size(), site.already_there(),
             json.at("seconds").at("wall").get<double>(), json.at("photos_per_second").get<double>(), json.at("page").get<std::string>());
}

}  // namespace zf::cli

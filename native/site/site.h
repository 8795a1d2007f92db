#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/io/image.h"
#include "core/io/model.h"
#include "core/nn/net.h"
#include "core/report/story.h"
#include "native/site/descriptor.h"
#include "native/site/site_index.h"
#include "native/site/site_photos.h"

namespace zf {

/// What every page follows from beside its photo. Threads are no part of it, for no result depends on their number, nor is the backend,
/// for all agree to rounding, and work on a device that was lost goes on on another.
[[nodiscard]] nlohmann::ordered_json site_settings(const Net& net, const Model& model, const StoryOptions& options);

/// A page a photo and an index, any number of photos, resumable: reading, network and drawing overlap. A photo whose page is there, made
/// from the same file (name, size, time of change) and the same settings, is not made again.
class Site {
 public:
  struct Options {
    std::filesystem::path out;
    StoryOptions story;
    int threads = 2;    ///< that decode, draw and write
    bool whole = true;  ///< of all photos; else of a shard's, which has no index
  };
  /// Told of the part that is done (0-1), with a note; false: stop.
  using GoOn = std::function<bool(double, const std::string&)>;

  /// What is borrowed must outlive it. Throws where another process makes a whole site in the folder.
  Site(const Net& net, const Model& model, const ImageDecoder& decoder, const std::vector<SitePhoto>& photos, Options options);

  [[nodiscard]] std::size_t already_there() const { return photos_.size() - todo_.size(); }
  /// False where it was stopped. What is finished is written, and another one goes on from it.
  bool work(const GoOn& go_on);

  /// The photos that could not be read.
  [[nodiscard]] std::vector<Skipped> unread() const { return index_.skipped(); }
  [[nodiscard]] const SiteIndex& index() const { return index_; }
  /// What became of the photos in their order, up to the first that is not done: {"name", "file", and "answer" as text or "why"}.
  [[nodiscard]] nlohmann::json outcomes() const;
  /// {"photos_per_second", "seconds": {"decode", "compute", "draw", "write", "wall"}}, all threads' together but for the last.
  [[nodiscard]] nlohmann::ordered_json times() const;

 private:
  using SumOfSeconds = std::atomic<double>;  // over all threads

  /// A photo as the network takes it, or why there is none.
  struct Decoded {
    StoryInput input;
    std::string why;
  };

  void take_over();
  [[nodiscard]] Decoded decode(const SitePhoto& photo);
  [[nodiscard]] std::optional<Story> tell(std::size_t photo, Decoded decoded);
  void save(std::size_t photo, const Story& story);
  [[nodiscard]] std::filesystem::path folder_of(const SitePhoto& photo) const;

  const Net& net_;
  const Model& model_;
  const ImageDecoder& decoder_;
  const std::vector<SitePhoto>& photos_;
  Options options_;
  std::optional<Descriptor> lock_;  ///< on the folder of a whole site
  StoryTeller teller_;
  SiteIndex index_;
  std::vector<nlohmann::ordered_json> made_from_;  ///< one a photo
  std::vector<std::size_t> todo_;                  ///< photos
  SumOfSeconds decode_{0};
  SumOfSeconds compute_{0};
  SumOfSeconds draw_{0};
  SumOfSeconds write_{0};
  double wall_ = 0;
};

}  // namespace zf

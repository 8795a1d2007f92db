#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/analysis/activation_scan.h"
#include "core/analysis/winner_pass.h"
#include "core/data/photo_list.h"
#include "core/io/atlas.h"
#include "core/io/jpeg.h"

namespace zf {

struct MineOptions {
  int top = 9;                      ///< activations a map
  std::vector<std::string> layers;  ///< conv layers; all where empty
  Rule rule = Rule::kDeconvnet;
  LrnBackward lrn = LrnBackward::kPass;
  bool patches = true;  ///< keep patches and names of photos
  int quality = 92;     ///< of the pictures, as JPEG; at least 95 for small ones
  int side = 0;         ///< longest side of the pictures in pixels, to which larger ones are shrunk; 0: as they are
  int batch = 32;       ///< photos that run at once
  int threads = 2;      ///< that decode and encode
  std::size_t memory = std::size_t{128} << 20U;      ///< bytes of decoded photos to keep for the second pass
  double save_every = 30;                            ///< seconds between savings
  JpegEncoder encode = encode_jpeg;                  ///< makes the pictures; a host may bring a faster one
  std::optional<Shard> shard{};                      ///< of work that several processes share
  double wait = 0;                                   ///< seconds that a shard which has looked at its photos waits for the others
  nlohmann::json origin = nlohmann::json::object();  ///< stands beside a shard's part, for who joins them
};

/// The options that a setup, as parts keep it, was made of. Throws an Error that starts with `where` where it is none.
[[nodiscard]] MineOptions mine_options_of(const nlohmann::json& setup, const std::string& where);

/// Where the time went, in seconds, of the parts of a run since it was last resumed.
struct MineSeconds {
  double forward = 0;      ///< the forward passes of the first pass
  double first_pass = 0;   ///< with reading photos and finding maxima
  double second_pass = 0;  ///< forward again, projections and pictures
  double pictures = 0;     ///< of it, for the pictures
};

/// The job that mines a data set: the strongest activations of every map of every conv layer, one a photo, and their
/// projections (Fig. 2). Two passes over the photos; memory does not grow with their number but for their names. It keeps a
/// file beside the atlas so that a killed run goes on where it stood and gives the same atlas.
///
/// Of several processes each is a shard, and `out` a folder that they share. A shard looks at its own batches of photos; what it found is
/// its scan. Once all scans are there, every shard knows the winners of all photos and projects its own batches of them. A shard that is
/// through before the others waits for them, or ends, and goes on when it is started again. mine_parts.h joins the parts.
class MineJob : public Job {
 public:
  /// Net and decoder must outlive the job. `out` is the atlas; OUT.part holds what is done so far. Of a shard `out` is the folder of all
  /// parts. Throws where a file of an earlier run is there that had another model, other photos or other options, naming what differs.
  MineJob(const Net& net, const Preprocess& preprocess, PhotoList photos, const ImageDecoder& decoder, std::filesystem::path out,
          const MineOptions& options);

  /// One batch of photos. The last step writes the atlas.
  Step step() override;
  [[nodiscard]] double progress() const override;
  [[nodiscard]] const AtlasInfo& info() const { return contents_.info; }
  [[nodiscard]] const MineSeconds& seconds() const { return seconds_; }
  /// Batches that an earlier run had finished.
  [[nodiscard]] int resumed() const { return resumed_; }
  [[nodiscard]] const PhotoStore& photos() const { return store_; }
  /// Whether a shard has ended with its scan, since others' were not there.
  [[nodiscard]] bool only_scanned() const { return finished_ && scan_end_ && winners_ == nullptr; }

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] Step work();
  [[nodiscard]] AtlasContents blank() const;
  [[nodiscard]] ScanState load();
  [[nodiscard]] std::vector<TopK> best_of_contents() const;
  [[nodiscard]] int own_batches() const;
  void check_part(int scanned) const;
  void save(bool whole = false);
  void finish_scan();
  void wait_for_others();
  void begin_second_pass();
  void take_peaks();
  void keep(std::span<const ProjectedWinner> projected);
  void finish();

  const Net* net_;
  Preprocess preprocess_;
  PhotoList list_;
  std::filesystem::path out_;
  std::filesystem::path part_;
  MineOptions options_;
  std::vector<ConvOutput> layers_;
  nlohmann::json setup_;
  PhotoStore store_;
  AtlasContents contents_;
  MineSeconds seconds_;
  int resumed_ = 0;
  int batches_scanned_ = 0;
  int projected_ = 0;    ///< batches of the second pass that are finished
  bool joined_ = false;  ///< whether a shard's contents have the winners of all
  Clock::time_point saved_;
  std::optional<Clock::time_point> scan_end_;
  Clock::time_point looked_;  ///< for the others' scans
  std::unique_ptr<ActivationScan> scan_;
  std::unique_ptr<WinnerPass> winners_;
  bool finished_ = false;
};

}  // namespace zf

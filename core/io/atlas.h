#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/image.h"
#include "core/io/safetensors.h"
#include "core/nn/network.h"

namespace zf {

/// One of a map's strongest activations over a data set (Fig. 2).
struct AtlasItem {
  float value = 0;
  int image = -1;  ///< its place in the data set's sorted list of files; -1: there were fewer photos
  int y = 0;       ///< on the map
  int x = 0;
  float scale = 0;  ///< of the projection: pixel value 128 + 127 is +scale, 128 - 127 is -scale, 128 is 0
  friend bool operator==(const AtlasItem&, const AtlasItem&) = default;
};

/// JPEG files of one size and quality, one an item. What they share, tables and sizes, is kept once.
struct AtlasPictures {
  std::vector<std::byte> header;
  std::vector<std::vector<std::byte>> scans;  ///< empty where there is no picture

  void put(std::size_t item, const std::vector<std::byte>& jpeg);
  /// The whole file; empty where there is none.
  [[nodiscard]] std::vector<std::byte> jpeg(std::size_t item) const;
};

/// The strongest activations of a layer's maps and what they look like.
struct AtlasLayer {
  std::string name;  ///< as find_layer knows it
  int maps = 0;
  Size field;                    ///< pixels of the input that a unit sees; what pictures show, smaller ones at scale
  std::vector<AtlasItem> items;  ///< maps x top, a map's best first
  AtlasPictures projections;
  AtlasPictures patches;
};

/// What an atlas says of itself.
struct AtlasInfo {
  Network network;
  std::string fingerprint;  ///< of the model, see fingerprint()
  std::string rule;         ///< of the projections: "deconvnet", "gradient" or "guided"
  std::string order;        ///< of the model's channels, "rgb" or "bgr"; pictures are RGB whatever it is
  int top = 9;
  std::int64_t images = 0;   ///< that were looked at
  std::int64_t skipped = 0;  ///< files that are no readable images
  bool patches = true;       ///< whether patches and names of photos are inside
};

/// All of an atlas, in memory.
struct AtlasContents {
  AtlasInfo info;
  std::vector<AtlasLayer> layers;     ///< bottom up
  std::map<int, std::string> images;  ///< names relative to the data set's folder, of those that items name
};

/// Writes an atlas whole or not at all. `progress` is the note of an unfinished one. See docs/experiments.md for the format.
void write_atlas(const std::filesystem::path& path, const AtlasContents& contents, const std::string& progress = {});

/// Where a model's atlas is looked for: MODEL.atlas.safetensors beside MODEL.safetensors.
[[nodiscard]] std::filesystem::path atlas_beside(const std::filesystem::path& model);

/// An atlas file, open for reading: activations and places are in memory, pictures are read when asked for. Every Error
/// names the file. Not for several threads at once.
class Atlas {
 public:
  explicit Atlas(const std::filesystem::path& path);
  /// From bytes in memory, which must outlive the atlas; `name` stands in errors.
  Atlas(std::span<const std::byte> bytes, const std::string& name);

  /// What stands in errors.
  [[nodiscard]] const std::string& name() const { return reader_.name(); }
  [[nodiscard]] const AtlasInfo& info() const { return info_; }
  /// Throws where the atlas is of another model than the one with this fingerprint().
  void check_model(const std::string& fingerprint) const;
  /// The note of an unfinished atlas; empty in a finished one.
  [[nodiscard]] const std::string& progress() const { return progress_; }

  /// Bottom up, without pictures.
  [[nodiscard]] const std::vector<AtlasLayer>& layers() const { return layers_; }
  /// Throws with the list of layers.
  [[nodiscard]] const AtlasLayer& layer(std::string_view name) const;
  /// A map's items, best first; fewer than info().top where there were fewer photos. Throws where there is no such map.
  [[nodiscard]] std::span<const AtlasItem> items(std::string_view layer, int map) const;
  /// A photo's name relative to its data set's folder; empty where the atlas leaves names out.
  [[nodiscard]] const std::string& image_name(int image) const;

  // JPEG bytes, ready for an ImageDecoder or a page; empty where an activation is 0, which has no projection, and where
  // patches are left out.
  [[nodiscard]] std::vector<std::byte> projection(std::string_view layer, int map, int rank);
  [[nodiscard]] std::vector<std::byte> patch(std::string_view layer, int map, int rank);

  /// Everything, to go on with an unfinished atlas.
  [[nodiscard]] AtlasContents contents();

 private:
  enum class Kind : std::uint8_t { kProjection, kPatch };
  struct Index {
    std::vector<std::byte> header;
    std::vector<std::uint64_t> ends;  ///< of the items' data, one after the other
  };

  void read();
  void read_layer(const std::string& name, Size field);
  [[nodiscard]] Index read_index(const std::string& name, std::size_t items);
  void read_images();
  [[nodiscard]] std::size_t layer_index(std::string_view name) const;
  [[nodiscard]] std::vector<std::byte> picture(Kind kind, std::string_view layer, int map, int rank);
  [[nodiscard]] AtlasPictures pictures(Kind kind, std::size_t layer);
  [[nodiscard]] std::vector<std::byte> scan(Kind kind, std::size_t layer, std::size_t item);
  [[nodiscard]] const Index& index(Kind kind, std::size_t layer) const {
    return kind == Kind::kProjection ? projections_[layer] : patches_[layer];
  }

  SafetensorsReader reader_;
  AtlasInfo info_;
  std::string progress_;
  std::vector<AtlasLayer> layers_;
  std::vector<Index> projections_;
  std::vector<Index> patches_;
  std::map<int, std::string> images_;
};

}  // namespace zf

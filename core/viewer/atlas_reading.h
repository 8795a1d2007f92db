#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/io/atlas.h"
#include "core/viewer/host.h"
#include "core/viewer/views.h"
#include "core/viewer/worker.h"

namespace zf::viewer {

/// An atlas that is known to be of the model. Only jobs touch it.
struct OpenAtlas {
  explicit OpenAtlas(const std::string& path) : atlas(path) {}
  Atlas atlas;
};

/// A map's strongest activations over a data set, best first (Fig. 2).
struct StrongestView {
  std::string path;                 ///< of the atlas
  std::vector<std::string> layers;  ///< that the atlas holds
  std::string layer;
  int map = 0;
  int top = 9;              ///< activations a map
  std::int64_t images = 0;  ///< that were looked at
  Size field;
  std::vector<AtlasItem> items;    ///< empty where the atlas does not hold the layer
  std::vector<std::string> names;  ///< of the items' photos; empty where the atlas leaves them out
  Sheet projections;               ///< a tile an item
  Sheet patches;                   ///< likewise; without tiles where the atlas leaves patches out
  std::shared_ptr<OpenAtlas> atlas;
};

struct AtlasWish {
  std::string path;
  std::string layer;
  int map = 0;
  friend bool operator==(const AtlasWish&, const AtlasWish&) = default;
};

/// Opens the atlas and checks that it is of the model in `scope`, unless `opened` is it already; then decodes the map's
/// pictures, one a step, and delivers them together.
[[nodiscard]] Worker::Maker atlas_job(const Host& host, Worker& worker, std::shared_ptr<Scope> scope, std::shared_ptr<OpenAtlas> opened,
                                      const AtlasWish& wish, std::function<void(StrongestView)> done);

}  // namespace zf::viewer

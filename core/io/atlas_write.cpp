#include <deque>
#include <nlohmann/json.hpp>

#include "core/io/atlas.h"
#include "core/io/atlas_format.h"
#include "core/io/jpeg.h"
#include "core/io/json_fields.h"
#include "core/io/network_json.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

using nlohmann::json;

/// Collects arrays to write and holds the numbers that they point to.
class Arrays {
 public:
  void add(const std::string& name, std::vector<std::int64_t> dims, std::vector<float> values) {
    const std::vector<float>& held = floats_.emplace_back(std::move(values));
    arrays_.push_back({name, Precision::kFloat32, std::move(dims), {std::as_bytes(std::span(held))}});
  }
  void add(const std::string& name, std::vector<std::int64_t> dims, std::vector<std::int32_t> values) {
    const std::vector<std::int32_t>& held = integers_.emplace_back(std::move(values));
    arrays_.push_back({name, Precision::kInt32, std::move(dims), {std::as_bytes(std::span(held))}});
  }
  /// The bytes must outlive the arrays.
  void add(const std::string& name, std::vector<std::span<const std::byte>> parts) {
    std::int64_t size = 0;
    for (const auto& part : parts) size += static_cast<std::int64_t>(part.size());
    arrays_.push_back({name, Precision::kUint8, {size}, std::move(parts)});
  }
  [[nodiscard]] const std::vector<StoredArray>& all() const { return arrays_; }

 private:
  std::vector<StoredArray> arrays_;
  std::deque<std::vector<float>> floats_;
  std::deque<std::vector<std::int32_t>> integers_;
};

void add_pictures(Arrays& arrays, const std::string& name, const AtlasPictures& pictures, const std::vector<std::int64_t>& dims) {
  if (pictures.header.empty()) return;
  std::vector<std::int32_t> sizes;
  std::vector<std::span<const std::byte>> parts;
  for (const auto& scan : pictures.scans) {
    sizes.push_back(static_cast<std::int32_t>(scan.size()));
    parts.emplace_back(scan);
  }
  arrays.add(name + ".header", {std::span<const std::byte>(pictures.header)});
  arrays.add(name + ".sizes", dims, std::move(sizes));
  arrays.add(name + ".scans", std::move(parts));
}

void add_layer(Arrays& arrays, const AtlasLayer& layer, int top) {
  const std::vector<std::int64_t> dims{layer.maps, top};
  std::vector<float> values;
  std::vector<float> scales;
  std::vector<std::int32_t> places;
  for (const AtlasItem& item : layer.items) {
    values.push_back(item.value);
    scales.push_back(item.scale);
    places.insert(places.end(), {item.image, item.y, item.x});
  }
  arrays.add(layer.name + ".values", dims, std::move(values));
  arrays.add(layer.name + ".scales", dims, std::move(scales));
  arrays.add(layer.name + ".places", {layer.maps, top, atlas_format::kPlaceFields}, std::move(places));
  add_pictures(arrays, atlas_format::projection(layer.name), layer.projections, dims);
  add_pictures(arrays, atlas_format::patch(layer.name), layer.patches, dims);
}

json info_json(const AtlasContents& contents) {
  const AtlasInfo& info = contents.info;
  json layers = json::array();
  for (const AtlasLayer& layer : contents.layers) layers.push_back({{"name", layer.name}, {"field", {layer.field.h, layer.field.w}}});
  return {{"version", atlas_format::kVersion},
          {"network", to_json(info.network)},
          {"fingerprint", info.fingerprint},
          {"rule", info.rule},
          {"order", info.order},
          {"top", info.top},
          {"images", info.images},
          {"skipped", info.skipped},
          {"patches", info.patches},
          {"layers", layers}};
}

}  // namespace

void AtlasPictures::put(std::size_t item, const std::vector<std::byte>& jpeg) {
  const std::size_t begin = jpeg_scan_begin(jpeg);
  const auto split = jpeg.begin() + static_cast<std::ptrdiff_t>(begin);
  const std::vector<std::byte> head(jpeg.begin(), split);
  if (header.empty()) header = head;
  if (header != head) fail("atlas: expected pictures of one size and quality in a layer, found others");
  scans.at(item).assign(split, jpeg.end());
}

std::vector<std::byte> AtlasPictures::jpeg(std::size_t item) const {
  const std::vector<std::byte>& scan = scans.at(item);
  if (scan.empty()) return {};
  std::vector<std::byte> bytes = header;
  bytes.insert(bytes.end(), scan.begin(), scan.end());
  return bytes;
}

void write_atlas(const std::filesystem::path& path, const AtlasContents& contents, const std::string& progress) {
  const std::string where = path.string();
  Arrays arrays;
  for (const AtlasLayer& layer : contents.layers) add_layer(arrays, layer, contents.info.top);
  std::vector<std::int32_t> index;
  json names = json::array();
  for (const auto& [image, name] : contents.images) {
    index.push_back(image);
    names.push_back(name);
  }
  const std::string text = names.dump(-1, ' ', false, json::error_handler_t::replace);
  if (!index.empty()) {
    const auto count = static_cast<std::int64_t>(index.size());
    arrays.add(atlas_format::kImageIndex, {count}, std::move(index));
    arrays.add(atlas_format::kImageNames, {std::as_bytes(std::span(text))});
  }
  std::map<std::string, std::string> metadata{{atlas_format::kInfoKey, dump_json(info_json(contents), where)}};
  if (!progress.empty()) metadata[atlas_format::kProgressKey] = progress;
  write_arrays(path, arrays.all(), metadata);
}

}  // namespace zf

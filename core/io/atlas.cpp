#include "core/io/atlas.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/io/atlas_format.h"
#include "core/io/json_fields.h"
#include "core/io/network_json.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

using nlohmann::json;

constexpr int kMaxTop = 1000;
constexpr int kMaxCount = 1 << 30;

void check_number(const std::string& where, const char* what, std::size_t expected, std::size_t found) {
  if (expected != found) fail("{}: expected {} {}, found {}", where, expected, what, found);
}

AtlasInfo info_from(const json& value, const std::string& where, std::map<std::string, Size>& fields, std::vector<std::string>& order) {
  JsonFields json_fields(value, where);
  const int version = json_fields.integer("version", 0, kMaxCount);
  if (version != atlas_format::kVersion) fail("{}: expected version {}, found {}", where, atlas_format::kVersion, version);
  AtlasInfo info;
  info.network = network_from_json(json_fields.object("network"), where);
  info.fingerprint = json_fields.text("fingerprint");
  info.rule = json_fields.text("rule");
  info.order = json_fields.text("order");
  info.top = json_fields.integer("top", 1, kMaxTop);
  info.images = json_fields.integer("images", 0, kMaxCount);
  info.skipped = json_fields.integer("skipped", 0, kMaxCount);
  info.patches = json_fields.boolean("patches");
  for (const json& entry : json_fields.array("layers", 0, 1000)) {
    JsonFields layer(entry, where + ": layers");
    const std::string name = layer.text("name");
    const json& field = layer.array("field", 2, 2);
    for (const json& side : field) {
      if (!is_whole_number(side, 1, kMaxCount)) fail("{}: layer {}: expected a field of whole numbers", where, quotable(name));
    }
    fields[name] = {field[0].get<int>(), field[1].get<int>()};
    order.push_back(name);
    layer.finish();
  }
  json_fields.finish();
  return info;
}

}  // namespace

Atlas::Atlas(const std::filesystem::path& path) : reader_(path) { read(); }

Atlas::Atlas(std::span<const std::byte> bytes, const std::string& name) : reader_(bytes, name) { read(); }

void Atlas::read() {
  const auto& metadata = reader_.metadata();
  const auto found = metadata.find(atlas_format::kInfoKey);
  if (found == metadata.end()) fail("{}: expected an atlas, found a file without {}", reader_.name(), atlas_format::kInfoKey);
  const std::string where = reader_.name() + ": " + atlas_format::kInfoKey;
  constexpr int kDepth = 6;
  std::map<std::string, Size> fields;
  std::vector<std::string> names;
  info_ = info_from(parse_json(found->second, where, kDepth), where, fields, names);
  if (const auto note = metadata.find(atlas_format::kProgressKey); note != metadata.end()) progress_ = note->second;
  for (const std::string& name : names) read_layer(name, fields.at(name));
  read_images();
}

void Atlas::read_layer(const std::string& name, Size field) {
  const Tensor values = reader_.read(name + ".values");
  const Tensor scales = reader_.read(name + ".scales");
  const std::vector<std::int32_t> places = reader_.read_integers(name + ".places");
  AtlasLayer layer;
  layer.name = name;
  layer.maps = values.shape().n;
  layer.field = field;
  const std::string where = fmt::format("{}: layer {}", reader_.name(), quotable(name));
  const auto find = [&] {
    try {
      return output_shapes(info_.network).at(static_cast<std::size_t>(find_layer(info_.network, name)));
    } catch (const Error& error) {
      fail("{}: {}", where, error.what());
    }
  };
  const Shape shape = find();
  check_number(where, "maps", static_cast<std::size_t>(shape.c), static_cast<std::size_t>(layer.maps));
  check_number(where, "values a map", static_cast<std::size_t>(info_.top), values.shape().item());
  check_number(where, "scales", values.size(), scales.size());
  check_number(where, "numbers of places", values.size() * atlas_format::kPlaceFields, places.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int32_t* place = places.data() + i * atlas_format::kPlaceFields;
    layer.items.push_back({values.data()[i], place[0], place[1], place[2], scales.data()[i]});
    if (place[0] < -1 || place[1] < 0 || place[2] < 0 || place[1] >= shape.h || place[2] >= shape.w) {
      fail("{}: expected places within maps of {}x{}, found {}, {} of image {}", where, shape.h, shape.w, place[1], place[2], place[0]);
    }
  }
  projections_.push_back(read_index(atlas_format::projection(name), values.size()));
  patches_.push_back(read_index(atlas_format::patch(name), values.size()));
  layers_.push_back(std::move(layer));
}

Atlas::Index Atlas::read_index(const std::string& name, std::size_t items) {
  Index index;
  const auto header = reader_.entries().find(name + ".header");
  if (header == reader_.entries().end()) return index;
  index.header = reader_.read_bytes(header->first, 0, header->second.end - header->second.begin);
  std::uint64_t end = 0;
  for (const std::int32_t size : reader_.read_integers(name + ".sizes")) {
    if (size < 0) fail("{}: {}.sizes: expected sizes of at least 0, found {}", reader_.name(), name, size);
    index.ends.push_back(end += static_cast<std::uint64_t>(size));
  }
  check_number(reader_.name() + ": " + name, "pictures", items, index.ends.size());
  const auto scans = reader_.entries().find(name + ".scans");
  const std::uint64_t found = scans == reader_.entries().end() ? 0 : scans->second.end - scans->second.begin;
  check_number(reader_.name() + ": " + name, "bytes of pictures", static_cast<std::size_t>(end), static_cast<std::size_t>(found));
  return index;
}

void Atlas::read_images() {
  const auto names = reader_.entries().find(atlas_format::kImageNames);
  if (names == reader_.entries().end()) return;
  const std::vector<std::int32_t> index = reader_.read_integers(atlas_format::kImageIndex);
  const std::vector<std::byte> bytes = reader_.read_bytes(names->first, 0, names->second.end - names->second.begin);
  const std::string where = reader_.name() + ": " + atlas_format::kImageNames;
  const json list = parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, where, 2);
  if (!list.is_array()) fail("{}: expected an array, found {}", where, list.type_name());
  check_number(where, "names", index.size(), list.size());
  for (std::size_t i = 0; i < index.size(); ++i) {
    if (!list[i].is_string()) fail("{}: expected strings, found {}", where, list[i].type_name());
    images_[index[i]] = list[i].get<std::string>();
  }
}

void Atlas::check_model(const std::string& fingerprint) const {
  if (fingerprint == info_.fingerprint) return;
  fail("{}: expected an atlas of this model (fingerprint {}), found one of another {} (fingerprint {})", reader_.name(), fingerprint,
       quotable(info_.network.name), quotable(info_.fingerprint));
}

std::size_t Atlas::layer_index(std::string_view name) const {
  std::vector<std::string> known;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (layers_[i].name == name) return i;
    known.push_back(layers_[i].name);
  }
  fail("{}: expected a layer among {}, found {}", reader_.name(), fmt::join(known, ", "), quotable(name));
}

const AtlasLayer& Atlas::layer(std::string_view name) const { return layers_[layer_index(name)]; }

std::span<const AtlasItem> Atlas::items(std::string_view layer, int map) const {
  const AtlasLayer& found = this->layer(layer);
  if (map < 0 || map >= found.maps) fail("{}: {}: expected a map of 0 to {}, found {}", reader_.name(), found.name, found.maps - 1, map);
  const auto top = static_cast<std::size_t>(info_.top);
  const auto all = std::span(found.items).subspan(static_cast<std::size_t>(map) * top, top);
  const auto missing = std::find_if(all.begin(), all.end(), [](const AtlasItem& item) { return item.image < 0; });
  return all.first(static_cast<std::size_t>(missing - all.begin()));
}

const std::string& Atlas::image_name(int image) const {
  static const std::string none;
  const auto found = images_.find(image);
  return found == images_.end() ? none : found->second;
}

std::vector<std::byte> Atlas::scan(Kind kind, std::size_t layer, std::size_t item) {
  const Index& known = index(kind, layer);
  if (known.ends.empty()) return {};
  const std::uint64_t first = item == 0 ? 0 : known.ends[item - 1];
  if (known.ends[item] == first) return {};
  const std::string& name = layers_[layer].name;
  const std::string pictures = kind == Kind::kProjection ? atlas_format::projection(name) : atlas_format::patch(name);
  return reader_.read_bytes(pictures + ".scans", first, known.ends[item] - first);
}

std::vector<std::byte> Atlas::picture(Kind kind, std::string_view layer, int map, int rank) {
  const auto count = static_cast<int>(items(layer, map).size());
  if (rank < 0 || rank >= count) fail("{}: expected a rank of 0 to {}, found {}", reader_.name(), count - 1, rank);
  const std::size_t at = layer_index(layer);
  const std::vector<std::byte> data =
      scan(kind, at, static_cast<std::size_t>(map) * static_cast<std::size_t>(info_.top) + static_cast<std::size_t>(rank));
  if (data.empty()) return {};
  std::vector<std::byte> jpeg = index(kind, at).header;
  jpeg.insert(jpeg.end(), data.begin(), data.end());
  return jpeg;
}

std::vector<std::byte> Atlas::projection(std::string_view layer, int map, int rank) { return picture(Kind::kProjection, layer, map, rank); }

std::vector<std::byte> Atlas::patch(std::string_view layer, int map, int rank) { return picture(Kind::kPatch, layer, map, rank); }

AtlasPictures Atlas::pictures(Kind kind, std::size_t layer) {
  AtlasPictures result;
  result.header = index(kind, layer).header;
  for (std::size_t i = 0; i < layers_[layer].items.size(); ++i) result.scans.push_back(scan(kind, layer, i));
  return result;
}

AtlasContents Atlas::contents() {
  AtlasContents contents{info_, layers_, images_};
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    contents.layers[i].projections = pictures(Kind::kProjection, i);
    contents.layers[i].patches = pictures(Kind::kPatch, i);
  }
  return contents;
}

std::filesystem::path atlas_beside(const std::filesystem::path& model) {
  return std::filesystem::path(model).replace_extension(".atlas.safetensors");
}

}  // namespace zf

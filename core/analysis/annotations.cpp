#include "core/analysis/annotations.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/io/atomic_file.h"
#include "core/io/resample.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

/// The part whose coordinate a column holds, its name without the suffix; empty for other columns.
std::string part_of(const std::string& column, std::string_view suffix) {
  if (column.size() <= suffix.size() || column.substr(column.size() - suffix.size()) != suffix) return "";
  return column.substr(0, column.size() - suffix.size());
}

void require(const CsvTable& table, const std::string& column) {
  if (!table.has(column)) fail("{}: expected a column {}, found {}", table.name(), column, fmt::join(table.columns(), ", "));
}

std::vector<std::string> parts_of(const CsvTable& table) {
  std::vector<std::string> parts;
  for (const std::string& column : table.columns()) {
    const std::string part = part_of(column, "_x");
    if (!part.empty()) {
      require(table, part + "_y");
      parts.push_back(part);
    }
    const std::string other = part_of(column, "_y");
    if (!other.empty()) require(table, other + "_x");
  }
  for (const std::string_view eye : {kLeftEye, kRightEye}) require(table, std::string(eye) + "_x");
  return parts;
}

Place part_at(const Annotations& annotations, const Face& face, std::string_view part) {
  const auto found = std::find(annotations.parts.begin(), annotations.parts.end(), part);
  if (found == annotations.parts.end()) fail("{}: expected a part {}, found {}", face.image, part, fmt::join(annotations.parts, ", "));
  return face.parts[static_cast<std::size_t>(found - annotations.parts.begin())];
}

bool contains(double width, double height, const Place& place) {
  return place.x >= 0 && place.y >= 0 && place.x < width && place.y < height;
}

/// How a photo is resized, and where the network's view of it begins.
struct Mapping {
  Mapping(Size photo, const Preprocess& preprocess)
      : size(preprocess.resampled(photo)), left((size.w - preprocess.crop.w) / 2), top((size.h - preprocess.crop.h) / 2) {}

  Size size;
  int left;
  int top;
};

}  // namespace

Annotations read_annotations(const CsvTable& table) {
  const char* const image = table.has("image") || !table.has("file") ? "image" : "file";
  require(table, image);
  Annotations annotations;
  annotations.parts = parts_of(table);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Annotation photo;
    photo.image = table.text(row, image);
    if (photo.image.empty()) fail("{}: expected the name of an image file, found none", table.where(row));
    for (const std::string& part : annotations.parts)
      photo.parts.push_back({table.number(row, part + "_x"), table.number(row, part + "_y")});
    annotations.photos.push_back(std::move(photo));
  }
  if (annotations.photos.size() < 2) fail("{}: expected at least two photos to compare, found {}", table.name(), annotations.photos.size());
  return annotations;
}

Size size_in_file(const DecodedImage& photo) { return {photo.image.height * photo.shrunk, photo.image.width * photo.shrunk}; }

Place to_view(const Place& place, Size photo, const Preprocess& preprocess) {
  const Mapping to(photo, preprocess);
  return {place.x * to.size.w / photo.w - to.left, place.y * to.size.h / photo.h - to.top};
}

Place from_view(const Place& place, Size photo, const Preprocess& preprocess) {
  const Mapping to(photo, preprocess);
  return {(place.x + to.left) * photo.w / to.size.w, (place.y + to.top) * photo.h / to.size.h};
}

Face make_face(const Annotations& annotations, std::size_t photo, const DecodedImage& image, const Preprocess& preprocess) {
  const Annotation& annotation = annotations.photos.at(photo);
  const Size side = preprocess.crop;
  const Size size = size_in_file(image);
  Face face;
  face.image = annotation.image;
  for (std::size_t i = 0; i < annotation.parts.size(); ++i) {
    const Place& place = annotation.parts[i];
    const std::string& part = annotations.parts[i];
    if (!contains(size.w, size.h, place)) {
      fail("{}: expected {} inside the photo of {}x{} pixels, found it at {}, {}", face.image, part, size.w, size.h, place.x, place.y);
    }
    const Place seen = to_view(place, size, preprocess);
    if (!contains(side.w, side.h, seen)) {
      fail("{}: expected {} inside the {}x{} pixels that the network sees, found it at {:.1f}, {:.1f}", face.image, part, side.w, side.h,
           seen.x, seen.y);
    }
    face.parts.push_back(seen);
  }
  const Place left_eye = part_at(annotations, face, kLeftEye);
  const Place right_eye = part_at(annotations, face, kRightEye);
  face.eye_distance = std::hypot(left_eye.x - right_eye.x, left_eye.y - right_eye.y);
  if (!(face.eye_distance > 0)) fail("{}: expected two eyes apart, found both at one point", face.image);
  face.pixels = preprocess_image(preprocess, image.image);
  return face;
}

Annotations read_annotations(const std::filesystem::path& path, const std::string& only) {
  const std::vector<std::byte> bytes = read_file(path);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  Annotations all = read_annotations(CsvTable::parse(text, path.string()));
  if (only.empty()) return all;
  Annotations chosen{all.parts, {}};
  for (Annotation& photo : all.photos) {
    if (photo.image.find(only) != std::string::npos) chosen.photos.push_back(std::move(photo));
  }
  if (chosen.photos.size() < 2) {
    fail("{}: expected at least two images with \"{}\" in their names, found {}", path.string(), only, chosen.photos.size());
  }
  return chosen;
}

}  // namespace zf

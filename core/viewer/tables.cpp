#include "core/viewer/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/analysis/variants_files.h"
#include "core/io/atomic_file.h"
#include "core/io/csv.h"
#include "core/tensor/error.h"

namespace zf::viewer {

namespace {

std::vector<FacePoints> faces_of(const Annotations& annotations, const std::filesystem::path& table) {
  std::vector<std::size_t> columns;
  for (const std::string_view part : kFaceParts) {
    const auto found = std::find(annotations.parts.begin(), annotations.parts.end(), part);
    if (found == annotations.parts.end()) fail("{}: expected a column {}_x, found none", table.string(), part);
    columns.push_back(static_cast<std::size_t>(found - annotations.parts.begin()));
  }
  std::vector<FacePoints> faces;
  for (const Annotation& annotation : annotations.photos) {
    FacePoints face{(table.parent_path() / annotation.image).string(), {}};
    for (const std::size_t column : columns) face.places.push_back(annotation.parts[column]);
    faces.push_back(std::move(face));
  }
  return faces;
}

}  // namespace

Table read_table(const std::string& path) {
  constexpr std::uint64_t kMostBytes = 1 << 24;
  const std::vector<std::byte> bytes = read_file(path, kMostBytes);
  const CsvTable table = CsvTable::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
  if (table.has("variant")) return read_table3(table);
  return faces_of(read_annotations(table), path);
}

std::string points_csv(const std::vector<FacePoints>& faces) {
  std::vector<std::string> columns{"image"};
  for (const std::string_view part : kFaceParts) {
    columns.push_back(fmt::format("{}_x", part));
    columns.push_back(fmt::format("{}_y", part));
  }
  CsvText text(columns);
  for (const FacePoints& face : faces) {
    std::vector<std::string> cells{face.photo};
    for (const Place& place : face.places) {
      cells.push_back(csv_number(place.x));
      cells.push_back(csv_number(place.y));
    }
    text.add(cells);
  }
  return text.text();
}

}  // namespace zf::viewer

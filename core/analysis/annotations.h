#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/csv.h"
#include "core/io/preprocess.h"
#include "core/tensor/tensor.h"

namespace zf {

/// A place in pixels; (0, 0) is the top left corner of the first pixel, whose centre is (0.5, 0.5).
struct Place {
  double x = 0;
  double y = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

/// A photo and where its parts are.
struct Annotation {
  std::string image;
  std::vector<Place> parts;  ///< one for each of Annotations::parts, in pixels of the photo
};

/// What a CSV says: a column `image` (or `file`) and columns PART_x and PART_y for every part, in pixels of the photo. "Left" is
/// the viewer's left.
struct Annotations {
  std::vector<std::string> parts;  ///< in the order of the columns
  std::vector<Annotation> photos;
};

inline constexpr std::string_view kLeftEye = "left_eye";
inline constexpr std::string_view kRightEye = "right_eye";

/// Throws where a column is missing (left_eye and right_eye must be there, as their distance is the face's measure), a part has
/// one coordinate only, a cell is no number, or fewer than two photos are listed.
[[nodiscard]] Annotations read_annotations(const CsvTable& table);

/// The same of a file, of those photos alone whose names contain `only`. Throws where fewer than two are left.
[[nodiscard]] Annotations read_annotations(const std::filesystem::path& path, const std::string& only);

/// Of the file's picture, in whose pixels places are counted even where it was read at a part of its size.
[[nodiscard]] Size size_in_file(const DecodedImage& photo);

/// A place of a photo of that size in pixels of the network's input, which is resized and cropped; and the way back.
[[nodiscard]] Place to_view(const Place& place, Size photo, const Preprocess& preprocess);
[[nodiscard]] Place from_view(const Place& place, Size photo, const Preprocess& preprocess);

/// One face as the network sees it.
struct Face {
  std::string image;
  Tensor pixels;             ///< (1, C, H, W)
  std::vector<Place> parts;  ///< in pixels of the network's input
  double eye_distance = 0;   ///< in pixels of the network's input
};

/// The photo and its points after preprocessing (resized and cropped alike). Throws an Error that names image and part where a
/// point lies outside the photo or outside what the network sees of it, or where both eyes are one point.
[[nodiscard]] Face make_face(const Annotations& annotations, std::size_t photo, const DecodedImage& image, const Preprocess& preprocess);

}  // namespace zf

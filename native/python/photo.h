#pragma once

#include <pybind11/pybind11.h>

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "core/io/preprocess.h"
#include "core/tensor/tensor.h"
#include "native/python/decoder.h"

namespace zf::python {

namespace py = pybind11;

/// What stands for a photo in Python, free of Python: a file, pixels, or preprocessed photos (N, C, H, W).
struct Photo {
  std::string name;  ///< stands in errors
  std::variant<std::filesystem::path, Image, Tensor> source;

  /// The file's name, or `name`.
  [[nodiscard]] std::string title() const;
  /// Reads the file where it is one; without the GIL. (N, C, H, W)
  [[nodiscard]] Tensor input(const Preprocess& preprocess, const NotingDecoder& decoder) const;
  /// Throws where the photo is already preprocessed.
  [[nodiscard]] Image image(const NotingDecoder& decoder) const;
};

/// Of a path, a PIL image, an array or a tensor. `name` stands in errors, such as "photo". Throws TypeError where it is something else.
[[nodiscard]] Photo photo_of(const py::object& object, const Shape& input, const std::string& name);
/// Of one of them, or a list of them.
[[nodiscard]] std::vector<Photo> photos_of(const py::object& object, const Shape& input);

/// Whether it is a str or an os.PathLike.
[[nodiscard]] bool is_path(const py::object& object);
[[nodiscard]] std::filesystem::path path_of(const py::object& object);

}  // namespace zf::python

#include "native/python/photo.h"

#include <fmt/format.h>

#include <utility>

#include "core/tensor/error.h"
#include "native/python/arrays.h"

namespace zf::python {

namespace {

/// A PIL image, upright, as H x W x 3 or H x W x 4; nothing where it is none.
py::object pil_pixels(const py::object& object) { return py::module_::import("zfscope._photos").attr("pil_pixels")(object); }

[[noreturn]] void refuse(const py::object& object, const std::string& name) {
  const auto type = py::str(py::type::of(object).attr("__name__")).cast<std::string>();
  throw py::type_error(
      fmt::format("{}: expected a path, a PIL image, pixels of height x width x 3 uint8 or preprocessed float32, found {}", name, type));
}

}  // namespace

std::string Photo::title() const {
  const auto* const path = std::get_if<std::filesystem::path>(&source);
  return path != nullptr ? path->filename().string() : name;
}

Tensor Photo::input(const Preprocess& preprocess, const NotingDecoder& decoder) const {
  if (const auto* const tensor = std::get_if<Tensor>(&source)) return *tensor;
  return preprocess_image(preprocess, image(decoder));
}

Image Photo::image(const NotingDecoder& decoder) const {
  if (const auto* const pixels = std::get_if<Image>(&source)) return *pixels;
  if (const auto* const path = std::get_if<std::filesystem::path>(&source)) return decoder.load(*path).image;
  fail("{}: expected a photo, found one that is preprocessed", name);
}

bool is_path(const py::object& object) { return py::isinstance<py::str>(object) || py::hasattr(object, "__fspath__"); }

std::filesystem::path path_of(const py::object& object) {
  return std::string(py::bytes(py::module_::import("os").attr("fsencode")(object)));
}

Photo photo_of(const py::object& object, const Shape& input, const std::string& name) {
  if (is_path(object)) {
    std::filesystem::path path = path_of(object);
    std::string text = path.string();
    return {std::move(text), std::move(path)};
  }
  py::object array = as_array(object);
  if (array.is_none()) array = pil_pixels(object);
  if (array.is_none()) refuse(object, name);
  const auto values = array.cast<py::array>();
  if (py::isinstance<py::array_t<std::uint8_t>>(values)) return {name, image_of(values, name)};
  if (py::isinstance<py::array_t<float>>(values)) return {name, tensor_of(values, input, name)};
  fail("{}: expected uint8 (height x width x 3) or float32 (N x {} x {} x {}, preprocessed), found {}", name, input.c, input.h, input.w,
       describe(values));
}

std::vector<Photo> photos_of(const py::object& object, const Shape& input) {
  std::vector<Photo> photos;
  if (!py::isinstance<py::list>(object) && !py::isinstance<py::tuple>(object)) {
    photos.push_back(photo_of(object, input, "photo"));
    return photos;
  }
  for (const py::handle one : object) {
    photos.push_back(photo_of(py::reinterpret_borrow<py::object>(one), input, fmt::format("photo {}", photos.size())));
  }
  return photos;
}

}  // namespace zf::python

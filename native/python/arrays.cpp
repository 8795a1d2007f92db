#include "native/python/arrays.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "core/tensor/error.h"

namespace zf::python {

namespace {

std::vector<py::ssize_t> dims_of(const py::array& array) { return {array.shape(), array.shape() + array.ndim()}; }

bool is_cpu(const py::object& object) {
  constexpr int kCpu = 1;  // DLPack's kDLCPU
  if (!py::hasattr(object, "__dlpack_device__")) return true;
  return object.attr("__dlpack_device__")().cast<py::tuple>()[0].cast<int>() == kCpu;
}

/// Row by row, copied where it lies otherwise.
template <typename T>
py::array_t<T, py::array::c_style> rows_of(const py::array& array) {
  return py::array_t<T, py::array::c_style>::ensure(array);
}

/// What may have been meant by dimensions that do not fit.
std::string hint(const std::vector<py::ssize_t>& dims, const Shape& input) {
  if (dims.size() == 3 && dims[0] == input.c) return "; x[None] makes a batch of one";
  if (dims.size() == 4 && dims[3] == input.c) return "; x.transpose(0, 3, 1, 2) puts the channels first";
  return "; net.preprocess makes it of a photo";
}

}  // namespace

py::array to_array(Tensor&& tensor, std::vector<py::ssize_t> dims) {
  auto owned = std::make_unique<Tensor>(std::move(tensor));
  float* const data = owned->data();
  const py::capsule owner(owned.get(), [](void* pointer) { delete static_cast<Tensor*>(pointer); });
  (void)owned.release();
  return py::array_t<float>(std::move(dims), data, owner);
}

py::object as_array(const py::object& object) {
  if (py::isinstance<py::array>(object)) return object;
  if (!py::hasattr(object, "__dlpack__")) return py::none();
  if (!is_cpu(object))
    fail("expected an array in the memory of the CPU, found one on device {}; x.cpu() brings it there",
         py::str(object.attr("device")).cast<std::string>());
  return py::module_::import("numpy").attr("from_dlpack")(object);
}

std::string describe(const py::array& array) {
  return fmt::format("{} {}", py::str(array.dtype()).cast<std::string>(), fmt::join(dims_of(array), "x"));
}

Image image_of(const py::array& pixels, const std::string& name) {
  const std::vector<py::ssize_t> dims = dims_of(pixels);
  const py::ssize_t channels = dims.size() == 2 ? 1 : dims.size() == 3 ? dims[2] : 0;
  if (channels != 1 && channels != 3 && channels != 4) {
    fail("{}: expected pixels of height x width x 3, found {}{}", name, describe(pixels),
         dims.size() == 3 && dims[0] == 3 ? "; x.transpose(1, 2, 0) puts the channels last" : "");
  }
  check_photo_shape(dims[1], dims[0], name);
  check_image_size(dims[1], dims[0], name);
  const auto rows = rows_of<std::uint8_t>(pixels);
  const std::span<const std::uint8_t> values(rows.data(), static_cast<std::size_t>(rows.size()));
  const auto width = static_cast<int>(dims[1]);
  const auto height = static_cast<int>(dims[0]);
  if (channels == 4) return image_from_rgba(width, height, values);
  Image image = make_image(width, height);
  if (channels == 3) {
    std::copy(values.begin(), values.end(), image.rgb.begin());
  } else {
    for (std::size_t i = 0; i < values.size(); ++i) std::fill_n(image.rgb.begin() + static_cast<std::ptrdiff_t>(3 * i), 3, values[i]);
  }
  return image;
}

Tensor tensor_of(const py::array& values, const Shape& input, const std::string& name) {
  const std::vector<py::ssize_t> dims = dims_of(values);
  const bool fits = dims.size() == 4 && dims[0] > 0 && dims[1] == input.c && dims[2] == input.h && dims[3] == input.w;
  if (!fits) {
    fail("{}: expected preprocessed photos of N x {} x {} x {}, found {}{}", name, input.c, input.h, input.w, describe(values),
         hint(dims, input));
  }
  const auto rows = rows_of<float>(values);
  const std::span<const float> numbers(rows.data(), static_cast<std::size_t>(rows.size()));
  const auto strange = std::find_if(numbers.begin(), numbers.end(), [](float v) { return !std::isfinite(v); });
  if (strange != numbers.end()) {
    const auto at = static_cast<std::size_t>(strange - numbers.begin());
    const std::size_t plane = input.plane();
    fail("{}: expected finite numbers, found {} at [{}, {}, {}, {}]", name, *strange, at / input.item(),
         at / plane % static_cast<std::size_t>(input.c), at % plane / static_cast<std::size_t>(input.w),
         at % static_cast<std::size_t>(input.w));
  }
  return {{static_cast<int>(dims[0]), input.c, input.h, input.w}, numbers};
}

}  // namespace zf::python

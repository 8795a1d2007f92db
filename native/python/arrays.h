#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <span>
#include <string>
#include <vector>

#include "core/io/image.h"
#include "core/tensor/tensor.h"

namespace zf::python {

namespace py = pybind11;

/// An array of the tensor's memory, of these dimensions.
[[nodiscard]] py::array to_array(Tensor&& tensor, std::vector<py::ssize_t> dims);

/// An array that looks at numbers which `owner` keeps alive.
template <typename T>
[[nodiscard]] py::array view_of(std::span<const T> values, std::vector<py::ssize_t> dims, py::handle owner) {
  return py::array_t<T>(std::move(dims), values.data(), owner);
}

/// A NumPy array, or one of another library by DLPack, without a copy. Nothing where `object` is neither. Throws where it lies on a device.
[[nodiscard]] py::object as_array(const py::object& object);

/// H x W x 3 uint8, also H x W (grey) and H x W x 4 (with alpha, laid on mid grey as files are). `name` stands in errors.
[[nodiscard]] Image image_of(const py::array& pixels, const std::string& name);

/// N x C x H x W float32, finite, of a network's input shape. `name` stands in errors.
[[nodiscard]] Tensor tensor_of(const py::array& values, const Shape& input, const std::string& name);

/// "float32 3x224x224"
[[nodiscard]] std::string describe(const py::array& array);

}  // namespace zf::python

#include "native/python/decoder.h"

#include <fmt/format.h>
#include <pybind11/pybind11.h>

#include <algorithm>
#include <utility>

#include "core/io/atomic_file.h"
#include "core/io/quotable.h"
#include "core/tensor/error.h"
#include "native/media/opencv_decoder.h"

namespace zf::python {

namespace {

constexpr double kMegapixel = 1e6;
constexpr double kMost = 2000;

}  // namespace

NotingDecoder::NotingDecoder(double max_megapixels) : limits_{static_cast<std::int64_t>(max_megapixels * kMegapixel), "max_megapixels"} {
  if (!(max_megapixels >= 1 && max_megapixels <= kMost)) fail("max_megapixels: expected 1 to {}, found {}", kMost, max_megapixels);
}

DecodedImage NotingDecoder::decode(std::span<const std::byte> bytes, const std::string& name) const {
  DecodedImage photo = OpenCvDecoder(limits_).decode(bytes, name);
  const std::lock_guard lock(mutex_);
  for (const std::string& note : photo.notes) notes_.push_back(fmt::format("{}: {}", printable(name), note));
  return photo;
}

DecodedImage NotingDecoder::load(const std::filesystem::path& path) const { return decode(read_file(path), path.string()); }

void NotingDecoder::warn() const {
  constexpr std::size_t kShown = 10;
  std::vector<std::string> notes;
  {
    const std::lock_guard lock(mutex_);
    notes = std::exchange(notes_, {});
  }
  for (std::size_t i = 0; i < std::min(notes.size(), kShown); ++i) python::warn(notes[i]);
  if (notes.size() > kShown) python::warn(fmt::format("{} more notes on photos", notes.size() - kShown));
}

void warn(const std::string& text) {
  if (PyErr_WarnEx(PyExc_UserWarning, text.c_str(), 1) != 0) throw pybind11::error_already_set();
}

}  // namespace zf::python

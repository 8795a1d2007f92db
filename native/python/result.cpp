#include "native/python/result.h"

#include <fmt/format.h>
#include <pybind11/stl/filesystem.h>

#include <optional>

#include "core/io/atomic_file.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"
#include "native/python/photo.h"

namespace zf::python {

std::vector<OutputFile> Result::files() const {
  std::vector<OutputFile> files{text_file("result.csv", csv()), json_file("result.json", numbers())};
  if (std::vector<std::byte> figure = png(); !figure.empty()) files.push_back({"result.png", std::move(figure)});
  return files;
}

void Result::save(const std::filesystem::path& path) const {
  if (path.extension() != ".png") return write_files(path, files());
  const std::vector<std::byte> figure = png();
  if (figure.empty()) fail("{}: expected a folder, since there is no figure, found a file's name", path.string());
  write_file(path, figure);
}

py::object to_python(const nlohmann::ordered_json& json) { return py::module_::import("json").attr("loads")(to_text(json)); }

py::bytes to_python(const std::vector<std::byte>& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

namespace {

py::object png_or_none(const Result& result) {
  if (!result.html().empty()) return py::none();
  const std::vector<std::byte> png = result.png();
  return png.empty() ? py::object(py::none()) : py::object(to_python(png));
}

py::object html_or_none(const Result& result) {
  const std::string html = result.html();
  return html.empty() ? py::object(py::none()) : py::object(py::str(html));
}

py::object to_csv(const Result& result, const py::object& path) {
  std::string csv = result.csv();
  if (path.is_none()) return py::str(csv);
  write_file(path_of(path), csv);
  return py::none();
}

}  // namespace

void bind_result(py::module_& module) {
  py::class_<Result>(module, "Result", "What came of an experiment: its numbers, its figure and its files, as the command gives them.")
      .def_property_readonly(
          "numbers", [](const Result& self) { return to_python(self.numbers()); }, "What the command prints with --json, as a dict.")
      .def_property_readonly(
          "png", [](const Result& self) { return to_python(self.png()); },
          "The command's figure, as the bytes of a PNG file; empty where it draws none.")
      .def("to_csv", to_csv, py::arg("path") = py::none(),
           "Writes the numbers as CSV to a file; without a path gives the text. Raises OSError where the file cannot be written.")
      .def(
          "save", [](const Result& self, const py::object& path) { self.save(path_of(path)); }, py::arg("path"),
          "Writes the figure where the path ends in .png, else a folder of the files that the command writes. Raises OSError.")
      .def("_repr_png_", png_or_none)
      .def("_repr_html_", html_or_none);
}

}  // namespace zf::python

// Error rates on folders of photos.
#include <fmt/format.h>
#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <utility>

#include "core/data/dataset.h"
#include "core/data/photo_store.h"
#include "core/io/csv.h"
#include "core/tensor/error.h"
#include "core/train/evaluate.h"
#include "native/python/bind.h"
#include "native/python/options.h"
#include "native/python/result.h"

namespace zf::python {

namespace {

/// zfscope.Evaluation
struct Errors final : Result {
  explicit Errors(EvaluationResult what) : result(what) {}

  [[nodiscard]] nlohmann::ordered_json numbers() const override {
    return {{"images", result.images}, {"top1_error", result.top1_error}, {"top5_error", result.top5_error}, {"crops", result.crops}};
  }
  [[nodiscard]] std::string csv() const override;

  EvaluationResult result;
};

std::string Errors::csv() const {
  CsvText text({"images", "top1_error", "top5_error", "crops"});
  text.add({std::to_string(result.images), csv_number(result.top1_error), csv_number(result.top5_error), std::to_string(result.crops)});
  return text.text();
}

std::unique_ptr<Errors> evaluate(const Net& net, const py::object& data, bool ten_crop, std::optional<int> resize,
                                 const py::object& progress) {
  const std::string folder = path_of(data).string();
  Preprocess preprocess = net.model().preprocess;
  preprocess.resize = resize.value_or(preprocess.resize);
  check(preprocess, "eval");
  std::vector<Skipped> skipped;
  auto result = net.work("eval", progress, [&](Steps& steps) {
    // Every photo is needed once: nothing is kept.
    PhotoStore photos(list_dataset(folder, Split::kValidation, net.model().classes), net.decoder(),
                      PhotoStore::Limits{preprocess.longest_side(), 0});
    Evaluation job(net.net(), photos, preprocess, {.ten_crop = ten_crop, .threads = net.threads()});
    steps.run(job, photos.size());
    skipped = photos.skipped();
    if (job.result().images == 0) fail("{}: expected photos that can be read, found none among {}", folder, photos.size());
    return std::make_unique<Errors>(job.result());
  });
  warn_of(skipped);
  return result;
}

}  // namespace

void bind_evaluation(py::module_& module, NetClass& net) {
  py::class_<Errors, Result>(module, "Evaluation", "Error rates on folders of photos.")
      .def_property_readonly(
          "values", [](const Errors& self) { return py::make_tuple(self.result.top1_error, self.result.top5_error); },
          "(top-1 error, top-5 error), 0 to 1.")
      .def_property_readonly(
          "images", [](const Errors& self) { return self.result.images; }, "Photos that were classified.")
      .def("__repr__", [](const Errors& self) {
        return fmt::format("Evaluation({} photos: {:.2f} % top-1 error, {:.2f} % top-5)", self.result.images, 100 * self.result.top1_error,
                           100 * self.result.top5_error);
      });
  net.def(
      "eval", evaluate, py::arg("data"), py::kw_only(), py::arg("ten_crop") = false, py::arg("resize") = py::none(),
      py::arg("progress") = true,
      "Classifies the photos of val/CLASS/* (or test/) in a folder, whose classes are named after the model's, and counts the errors.\n\n"
      "ten_crop: the mean over corners and centre, mirrored too. resize: shorter side of a photo before cropping, in place of the "
      "model's.");
}

}  // namespace zf::python

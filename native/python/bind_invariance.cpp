// How features and output respond to moved, scaled and turned photos (Fig. 5).
#include <fmt/format.h>
#include <pybind11/stl.h>

#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "core/analysis/invariance.h"
#include "core/analysis/invariance_claims.h"
#include "core/data/dataset.h"
#include "core/nn/layer_choice.h"
#include "core/report/invariance_figure.h"
#include "core/report/png.h"
#include "core/tensor/error.h"
#include "native/python/arrays.h"
#include "native/python/bind.h"
#include "native/python/options.h"
#include "native/python/result.h"

namespace zf::python {

namespace {

/// zfscope.Invariance
struct Responses final : Result {
  explicit Responses(InvarianceStory what) : story(std::move(what)) {}

  [[nodiscard]] nlohmann::ordered_json numbers() const override {
    return invariance_json(story, invariance_claims(story.records, story.amounts));
  }
  [[nodiscard]] std::string csv() const override { return invariance_csv(story); }
  [[nodiscard]] std::vector<std::byte> png() const override { return encode_png(draw_invariance(story)); }
  [[nodiscard]] std::vector<OutputFile> files() const override { return invariance_files(story, numbers()); }

  InvarianceStory story;
};

/// One photo, read, with the class that its folder is named after.
InvariancePhoto prepared(const Net& net, const Photo& photo, std::optional<int> label) {
  const auto* const path = std::get_if<std::filesystem::path>(&photo.source);
  const int own = path != nullptr ? folder_label(path->string(), net.model().classes) : -1;
  const bool ready = std::holds_alternative<Tensor>(photo.source);
  return {photo.title(), ready ? net.input(photo) : preprocess_whole(net.model().preprocess, photo.image(net.decoder())),
          label.value_or(own)};
}

std::unique_ptr<Responses> invariance(const Net& net, const py::object& photos, const std::array<std::string, 2>& layers,
                                      const std::string& surround, std::optional<int> class_, const std::vector<double>& translate,
                                      const std::vector<double>& scale, const std::vector<double>& rotate, int count, int batch,
                                      const py::object& progress) {
  if (batch < 1) fail("batch: expected at least 1, found {}", batch);
  const LayerChoice first = choose_layer(net.network(), layers[0]);
  const LayerChoice second = choose_layer(net.network(), layers[1]);
  const std::vector<Photo> chosen = chosen_photos(photos, count, net.network().input);
  if (chosen.empty()) fail("invariance: expected at least one photo, found none");
  const InvarianceOptions options{.layers = {first.index, second.index},
                                  .surround = surround_values(surround_named(surround), net.model().preprocess),
                                  .amounts = amounts_or_default({translate, scale, rotate}, net.network().input.h),
                                  .batch = batch};
  return net.work("invariance", progress, [&](Steps& steps) {
    InvarianceJob job(net.net(), options, chosen.size(), [&](std::size_t i) { return prepared(net, chosen[i], class_); });
    steps.run(job);
    return std::make_unique<Responses>(InvarianceStory{{first.label, second.label}, options.amounts, job.records(), net.model().classes});
  });
}

/// (photos, amounts) of an axis: the followed class's probability.
py::array probabilities_along(const InvarianceStory& story, std::size_t axis) {
  const auto photos = static_cast<int>(story.records.size());
  const auto amounts = static_cast<int>(story.amounts.at(axis).size());
  py::array_t<double> values({photos, amounts});
  for (int i = 0; i < photos; ++i) {
    const std::vector<double>& curve = story.records[static_cast<std::size_t>(i)].curves.at(axis).probability;
    std::copy(curve.begin(), curve.end(), values.mutable_data(i, 0));
  }
  return values;
}

py::dict values_of(const Responses& self) {
  py::dict values;
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    if (self.story.amounts.at(axis).empty()) continue;
    values[py::str(std::string(name_of(static_cast<Axis>(axis))))] = probabilities_along(self.story, axis);
  }
  return values;
}

py::dict amounts_of(const Responses& self) {
  py::dict amounts;
  for (std::size_t axis = 0; axis < kAxes; ++axis) {
    if (!self.story.amounts.at(axis).empty()) amounts[py::str(std::string(name_of(static_cast<Axis>(axis))))] = self.story.amounts.at(axis);
  }
  return amounts;
}

}  // namespace

void bind_invariance(py::module_& module, NetClass& net) {
  py::class_<Responses, Result>(module, "Invariance", "How two layers and the output respond to moved, scaled and turned photos.")
      .def_property_readonly("values", values_of,
                             "The followed class's probability, {\"translation\", \"scale\", \"rotation\": float64 of (photos, amounts)}.")
      .def_property_readonly("amounts", amounts_of, "The amounts of each axis: pixels down, factors, degrees.")
      .def_property_readonly(
          "layers", [](const Responses& self) { return self.story.layers; }, "The two layers.")
      .def("__repr__", [](const Responses& self) {
        return fmt::format("Invariance({} photos, {} and {})", self.story.records.size(), self.story.layers[0], self.story.layers[1]);
      });
  net.def(
      "invariance", invariance, py::arg("photos"), py::kw_only(), py::arg("layers") = std::array<std::string, 2>{"1", "7"},
      py::arg("surround") = "mean", py::arg("class_") = py::none(), py::arg("translate") = std::vector<double>(),
      py::arg("scale") = std::vector<double>(), py::arg("rotate") = std::vector<double>(), py::arg("count") = 100,
      py::arg("batch") = InvarianceOptions{}.batch, py::arg("progress") = true,
      "Moves, scales and turns photos and measures how two layers and the output respond (Fig. 5).\n\n"
      "photos: a photo, a list, or a folder, of which `count` are taken, evenly spaced. layers: numbers as the paper counts, or names. "
      "surround: what stands beyond the photo's edge, mean, grey or edge. class_: the number of the class to follow; that of the photo's "
      "folder by default, else the most probable. translate, scale, rotate: pixels down, factors, degrees; with any of them only those "
      "given are measured. batch: transforms at once.");
}

}  // namespace zf::python

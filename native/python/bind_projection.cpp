// What one activation sees in a photo.
#include <fmt/format.h>
#include <pybind11/stl.h>

#include <array>
#include <optional>
#include <utility>

#include "core/io/atomic_file.h"
#include "core/io/csv.h"
#include "core/io/json_fields.h"
#include "core/report/png.h"
#include "core/report/projection.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"
#include "native/python/arrays.h"
#include "native/python/bind.h"
#include "native/python/options.h"
#include "native/python/result.h"

namespace zf::python {

namespace {

/// zfscope.Projection
struct Projected final : Result {
  Projected(ProjectionStory what, ProjectionLook how) : story(std::move(what)), look(how) {}

  [[nodiscard]] nlohmann::ordered_json numbers() const override { return projection_json(story, look, draw_projection(story, look)); }
  [[nodiscard]] std::string csv() const override;
  [[nodiscard]] std::vector<std::byte> png() const override { return encode_png(draw_projection(story, look).picture); }
  /// As the command does: a PNG with its JSON beside it.
  void save(const std::filesystem::path& path) const override;

  ProjectionStory story;
  ProjectionLook look;
};

std::string Projected::csv() const {
  const Shape& shape = story.pixels.shape();
  CsvText text({"channel", "y", "x", "value"});
  for (int c = 0; c < shape.c; ++c) {
    for (int y = 0; y < shape.h; ++y) {
      for (int x = 0; x < shape.w; ++x) {
        text.add({std::to_string(c), std::to_string(y), std::to_string(x), exact_json(story.pixels.at(0, c, y, x)).dump()});
      }
    }
  }
  return text.text();
}

void Projected::save(const std::filesystem::path& path) const {
  Result::save(path);
  if (path.extension() == ".png") write_file(std::filesystem::path(path).replace_extension(".json"), to_text(numbers(), 2) + "\n");
}

std::unique_ptr<Projected> project(const Net& net, const py::object& photo, const std::string& layer, std::optional<int> map,
                                   std::optional<std::array<int, 2>> at, const std::string& rule, bool lrn_derivative, bool whole_map,
                                   bool crop, bool stretch) {
  if (whole_map && at) fail("project: expected a place or whole_map, found both");
  const ProjectionWish wish{layer, map, at, whole_map, rule_of(rule), lrn_of(lrn_derivative)};
  const int last = projected_layer(net.network(), layer);
  const Photo given = photo_of(photo, net.network().input, "photo");
  return net.hold([&] {
    const Trace& trace = net.trace(net.input(given), last);
    return std::make_unique<Projected>(tell_projection(net.net(), trace, wish, channels_of(net.model().preprocess.order)),
                                       ProjectionLook{crop, stretch});
  });
}

std::string repr(const Projected& self) {
  const Seed& seed = self.story.seed;
  const std::string place = self.story.wish.whole_map ? "whole map, at most" : fmt::format("at {}, {}:", seed.y, seed.x);
  return fmt::format("Projection({} map {} {} {:.4g})", self.story.wish.layer, seed.map, place, seed.value);
}

}  // namespace

void bind_projection(py::module_& module, NetClass& net) {
  py::class_<Projected, Result>(module, "Projection", "What one activation, or one map, sees in a photo.")
      .def_property_readonly(
          "values",
          [](const py::object& self) {
            const Tensor& pixels = self.cast<const Projected&>().story.pixels;
            return view_of<float>(pixels.values(), {pixels.shape().c, pixels.shape().h, pixels.shape().w}, self);
          },
          "The projection, signed: float32 of (C, H, W), channels in the model's order.")
      .def_property_readonly(
          "layer", [](const Projected& self) { return self.story.wish.layer; }, "Where the activation lies.")
      .def_property_readonly(
          "map", [](const Projected& self) { return self.story.seed.map; }, "Its map, from 0.")
      .def_property_readonly(
          "at", [](const Projected& self) { return py::make_tuple(self.story.seed.y, self.story.seed.x); },
          "Its place on the map: (y, x); of a whole map the strongest one.")
      .def_property_readonly(
          "value", [](const Projected& self) { return self.story.seed.value; }, "The activation at that place.")
      .def_property_readonly(
          "rectangle",
          [](const Projected& self) {
            const PixelRect& r = self.story.rectangle;
            return py::make_tuple(r.y, r.x, r.h, r.w);
          },
          "What it sees, in pixels of the input: (y, x, height, width).")
      .def("__repr__", [](const Projected& self) { return repr(self); });
  net.def("project", project, py::arg("photo"), py::arg("layer"), py::kw_only(), py::arg("map") = py::none(), py::arg("at") = py::none(),
          py::arg("rule") = "deconvnet", py::arg("lrn_derivative") = false, py::arg("whole_map") = false, py::arg("crop") = false,
          py::arg("stretch") = false,
          "What one activation sees in a photo, in pixels (section 2.1 of the paper).\n\n"
          "layer: a tap below softmax. map: from 0, the strongest by default. at: (y, x) on the map, the strongest by default. rule: "
          "deconvnet, "
          "gradient or guided. lrn_derivative: differentiate normalisation instead of passing it. whole_map: all activations of the map at "
          "once. "
          "crop: the figure is the receptive field. stretch: its contrast goes from lowest to highest.\n"
          "Raises ValueError where there is no such layer, map or place.");
}

}  // namespace zf::python

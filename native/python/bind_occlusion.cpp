// What covering parts of a photo does (Fig. 7).
#include <fmt/format.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "core/analysis/occlusion.h"
#include "core/nn/class_choice.h"
#include "core/report/elsewhere.h"
#include "core/report/occlusion_files.h"
#include "core/report/png.h"
#include "native/python/arrays.h"
#include "native/python/bind.h"
#include "native/python/options.h"
#include "native/python/result.h"

namespace zf::python {

namespace {

/// zfscope.Occlusion
struct Occluded final : Result {
  Occluded(OcclusionStory what, std::unique_ptr<Atlas> atlas)
      : story(std::move(what)),
        probability(story.maps.probability(story.label)),
        most_probable(story.maps.most_probable()),
        elsewhere(std::move(atlas)) {}

  [[nodiscard]] nlohmann::ordered_json numbers() const override { return occlusion_json(story); }
  [[nodiscard]] std::string csv() const override { return occlusion_csv(story); }
  [[nodiscard]] std::vector<std::byte> png() const override { return encode_png(draw_occlusion(whole())); }
  [[nodiscard]] std::vector<OutputFile> files() const override { return occlusion_files(whole()); }

  OcclusionStory story;
  std::vector<float> probability;
  std::vector<std::int32_t> most_probable;
  std::unique_ptr<Atlas> elsewhere;  ///< what the figure shows of it is read when somebody looks

 private:
  [[nodiscard]] OcclusionStory whole() const {
    OcclusionStory whole = story;
    if (elsewhere != nullptr) whole.elsewhere = draw_elsewhere(*elsewhere, NotingDecoder(kUsualMegapixels), whole.layer, whole.map);
    return whole;
  }
};

template <typename T>
py::array places(const py::object& self, const std::vector<T> Occluded::*member) {
  const auto& occluded = self.cast<const Occluded&>();
  return view_of<T>(occluded.*member, {occluded.story.maps.rows(), occluded.story.maps.columns()}, self);
}

std::unique_ptr<Occluded> occlude(const Net& net, const py::object& photo, int size, int stride, const std::string& fill, int soft_edge,
                                  bool border, const py::object& class_, const std::string& layer, std::optional<int> map, bool brute_force,
                                  const py::object& atlas, const py::object& progress) {
  const OcclusionOptions options = occlusion_options(net, size, stride, fill, soft_edge, border, layer, map, brute_force);
  const Photo given = photo_of(photo, net.network().input, "photo");
  const std::string chosen = class_text(class_);
  const std::filesystem::path atlas_path = atlas.is_none() ? std::filesystem::path() : path_of(atlas);
  return net.work("occlude", progress, [&](Steps& steps) {
    const Tensor input = net.input(given);
    std::unique_ptr<Atlas> elsewhere = find_atlas(atlas_path, net.path(), [&] { return net.fingerprint(); });
    zf::Occlusion job(net.net(), input, options);
    const int label = choose_class(chosen, net.model().classes, job.maps().clean_logits);
    steps.run(job);
    Image view = to_image(net.model().preprocess, input.values(), net.network().input.map());
    OcclusionStory story = tell_occlusion(net.net(), job, std::move(view), net.model().preprocess, label, net.model().classes);
    return std::make_unique<Occluded>(std::move(story), std::move(elsewhere));
  });
}

std::string repr(const Occluded& self) {
  const nlohmann::ordered_json numbers = self.numbers();
  return fmt::format("Occlusion(p({}) {:.4f} clean, {:.4f} at the worst of {} places: y {}, x {})", numbers["class"].get<std::string>(),
                     numbers["clean"]["p"].get<float>(), numbers["lowest"]["p"].get<float>(), numbers["places"].get<int>(),
                     numbers["lowest"]["y"].get<int>(), numbers["lowest"]["x"].get<int>());
}

}  // namespace

void bind_occlusion(py::module_& module, NetClass& net) {
  py::class_<Occluded, Result>(module, "Occlusion", "What covering a square of a photo does, place by place.")
      .def_property_readonly(
          "values", [](const py::object& self) { return places(self, &Occluded::probability); },
          "The probability of the class: float32 of (rows, columns) of places.")
      .def_property_readonly(
          "most_probable", [](const py::object& self) { return places(self, &Occluded::most_probable); },
          "The number of the most probable class: int32 of (rows, columns).")
      .def_property_readonly(
          "activation",
          [](const py::object& self) {
            const OcclusionMaps& maps = self.cast<const Occluded&>().story.maps;
            return view_of<float>(maps.activation, {maps.rows(), maps.columns()}, self);
          },
          "The sum over the watched map: float32 of (rows, columns).")
      .def_property_readonly(
          "y", [](const Occluded& self) { return self.story.maps.y; }, "The rows' top edges, in pixels of the input.")
      .def_property_readonly(
          "x", [](const Occluded& self) { return self.story.maps.x; }, "The columns' left edges.")
      .def_property_readonly(
          "label", [](const Occluded& self) { return self.story.label; }, "The number of the class.")
      .def_property_readonly(
          "layer", [](const Occluded& self) { return self.story.layer; }, "Of the watched map.")
      .def_property_readonly(
          "map", [](const Occluded& self) { return self.story.map; }, "The watched map, from 0.")
      .def("__repr__", [](const Occluded& self) { return repr(self); });
  const OcclusionOptions usual;
  net.def(
      "occlude", occlude, py::arg("photo"), py::kw_only(), py::arg("size") = usual.size, py::arg("stride") = usual.stride,
      py::arg("fill") = "mean", py::arg("soft_edge") = usual.soft_edge, py::arg("border") = usual.border, py::arg("class_") = py::none(),
      py::arg("layer") = "", py::arg("map") = py::none(), py::arg("brute_force") = false, py::arg("atlas") = py::none(),
      py::arg("progress") = true,
      "Slides a square over a photo and sees a feature map and the prediction change (Fig. 7).\n\n"
      "size: pixels a side, at the network's input. stride: pixels between places. fill: mean, grey or \"R,G,B\". soft_edge: pixels over "
      "which the square fades in. border: also places where it hangs over the image. class_: name or number, the most probable by default. "
      "layer and map: what is watched, the strongest map of the last convolution by default. brute_force: the whole net at each place, the "
      "same but slower. atlas: of the model, for the figure; the one beside the model by default. progress: True for a bar, False, or a "
      "function of the part that is done (0-1) and a note.");
}

}  // namespace zf::python

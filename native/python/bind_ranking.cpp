// What a prediction loses without parts of the network.
#include <fmt/format.h>
#include <pybind11/stl.h>

#include <memory>
#include <utility>

#include "core/analysis/ablation.h"
#include "core/io/json_fields.h"
#include "core/nn/class_choice.h"
#include "core/nn/prediction.h"
#include "core/report/ablation_figure.h"
#include "core/report/ablation_json.h"
#include "core/report/png.h"
#include "core/tensor/error.h"
#include "native/python/arrays.h"
#include "native/python/bind.h"
#include "native/python/bind_classification.h"

namespace zf::python {

namespace {

/// zfscope.Ranking
struct Ranked final : Result {
  explicit Ranked(AblationStory what) : story(std::move(what)) {
    for (const MapDrop& drop : story.drops) drops.push_back(drop.drop);
  }

  [[nodiscard]] nlohmann::ordered_json numbers() const override { return ablation_json(story); }
  [[nodiscard]] std::string csv() const override { return ablation_csv(story); }
  [[nodiscard]] std::vector<std::byte> png() const override { return encode_png(draw_ablation(story)); }
  [[nodiscard]] std::vector<OutputFile> files() const override { return ablation_files(story); }

  AblationStory story;
  std::vector<float> drops;
};

std::unique_ptr<Ranked> rank(const Net& net, const py::object& photo, const py::object& class_, const std::vector<std::string>& layers,
                             const py::object& progress) {
  const Photo given = photo_of(photo, net.network().input, "photo");
  const std::string chosen = class_text(class_);
  const std::vector<int> ranked = layers_to_rank(net.network(), layers);
  return net.work("ablate", progress, [&](Steps& steps) {
    const Ablation ablation(net.net(), net.input(given));
    const int label = choose_class(chosen, net.model().classes, ablation.clean_logits());
    AblationRanking job(net.net(), ablation, ranked);
    steps.run(job);
    AblationStory story = tell_ablation(net.net(), ablation, job, label, class_name(net.model().classes, label));
    story.channels = channels_of(net.model().preprocess.order);
    return std::make_unique<Ranked>(std::move(story));
  });
}

/// A net some of whose parts are held at zero. It keeps the net.
class Muted {
 public:
  Muted(std::shared_ptr<const Net> net, std::vector<Mute> mutes) : net_(std::move(net)), mutes_(std::move(mutes)) {}

  [[nodiscard]] const Net& net() const { return *net_; }
  [[nodiscard]] std::size_t parts() const { return mutes_.size(); }
  [[nodiscard]] std::unique_ptr<Classified> classify_photo(const py::object& photo, int top) const {
    if (top < 1) fail("top: expected at least 1, found {}", top);
    const Photo given = photo_of(photo, net_->network().input, "photo");
    const std::vector<float> logits = net_->hold([&] { return Ablation(net_->net(), net_->input(given)).logits(mutes_); });
    return std::make_unique<Classified>(classify(logits, net_->model().known, top), net_->model().classes);
  }

 private:
  std::shared_ptr<const Net> net_;
  std::vector<Mute> mutes_;
};

/// A map, (map, y, x), or True for the whole layer.
Mute mute_of(int layer, const py::handle& part) {
  if (py::isinstance<py::bool_>(part)) {
    if (part.cast<bool>()) return {layer};
  } else if (py::isinstance<py::int_>(part)) {
    return {layer, part.cast<int>()};
  } else if (py::isinstance<py::tuple>(part) && py::len(part) == 3) {
    const auto [map, y, x] = part.cast<std::array<int, 3>>();
    return {layer, map, y, x};
  }
  throw py::type_error(fmt::format("mute: expected a map, (map, y, x), True for the whole layer, or a list of these, found {}",
                                   py::repr(part).cast<std::string>()));
}

std::unique_ptr<Muted> mute(std::shared_ptr<Net> net, const py::dict& parts) {
  std::vector<Mute> mutes;
  for (const auto& [name, what] : parts) {
    const int layer = find_layer(net->network(), name.cast<std::string>());
    if (!py::isinstance<py::list>(what)) {
      mutes.push_back(mute_of(layer, what));
      continue;
    }
    for (const py::handle part : what) mutes.push_back(mute_of(layer, part));
  }
  if (mutes.empty()) fail("mute: expected at least one part, found none");
  return std::make_unique<Muted>(std::move(net), std::move(mutes));
}

}  // namespace

void bind_ranking(py::module_& module, NetClass& net) {
  py::class_<Ranked, Result>(module, "Ranking", "Every map by what a class loses without it, largest first.")
      .def_property_readonly(
          "values",
          [](const py::object& self) {
            const std::vector<float>& drops = self.cast<const Ranked&>().drops;
            return view_of<float>(drops, {std::ssize(drops)}, self);
          },
          "What muting each map alone takes off the probability: float32 of (maps,); below 0 where the class gains.")
      .def_property_readonly(
          "layers", [](const Ranked& self) { return self.story.layers; }, "The layer of each map.")
      .def_property_readonly(
          "maps",
          [](const Ranked& self) {
            std::vector<int> maps;
            for (const MapDrop& drop : self.story.drops) maps.push_back(drop.map);
            return maps;
          },
          "The number of each map in its layer.")
      .def("__repr__", [](const Ranked& self) {
        const MapDrop& worst = self.story.drops.front();
        return fmt::format("Ranking(p({}) {:.4f}; {} maps, most is lost without {} map {}: {:.4f})", self.story.label, self.story.p,
                           self.story.drops.size(), self.story.layers.front(), worst.map, worst.drop);
      });
  py::class_<Muted>(module, "MutedNet", "A net some of whose parts are held at zero.")
      .def("classify", &Muted::classify_photo, py::arg("photo"), py::kw_only(), py::arg("top") = 5,
           "What the photo is taken for without the muted parts.\nRaises ValueError where the network has no such part.")
      .def("__repr__",
           [](const Muted& self) { return fmt::format("zfscope.MutedNet({}, {} parts muted)", self.net().network().name, self.parts()); });
  net.def("rank", rank, py::arg("photo"), py::kw_only(), py::arg("class_") = py::none(), py::arg("layers") = std::vector<std::string>(),
          py::arg("progress") = true,
          "Mutes every map of some layers, one at a time, and ranks them by what the class loses.\n\n"
          "class_: name or number, the most probable by default. layers: all convolutions by default.");
  net.def("mute", mute, py::arg("parts"),
          "The same net with parts held at zero: {\"conv5\": 17, \"conv4\": [3, (5, 2, 2)], \"fc6\": True}, a map, a place (map, y, x), or "
          "True "
          "for the whole layer.");
}

}  // namespace zf::python

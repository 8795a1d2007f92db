// What every map answers to most, over a folder of photos (Fig. 2).
#include <fmt/format.h>
#include <pybind11/stl.h>

#include <limits>
#include <memory>
#include <utility>

#include "core/analysis/mine.h"
#include "core/data/photo_list.h"
#include "core/io/fingerprint.h"
#include "core/report/atlas_figure.h"
#include "core/report/atlas_json.h"
#include "core/report/atlas_site.h"
#include "core/report/png.h"
#include "core/tensor/error.h"
#include "native/media/turbo_jpeg.h"
#include "native/python/arrays.h"
#include "native/python/bind.h"
#include "native/python/options.h"
#include "native/python/result.h"

namespace zf::python {

namespace {

/// Which maps a figure shows, as the command's --layers, --maps, --count and --seed say.
struct Choice {
  std::vector<std::string> layers;
  std::string maps = "sorted";
  int count = 9;
  std::uint64_t seed = 1;
};

/// An atlas's file, for one thread at a time.
struct OpenAtlas {
  OpenAtlas(const std::filesystem::path& file, py::object folder) : path(file), keep(std::move(folder)), atlas(file) {
    if (!atlas.progress().empty()) fail("{}: expected a finished atlas, found one that mine can go on with", path.string());
  }

  std::filesystem::path path;
  py::object keep;  ///< the folder of an atlas that nobody asked to keep
  Lock lock;
  Atlas atlas;
  NotingDecoder decoder{kUsualMegapixels};
};

/// zfscope.Atlas, and the figures that are drawn of it.
class MinedAtlas final : public Result {
 public:
  MinedAtlas(std::shared_ptr<OpenAtlas> file, Choice choice) : file_(std::move(file)), choice_(std::move(choice)) {}

  [[nodiscard]] OpenAtlas& file() const { return *file_; }
  /// Runs `work` without the GIL while no other thread reads the atlas.
  template <typename Work>
  auto hold(const Work& work) const {
    const Busy busy(file_->lock);
    return work(file_->atlas);
  }
  [[nodiscard]] nlohmann::ordered_json numbers() const override {
    return {{"atlas", file_->path.string()}, {"images", file_->atlas.info().images}};
  }
  [[nodiscard]] std::string csv() const override {
    return hold([&](Atlas& atlas) { return atlas_csv(atlas, rows(atlas)); });
  }
  [[nodiscard]] std::vector<std::byte> png() const override {
    return hold([&](Atlas& atlas) { return encode_png(draw_atlas_figure(atlas, file_->decoder, rows(atlas))); });
  }
  [[nodiscard]] std::unique_ptr<MinedAtlas> chosen(Choice choice) const { return std::make_unique<MinedAtlas>(file_, std::move(choice)); }

 private:
  [[nodiscard]] std::vector<AtlasRow> rows(const Atlas& atlas) const {
    return atlas_rows(atlas, choice_.layers, choice_.maps, choice_.count, choice_.seed);
  }

  std::shared_ptr<OpenAtlas> file_;
  Choice choice_;
};

std::unique_ptr<MinedAtlas> open(const std::filesystem::path& path, py::object folder = py::none()) {
  return std::make_unique<MinedAtlas>(std::make_shared<OpenAtlas>(path, std::move(folder)), Choice{});
}

std::unique_ptr<MinedAtlas> mine(const Net& net, const py::object& data, const py::object& out, int top,
                                 const std::vector<std::string>& layers, bool patches, int quality, int side, const std::string& rule,
                                 bool lrn_derivative, const py::object& progress) {
  if (top < 1 || top > 1000) fail("top: expected 1 to 1000, found {}", top);
  if (quality < 1 || quality > 100) fail("quality: expected 1 to 100, found {}", quality);
  if (side < 0 || side > 4096) fail("side: expected 0 to 4096, found {}", side);
  MineOptions options{.top = top,
                      .layers = layers,
                      .rule = rule_of(rule),
                      .lrn = lrn_of(lrn_derivative),
                      .patches = patches,
                      .quality = quality,
                      .side = side,
                      .threads = net.threads()};
  options.encode = turbo_jpeg;
  const std::filesystem::path folder = path_of(data);
  py::object temporary = py::none();
  if (out.is_none()) temporary = py::module_::import("tempfile").attr("TemporaryDirectory")();
  const std::filesystem::path file = out.is_none() ? path_of(temporary.attr("name")) / "atlas.safetensors" : path_of(out);
  const std::vector<Skipped> skipped = net.work("mine", progress, [&](Steps& steps) {
    MineJob job(net.net(), net.model().preprocess, list_photos(folder.string()), net.decoder(), file, options);
    steps.run(job, job.photos().size());
    return job.photos().skipped();
  });
  warn_of(skipped);
  return open(file, std::move(temporary));
}

/// (maps, top) activations of a layer; NaN where there were fewer photos.
py::array activations(const MinedAtlas& self, const std::string& name) {
  return self.hold([&](const Atlas& atlas) {
    const AtlasLayer& layer = atlas.layer(name);
    Tensor values({1, 1, layer.maps, atlas.info().top}, std::numeric_limits<float>::quiet_NaN());
    for (std::size_t i = 0; i < layer.items.size(); ++i) {
      if (layer.items[i].image >= 0) values.data()[i] = layer.items[i].value;
    }
    const py::gil_scoped_acquire acquire;
    return to_array(std::move(values), {layer.maps, atlas.info().top});
  });
}

py::dict all_activations(const MinedAtlas& self) {
  py::dict values;
  for (const AtlasLayer& layer : self.file().atlas.layers()) values[py::str(layer.name)] = activations(self, layer.name);
  return values;
}

py::list winners(const MinedAtlas& self, const std::string& layer, int map) {
  py::list list;
  for (const AtlasItem& item : self.file().atlas.items(layer, map)) {
    list.append(py::make_tuple(item.value, self.file().atlas.image_name(item.image), py::make_tuple(item.y, item.x)));
  }
  return list;
}

void site(const MinedAtlas& self, const py::object& folder, const py::object& progress) {
  const std::filesystem::path to = path_of(folder);
  Steps steps("site", progress);
  self.hold([&](Atlas& atlas) {
    write_atlas_site(atlas, self.file().decoder, to, [&](double done, const std::string& layer) { steps.update(done, layer); });
    return 0;
  });
}

}  // namespace

void bind_atlas(py::module_& module, NetClass& net) {
  const MineOptions usual;
  const Choice choice;
  py::class_<MinedAtlas, Result>(module, "Atlas", "What every map answers to most: an atlas's file, open for reading.")
      .def_property_readonly("values", all_activations,
                             "The strongest activations of each layer, {name: float32 of (maps, top)}; NaN where there were fewer photos.")
      .def_property_readonly(
          "path", [](const MinedAtlas& self) { return self.file().path.string(); }, "The atlas's file.")
      .def_property_readonly(
          "images", [](const MinedAtlas& self) { return self.file().atlas.info().images; }, "Photos that were looked at.")
      .def_property_readonly(
          "layers",
          [](const MinedAtlas& self) {
            std::vector<std::string> names;
            for (const AtlasLayer& layer : self.file().atlas.layers()) names.push_back(layer.name);
            return names;
          },
          "The layers that were mined, bottom up.")
      .def("winners", winners, py::arg("layer"), py::arg("map"),
           "What a map answers to most, best first: (activation, photo, (y, x) on the map). Raises ValueError where there is no such map.")
      .def(
          "figure",
          [](const MinedAtlas& self, std::vector<std::string> layers, const std::string& maps, int count, std::uint64_t seed) {
            return self.chosen({std::move(layers), maps, count, seed});
          },
          py::arg("layers") = choice.layers, py::kw_only(), py::arg("maps") = choice.maps, py::arg("count") = choice.count,
          py::arg("seed") = choice.seed,
          "The same atlas, whose figure and CSV show these layers (all by default) and of each its `count` strongest maps (\"sorted\"), a "
          "\"random\" draw, or numbers such as \"3,17\".")
      .def(
          "claims",
          [](const MinedAtlas& self) {
            return to_python(
                self.hold([&](Atlas& atlas) { return atlas_claims_json(atlas_claims(atlas, self.file().decoder), atlas.info()); }));
          },
          "What the paper says of Fig. 2 in numbers, as `zfscope mine --claims` writes them.")
      .def("site", site, py::arg("folder"), py::kw_only(), py::arg("progress") = true, "Writes a static site about the model to a folder.")
      .def("__repr__", [](const MinedAtlas& self) {
        return fmt::format("Atlas({}: {} photos, {} layers)", self.file().path.string(), self.file().atlas.info().images,
                           self.file().atlas.layers().size());
      });
  module.def(
      "open_atlas", [](const py::object& path) { return open(path_of(path)); }, py::arg("path"), "Opens an atlas that `mine` has written.");
  net.def(
      "mine", mine, py::arg("data"), py::kw_only(), py::arg("out") = py::none(), py::arg("top") = usual.top,
      py::arg("layers") = std::vector<std::string>(), py::arg("patches") = usual.patches, py::arg("quality") = usual.quality,
      py::arg("side") = usual.side, py::arg("rule") = "deconvnet", py::arg("lrn_derivative") = false, py::arg("progress") = true,
      "Looks for what every map answers to most over a folder of photos, at any depth (Fig. 2), and projects it.\n\n"
      "out: the atlas's file; without one it goes with the result. An interrupted call with `out` goes on where it was. top: activations a "
      "map. layers: conv layers, all by default. patches: keep patches and names of photos. quality: of the pictures, as JPEG. side: their "
      "longest, 0 for no limit. Photos that cannot be read are left out, with a warning.");
}

}  // namespace zf::python

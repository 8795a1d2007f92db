// Opening models, what they are, and running them.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pybind11/stl.h>

#include <array>
#include <optional>
#include <utility>

#include "core/exchange/class_names.h"
#include "core/exchange/export_onnx.h"
#include "core/exchange/mean_file.h"
#include "core/io/atomic_file.h"
#include "core/nn/receptive_field.h"
#include "core/tensor/error.h"
#include "native/files/map_file.h"
#include "native/python/arrays.h"
#include "native/python/bind.h"
#include "native/python/options.h"

namespace zf::python {

namespace {

using Three = std::optional<std::array<float, 3>>;

/// A layer as `zfscope info` has it.
struct LayerInfo {
  std::string name;
  std::string type;
  std::vector<py::ssize_t> shape;
  std::int64_t parameters = 0;
  std::int64_t multiply_adds = 0;
  std::array<int, 2> receptive_field{};
  int step = 0;
};

std::vector<LayerInfo> layers_of(const Net& net) {
  const Network& network = net.network();
  const std::vector<LayerCost> cost = costs(network);
  const std::vector<ReceptiveField> fields = receptive_fields(network);
  std::vector<LayerInfo> layers;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    layers.push_back({layer.name,
                      std::string(type_name(layer.op)),
                      net.dims(static_cast<int>(i)),
                      cost[i].parameters,
                      cost[i].multiply_adds,
                      {fields[i].size.h, fields[i].size.w},
                      fields[i].step});
  }
  return layers;
}

std::string repr(const LayerInfo& layer) { return fmt::format("Layer({}: {}, {})", layer.name, layer.type, fmt::join(layer.shape, "x")); }

std::string repr(const Net& net) {
  const Shape& input = net.network().input;
  return fmt::format("zfscope.Net({}: {} layers, input {}x{}x{}, {} classes; {})", net.network().name, net.network().layers.size(), input.c,
                     input.h, input.w, net.model().classes.size(), net.backend().description());
}

std::shared_ptr<Net> open(std::filesystem::path path, const ImportOptions& options, const BackendOptions& backend, double max_megapixels) {
  Lock nobody;
  std::shared_ptr<Net> net = [&] {
    const Busy busy(nobody);
    return std::make_shared<Net>(std::move(path), options, backend, max_megapixels);
  }();
  for (const std::string& note : net->notes()) warn(fmt::format("{}: {}", net->path().string(), note));
  return net;
}

std::vector<std::string> class_names(const py::object& classes) {
  if (classes.is_none()) return {};
  if (!is_path(classes)) return classes.cast<std::vector<std::string>>();
  const std::filesystem::path file = path_of(classes);
  const std::vector<std::byte> bytes = read_file(file);
  return parse_classes({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, file.string());
}

Three mean_of(const py::object& mean) {
  if (mean.is_none()) return std::nullopt;
  if (is_path(mean)) return read_mean(path_of(mean));
  return mean.cast<std::array<float, 3>>();
}

std::shared_ptr<Net> load(const py::object& path, const std::string& backend, int threads, bool tf32, const std::string& preprocess,
                          const py::object& mean, Three std, std::optional<float> scale, std::optional<std::string> order,
                          std::optional<int> resize, const py::object& classes, int size, const std::string& output,
                          const py::object& weights, double max_megapixels) {
  ImportOptions options;
  options.map = map_file;
  options.preprocess = {preprocess, mean_of(mean), std, scale, std::move(order), resize};
  options.classes = class_names(classes);
  options.size = size;
  options.output = output;
  if (!weights.is_none()) options.weights = path_of(weights);
  return open(path_of(path), options, {backend, threads, tf32}, max_megapixels);
}

std::shared_ptr<Net> demo(const std::string& backend, int threads) {
  ImportOptions options;
  options.map = map_file;
  return open(demo_path(), options, {backend, threads, false}, kUsualMegapixels);
}

Tensor stacked(const Net& net, const std::vector<Photo>& photos) {
  if (photos.empty()) fail("expected at least one photo, found none");
  if (photos.size() == 1) return photos.front().input(net.model().preprocess, net.decoder());
  std::vector<Tensor> inputs;
  Shape shape = net.network().input;
  shape.n = 0;
  for (const Photo& photo : photos) {
    inputs.push_back(photo.input(net.model().preprocess, net.decoder()));
    shape.n += inputs.back().shape().n;
  }
  Tensor all = Tensor::uninitialised(shape);
  auto to = all.values().begin();
  for (const Tensor& input : inputs) to = std::copy(input.values().begin(), input.values().end(), to);
  return all;
}

py::array array_of(const Net& net, Tensor&& values, int layer) {
  std::vector<py::ssize_t> dims = net.dims(layer);
  dims.insert(dims.begin(), values.shape().n);
  return to_array(std::move(values), std::move(dims));
}

py::array preprocess(const Net& net, const py::object& image) {
  const std::vector<Photo> photos = photos_of(image, net.network().input);
  Tensor input = net.hold([&] { return stacked(net, photos); });
  const Shape shape = input.shape();
  return to_array(std::move(input), {shape.n, shape.c, shape.h, shape.w});
}

py::object forward(const Net& net, const py::object& x, const py::object& taps) {
  const bool one = py::isinstance<py::str>(taps);
  const auto names = one ? std::vector<std::string>{taps.cast<std::string>()} : taps.cast<std::vector<std::string>>();
  if (names.empty()) fail("taps: expected at least one layer, found none");
  std::vector<int> layers;
  for (const std::string& name : names) layers.push_back(find_layer(net.network(), name));
  const std::vector<Photo> photos = photos_of(x, net.network().input);
  std::vector<Tensor> outputs = net.hold([&] { return net.forward(stacked(net, photos), layers); });
  if (one) return array_of(net, std::move(outputs.front()), layers.front());
  py::dict all;
  for (std::size_t i = 0; i < names.size(); ++i) all[py::str(names[i])] = array_of(net, std::move(outputs[i]), layers[i]);
  return all;
}

Model whole_model(const Net& net) {
  Model model = net.model();
  model.parameters = net.net().parameters();
  return model;
}

void save(const Net& net, const py::object& path, const std::string& precision) {
  if (precision != "float32" && precision != "float16") fail("precision: expected float32 or float16, found {}", precision);
  const std::filesystem::path file = path_of(path);
  net.hold([&] { save_model(file, whole_model(net), precision == "float16" ? Precision::kFloat16 : Precision::kFloat32); });
}

void to_onnx(const Net& net, const py::object& path) {
  const std::filesystem::path file = path_of(path);
  net.hold([&] { (void)export_onnx(file, whole_model(net)); });
}

py::list backends() {
  py::list list;
  for (const BackendInfo& info : list_backends()) {
    py::dict entry;
    entry["name"] = info.name;
    entry["device"] = info.device;
    entry["available"] = info.available;
    entry["why"] = info.why;
    entry["software"] = info.software;
    list.append(std::move(entry));
  }
  return list;
}

void bind_layer(py::module_& module) {
  py::class_<LayerInfo>(module, "Layer", "A layer of a network, as `zfscope info` shows it.")
      .def_readonly("name", &LayerInfo::name, "As taps know it.")
      .def_readonly("type", &LayerInfo::type, "conv, relu, max_pool, ...")
      .def_property_readonly(
          "shape", [](const LayerInfo& self) { return py::tuple(py::cast(self.shape)); },
          "Of the output of one photo: (maps, height, width), or (units,) where a map has one place.")
      .def_readonly("parameters", &LayerInfo::parameters, "Weights and biases.")
      .def_readonly("multiply_adds", &LayerInfo::multiply_adds, "For one photo.")
      .def_property_readonly(
          "receptive_field", [](const LayerInfo& self) { return py::tuple(py::cast(self.receptive_field)); },
          "Height and width of what a unit sees, in pixels of the input.")
      .def_readonly("step", &LayerInfo::step, "Pixels of the input between neighbouring units.")
      .def("__repr__", [](const LayerInfo& self) { return repr(self); });
}

void bind_open(py::module_& module) {
  module.def(
      "load", load, py::arg("path"), py::kw_only(), py::arg("backend") = "auto", py::arg("threads") = 0, py::arg("tf32") = false,
      py::arg("preprocess") = "", py::arg("mean") = py::none(), py::arg("std") = py::none(), py::arg("scale") = py::none(),
      py::arg("order") = py::none(), py::arg("resize") = py::none(), py::arg("classes") = py::none(), py::arg("size") = 0,
      py::arg("output") = "", py::arg("weights") = py::none(), py::arg("max_megapixels") = kUsualMegapixels,
      "Opens a model file: ours, ONNX, Caffe's, or weights in torchvision's names.\n\n"
      "backend: auto, cpu, cuda, opengl or reference. threads: of the CPU, 0 for all cores. preprocess to weights: what another "
      "program's file does not say, as `zfscope import` has it; mean may be three numbers or a file, classes names or a file. What had "
      "to be chosen is a warning. max_megapixels: larger photos are refused, but JPEG, which is read smaller.\n"
      "Raises OSError where a file cannot be read, ValueError where it is no model that can be run.");
  module.def("demo", demo, py::kw_only(), py::arg("backend") = "auto", py::arg("threads") = 0,
             "Opens the model that ships with ZFScope: half of the paper's maps at 224 pixels, twenty classes.");
  module.def("backends", backends,
             "What networks can run on here, and why not on the rest: dicts of name, device, available, why, software.");
}

}  // namespace

std::filesystem::path demo_path() {
  const auto file = path_of(py::module_::import("zfscope").attr("__file__"));
  const std::filesystem::path installed =
      file.parent_path().parent_path().parent_path().parent_path().parent_path() / "share/zfscope/demo.safetensors";
  std::error_code error;
  if (std::filesystem::exists(installed, error)) return installed;
  return ZF_ASSETS_DIR "/demo.safetensors";
}

void bind_net(py::module_& module, NetClass& net) {
  bind_layer(module);
  bind_open(module);
  net.def_property_readonly(
         "name", [](const Net& self) { return self.network().name; }, "The name of the network.")
      .def_property_readonly(
          "path", [](const Net& self) { return self.path().string(); }, "The file that it came from.")
      .def_property_readonly(
          "backend", [](const Net& self) { return self.backend().description(); }, "What it runs on.")
      .def_property_readonly("layers", layers_of, "All layers, bottom up.")
      .def_property_readonly(
          "taps", [](const Net& self) { return view_names(self.network()); },
          "The names that forward, project and the experiments take: conv1, pool1, ..., logits.")
      .def_property_readonly(
          "classes", [](const Net& self) { return self.model().classes; }, "The names of the classes, one a logit.")
      .def_property_readonly(
          "notes", [](const Net& self) { return self.notes(); }, "What had to be chosen where the file does not say it.")
      .def(
          "shape", [](const Net& self, const std::string& tap) { return py::tuple(py::cast(self.dims(find_layer(self.network(), tap)))); },
          py::arg("tap"), "Of an output of one photo: (maps, height, width), or (units,) where a map has one place.")
      .def("preprocess", preprocess, py::arg("image"),
           "Photos as the network takes them: float32 of N x C x H x W.\n\n"
           "image: a path, a PIL image, pixels of height x width x 3 uint8, an array that is already preprocessed, or a list of these. "
           "Arrays of other libraries come by DLPack.\nRaises ValueError where an array does not fit, OSError where a file cannot be read.")
      .def("forward", forward, py::arg("x"), py::arg("taps") = "logits",
           "Runs photos, as preprocess takes them, and gives what the taps say: a name's array, or of several names a dict of arrays.\n\n"
           "Arrays are float32 of N x shape(tap) and own their memory.")
      .def("save", save, py::arg("path"), py::kw_only(), py::arg("precision") = "float32",
           "Writes the model as a .safetensors file of ours, float32 or float16.")
      .def("to_onnx", to_onnx, py::arg("path"), "Writes the model as an ONNX file that computes the same.")
      .def("__repr__", [](const Net& self) { return repr(self); });
}

}  // namespace zf::python

// Which program's a model file is.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <fstream>
#include <string>

#include "core/exchange/import.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr const char* kTorch =
    "a PyTorch file, which holds Python code. In Python, of a torchvision network's weights:\n"
    "  weights = torch.load(FILE, map_location=\"cpu\")\n"
    "  safetensors.torch.save_file(weights, \"model.safetensors\")\n"
    "or, of any network, with the model built:\n"
    "  model.load_state_dict(torch.load(FILE)); model.eval()\n"
    "  torch.onnx.export(model, torch.zeros(1, 3, 224, 224), \"model.onnx\", opset_version=17)";
constexpr const char* kKeras =
    "a Keras file. In Python, with the package tf2onnx:\n"
    "  model = tf.keras.models.load_model(FILE)\n"
    "  tf2onnx.convert.from_keras(model, opset=17, output_path=\"model.onnx\")";
constexpr const char* kTensorflow =
    "a TensorFlow graph. With the Python package tf2onnx:\n"
    "  python -m tf2onnx.convert --graphdef FILE --inputs input:0 --outputs output:0 --opset 17 --output model.onnx\n"
    "  (--saved-model FOLDER in the place of --graphdef where it is a saved model)";
constexpr const char* kTflite =
    "a TensorFlow Lite model. With the Python package tf2onnx:\n"
    "  python -m tf2onnx.convert --tflite FILE --opset 17 --output model.onnx";
struct Foreign {
  std::string_view ending;
  const char* what;  ///< nullptr where only the first bytes tell
};
constexpr std::array kForeign = std::to_array<Foreign>({{".pt", kTorch},
                                                        {".pth", kTorch},
                                                        {".ckpt", kTorch},
                                                        {".bin", nullptr},
                                                        {".h5", kKeras},
                                                        {".hdf5", kKeras},
                                                        {".keras", kKeras},
                                                        {".pb", kTensorflow},
                                                        {".tflite", kTflite}});

std::string ending_of(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

/// The file's first bytes; fewer where it is shorter.
std::string beginning(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(16, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

/// What another program's file is; nullptr where it is none that is known.
const char* foreign(const std::string& bytes, const std::string& ending) {
  const auto found = std::find_if(kForeign.begin(), kForeign.end(), [&](const Foreign& one) { return one.ending == ending; });
  if (bytes.starts_with("\x89HDF")) return kKeras;
  if (bytes.size() >= 8 && bytes.substr(4, 4) == "TFL3") return kTflite;
  if (bytes.starts_with("PK\x03\x04")) return ending == ".keras" ? kKeras : kTorch;
  if (bytes.starts_with("\x80\x02")) return kTorch;
  return found == kForeign.end() ? nullptr : found->what;
}

/// The length of a header in eight bytes, then the header, which is JSON.
bool is_safetensors(const std::string& bytes) { return bytes.size() > 8 && bytes[8] == '{' && bytes[7] == '\0' && bytes[6] == '\0'; }

/// Protocol buffers whose first field is the version, as all exporters write it.
bool is_onnx(const std::string& bytes) { return bytes.size() > 2 && bytes[0] == '\x08' && bytes[1] > 0 && bytes[1] < 32; }

}  // namespace

ImportedModel load_any_model(const std::filesystem::path& path, const ImportOptions& options) {
  if (!options.weights.empty() && !is_caffe_path(path)) {
    fail("expected two files for Caffe's networks alone, found {} and {}", path.string(), options.weights.string());
  }
  const std::string bytes = beginning(path);
  const std::string ending = ending_of(path);
  if (!is_safetensors(bytes)) {
    if (is_caffe_path(path)) return import_caffe(path, options);
    if (const char* const what = foreign(bytes, ending))
      fail("{}: expected a .safetensors, .onnx or .caffemodel model, found {}", path.string(), what);
    if (is_onnx(bytes) || ending == ".onnx") return import_onnx(path, options);
  }
  SafetensorsReader reader(path);
  if (is_safetensors(bytes) && !has_network(reader)) return import_state_dict(reader, options);
  ImportedModel loaded;
  loaded.model = read_model(reader);
  return loaded;
}

ImportedModel open_any_model(const std::filesystem::path& path, const ImportOptions& options) {
  if (!is_safetensors(beginning(path)) || !has_network(SafetensorsReader(path))) return load_any_model(path, options);
  ImportedModel opened;
  opened.model = open_model(path, options.map);
  return opened;
}

bool is_model_path(const std::filesystem::path& path) {
  const std::string ending = ending_of(path);
  return ending == ".safetensors" || ending == ".onnx" || is_caffe_path(path) ||
         std::any_of(kForeign.begin(), kForeign.end(), [&](const Foreign& one) { return one.ending == ending; });
}

}  // namespace zf

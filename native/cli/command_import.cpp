// zfscope import: other programs' model files as ours.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <set>

#include "core/exchange/class_names.h"
#include "core/exchange/import.h"
#include "core/exchange/mean_file.h"
#include "core/io/atomic_file.h"
#include "core/nn/prediction.h"
#include "core/tensor/error.h"
#include "native/cli/command.h"
#include "native/cli/import_check.h"
#include "native/cli/photo_reader.h"
#include "native/cli/session.h"
#include "native/files/map_file.h"

namespace zf::cli {

namespace {

struct Import {
  BackendOptions backend;
  std::string file;
  std::string weights;
  std::string out;
  std::string classes;
  std::string check;
  std::string precision = "float32";
  std::vector<std::string> photos;
  std::vector<std::string> mean;
  std::vector<float> std;
  ImportOptions options;
};

std::string text_of(const std::vector<std::byte>& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// Three numbers of an option, or none.
std::optional<std::array<float, 3>> channels(const std::vector<float>& values) {
  if (values.empty()) return std::nullopt;
  return std::array<float, 3>{values.at(0), values.at(1), values.at(2)};
}

/// Three numbers of --mean, or those of a file; or none.
std::optional<std::array<float, 3>> mean_of(const std::vector<std::string>& values) {
  if (values.empty()) return std::nullopt;
  if (values.size() == 1) return read_mean(values.front());
  std::vector<float> numbers(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values.size() != 3 || !CLI::detail::lexical_cast(values[i], numbers[i])) {
      fail("--mean: expected three numbers or a file, found \"{}\"", fmt::join(values, ","));
    }
  }
  return channels(numbers);
}

void print_found(const ImportedModel& imported) {
  const Network& network = imported.model.network;
  std::int64_t parameters = 0;
  for (const LayerCost& cost : costs(network)) parameters += cost.parameters;
  fmt::print("{}: input {}, {} layers, {:.2f} M parameters, {} classes\n", network.name, to_string(network.input), network.layers.size(),
             static_cast<double>(parameters) / 1e6, imported.model.classes.size());
  for (const std::string& note : imported.notes) fmt::print("{}\n", note);
}

/// The probabilities of a photo that is preprocessed in some way.
std::vector<float> classify(const Net& net, const Preprocess& preprocess, const Image& photo) {
  DeviceTensor x;
  Trace trace;
  net.backend().upload(preprocess_image(preprocess, photo), x);
  const int logits = logits_layer(net.network());
  net.infer(x, trace, logits);
  return probabilities(net.backend().download(trace.output(logits)).values());
}

/// The best classes under every preset. Under a wrong one photos are of one class, or of none in particular.
void try_presets(const Import& args, const ImportedModel& imported) {
  constexpr int kTop = 5;
  const std::unique_ptr<Backend> backend = open_backend(args.backend);
  const Net net(*backend, imported.model.network, imported.model.parameters);
  PreprocessChoice choice;
  choice.resize = args.options.preprocess.resize;
  std::vector<Image> photos;
  for (const std::string& path : args.photos) photos.push_back(load_photo(path));
  for (const Preset& preset : presets()) {
    const Preprocess preprocess = preprocess_of(imported, preset, choice);
    std::set<int> classes;
    float sure = 0;
    std::string lines;
    for (std::size_t i = 0; i < photos.size(); ++i) {
      const auto top = top_classes(classify(net, preprocess, photos[i]), kTop);
      lines += fmt::format("  {}\n", args.photos[i]);
      for (const ClassScore& score : top)
        lines += fmt::format("    {:5.1f} %  {}\n", 100 * score.p, class_name(imported.model.classes, score.index));
      classes.insert(top.front().index);
      sure += top.front().p / static_cast<float>(photos.size());
    }
    fmt::print("\n{}: photos {}, different classes {}, {:.0f} % sure of the first\n{}", preset.name, photos.size(), classes.size(),
               100 * sure, lines);
  }
}

void run(Import& args) {
  if (args.out.empty() && args.photos.empty() && args.check.empty())
    fail("import: expected --out MODEL.safetensors, --try PHOTO or --check INPUT.npy, found none");
  args.options.preprocess.mean = mean_of(args.mean);
  args.options.preprocess.std = channels(args.std);
  if (!args.classes.empty()) args.options.classes = parse_classes(text_of(read_file(args.classes)), args.classes);
  args.options.weights = args.weights;
  args.options.map = map_file;
  const ImportedModel imported = load_any_model(args.file, args.options);
  print_found(imported);
  if (!args.check.empty()) check_import(args.file, args.check, args.options, args.backend);
  if (!args.photos.empty()) try_presets(args, imported);
  if (args.out.empty()) return;
  save_model(args.out, imported.model, args.precision == "float16" ? Precision::kFloat16 : Precision::kFloat32);
  fmt::print("{}: written\n", args.out);
}

void add_preprocessing(CLI::App& command, Import& args) {
  constexpr int kChannels = 3;
  std::vector<std::string_view> names;
  for (const Preset& preset : presets()) names.push_back(preset.name);
  PreprocessChoice& choice = args.options.preprocess;
  command.add_option("--preprocess", choice.preset, fmt::format("how photos become input: {}", fmt::join(names, ", ")));
  command.add_option("--mean", args.mean, "what is taken off the channels, in the input's order: M,M,M, or a mean.npy or mean.binaryproto")
      ->delimiter(',')
      ->allow_extra_args(false);
  command.add_option("--std", args.std, "what they are divided by then")->expected(kChannels)->delimiter(',');
  command.add_option("--scale", choice.scale, "factor on the pixels' 0 to 255 before that");
  command.add_option("--order", choice.order, "of the channels")->check(CLI::IsMember({"rgb", "bgr"}));
  command.add_option("--resize", choice.resize, "pixels of the shorter side, before the centre is cropped");
}

}  // namespace

void add_import(CLI::App& app) {
  auto args = std::make_shared<Import>();
  CLI::App* command =
      app.add_subcommand("import", "Makes a model file of another program's: ONNX, Caffe, or weights in torchvision's names");
  add_backend_options(*command, args->backend);
  command->add_option("file", args->file, "MODEL.onnx, NET.prototxt, NET.caffemodel, or WEIGHTS.safetensors of a network of torchvision's")
      ->required();
  command->add_option("weights", args->weights, "NET.caffemodel, where it does not lie beside NET.prototxt under its name");
  command->add_option("--out", args->out, "MODEL.safetensors to write");
  add_preprocessing(*command, *args);
  command->add_option("--precision", args->precision, "of the weights in the file that is written")
      ->check(CLI::IsMember({"float32", "float16"}))
      ->capture_default_str();
  add_photo_limit(*command);
  command->add_option("--classes", args->classes, "file of the classes' names, one a line; ImageNet's by default where there are 1,000");
  command->add_option("--size", args->options.size, "height and width of the images where the file leaves them open")
      ->check(CLI::PositiveNumber);
  command->add_option("--output", args->options.output, "value of the file to end with, in place of its first output");
  command->add_option("--try", args->photos, "prints these photos' classes under every preset");
  command->add_option("--check", args->check, "float32 .npy of the file's input: prints how far OpenCV's results are from ours");
  command->callback([args] { run(*args); });
}

}  // namespace zf::cli

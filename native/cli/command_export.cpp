// zfscope export: our models as files of others.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "core/exchange/export_onnx.h"
#include "native/cli/command.h"
#include "native/cli/print_json.h"
#include "native/cli/session.h"

namespace zf::cli {

namespace {

struct Export : Options {
  std::string onnx;
};

void run(const Export& args) {
  const Model model = open_model(args.model());
  const ExportedOnnx file = export_onnx(args.onnx, model);
  if (args.json) {
    const nlohmann::ordered_json json{
        {"file", args.onnx}, {"opset", file.opset}, {"input", file.input}, {"output", file.output}, {"bytes", file.bytes}};
    print_json(json);
    return;
  }
  constexpr double kMegabyte = 1e6;
  fmt::print(stderr, "{}: written, ONNX opset {}, input \"{}\" {}x{}x{}, output \"{}\", {} classes, {:.1f} MB\n", args.onnx, file.opset,
             file.input, model.network.input.c, model.network.input.h, model.network.input.w, file.output, model.classes.size(),
             static_cast<double>(file.bytes) / kMegabyte);
}

}  // namespace

void add_export(CLI::App& app) {
  auto args = std::make_shared<Export>();
  CLI::App* command = app.add_subcommand("export", "Writes a model as an ONNX file that computes the same");
  add_options(*command, *args);
  add_arguments(*command, *args, "nothing else");
  command->add_option("--onnx", args->onnx, "FILE.onnx to write")->required();
  command->callback([args] { run(*args); });
}

}  // namespace zf::cli

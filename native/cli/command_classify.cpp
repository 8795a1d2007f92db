// zfscope classify: the top classes of images.
#include <fmt/format.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/io/atomic_file.h"
#include "core/io/quotable.h"
#include "core/report/captions.h"
#include "core/report/classification.h"
#include "core/tensor/error.h"
#include "core/tensor/npy.h"
#include "native/cli/command.h"
#include "native/cli/print_json.h"
#include "native/cli/session.h"
#include "native/cli/skipped.h"

namespace zf::cli {

namespace {

struct Classify {
  ImageOptions options;
  std::string npy;
  int top = 5;
};

nlohmann::ordered_json to_json(const Model& model, const std::string& image, const Classification& found) {
  nlohmann::ordered_json json = {{"image", printable(image)}};
  json.update(classification_json(found, model.classes));
  return json;
}

void print(const Model& model, const std::string& image, const Classification& found) {
  fmt::print("{}\n", printable(image));
  if (is_unknown(found.knowledge)) fmt::print("  {} The nearest:\n", unknown_words(model.classes.size()));
  for (const ClassScore& score : found.top) fmt::print("  {:5.1f} %  {}\n", 100 * score.p, class_name(model.classes, score.index));
}

void run(const Classify& args) {
  const std::vector<std::string> images = args.options.images();
  if (images.empty()) fail("classify: expected at least one IMAGE or --input-npy FILE, found none");
  if (!args.npy.empty() && images.size() != 1) fail("classify: --npy takes one image, found {}", images.size());
  const Session session = open_session(args.options);
  const int logits_at = logits_layer(session.net->network());
  DeviceTensor x;
  Trace trace;
  nlohmann::ordered_json results = nlohmann::ordered_json::array();
  SkippedPhotos skipped;
  for (const std::string& image : images) {
    const std::optional<Tensor> input = skipped.attempt(image, [&] { return load_input(session, args.options, image); });
    if (!input) continue;
    session.backend->upload(*input, x);
    session.net->infer(x, trace, logits_at);
    const Tensor logits = session.backend->download(trace.output(logits_at));
    const Classification found = classify(logits.values(), session.model.known, args.top);
    if (!args.npy.empty()) {
      const std::array<int, 2> dims = {1, logits.shape().c};
      write_file(args.npy, encode_npy(dims, logits.values()));
    }
    if (args.options.json) {
      results.push_back(to_json(session.model, image, found));
    } else {
      print(session.model, image, found);
    }
  }
  if (args.options.json) print_json({{"results", results}, {"skipped", skipped.json()}});
  skipped.insist(images.size());
}

}  // namespace

void add_classify(CLI::App& app) {
  auto args = std::make_shared<Classify>();
  CLI::App* command = app.add_subcommand("classify", "The most probable classes of images");
  add_options(*command, args->options);
  add_images(*command, args->options, "IMAGE...");
  command->add_option("--top", args->top, "classes to print")->check(CLI::PositiveNumber)->capture_default_str();
  command->add_option("--npy", args->npy, "write the logits (1, C) to this file");
  command->callback([args] { run(*args); });
}

}  // namespace zf::cli

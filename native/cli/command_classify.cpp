// zfscope classify: the top classes of images.
#include <fmt/format.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/io/atomic_file.h"
#include "core/io/quotable.h"
#include "core/nn/known.h"
#include "core/nn/prediction.h"
#include "core/report/captions.h"
#include "core/report/story_json.h"
#include "core/tensor/error.h"
#include "core/tensor/npy.h"
#include "native/cli/command.h"
#include "native/cli/session.h"
#include "native/cli/skipped.h"

namespace zf::cli {

namespace {

struct Classify {
  ImageOptions options;
  std::string npy;
  int top = 5;
};

struct Result {
  std::string image;
  Tensor logits;  // (1, classes, 1, 1)
  std::vector<ClassScore> top;
  std::optional<Knowledge> knowledge;
};

nlohmann::ordered_json to_json(const Model& model, const Result& result) {
  nlohmann::ordered_json top = nlohmann::ordered_json::array();
  for (const ClassScore& score : result.top)
    top.push_back({{"class", class_name(model.classes, score.index)}, {"index", score.index}, {"p", score.p}});
  const auto logits = result.logits.values();
  nlohmann::ordered_json json = {
      {"image", printable(result.image)}, {"top", top}, {"logits", std::vector<float>(logits.begin(), logits.end())}};
  json.update(knowledge_json(result.knowledge));
  return json;
}

void print(const Model& model, const Result& result) {
  fmt::print("{}\n", printable(result.image));
  if (is_unknown(result.knowledge)) fmt::print("  {} The nearest:\n", unknown_words(model.classes.size()));
  for (const ClassScore& score : result.top) fmt::print("  {:5.1f} %  {}\n", 100 * score.p, class_name(model.classes, score.index));
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
    session.net->forward(x, trace, logits_at);
    Result result{image, session.backend->download(trace.output(logits_at)), {}, {}};
    result.top = top_classes(probabilities(result.logits.values()), args.top);
    result.knowledge = judge(session.model.known, result.logits.values());
    if (!args.npy.empty()) {
      const std::array<int, 2> dims = {1, result.logits.shape().c};
      write_file(args.npy, encode_npy(dims, result.logits.values()));
    }
    if (args.options.json) {
      results.push_back(to_json(session.model, result));
    } else {
      print(session.model, result);
    }
  }
  if (args.options.json) fmt::print("{}\n", nlohmann::ordered_json{{"results", results}, {"skipped", skipped.json()}}.dump());
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

// zfscope ablate: what a network loses without some of its parts.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/analysis/ablation.h"
#include "core/io/json_fields.h"
#include "core/io/quotable.h"
#include "core/nn/class_choice.h"
#include "core/nn/prediction.h"
#include "core/report/ablation_json.h"
#include "core/report/output_file.h"
#include "core/tensor/error.h"
#include "core/tensor/stopwatch.h"
#include "native/cli/ablate_retrain.h"
#include "native/cli/command.h"
#include "native/cli/print_json.h"
#include "native/cli/progress.h"
#include "native/cli/session.h"

namespace zf::cli {

namespace {

struct Ablate {
  ImageOptions options;
  std::vector<std::string> mutes;
  std::vector<std::string> layers;
  std::string label;
  std::string out;
};

int number(std::string_view text, const std::string& mute) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    fail("ablate: expected LAYER, LAYER:MAP or LAYER:MAP:Y:X to mute, found {}", mute);
  }
  return value;
}

/// "conv5", "conv5:17" or "conv5:17:3:4".
Mute parse_mute(const std::string& text, const Network& network) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == ':') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (parts.size() == 3 || parts.size() > 4) fail("ablate: expected LAYER, LAYER:MAP or LAYER:MAP:Y:X to mute, found {}", text);
  Mute mute{find_layer(network, parts[0])};
  if (parts.size() > 1) mute.map = number(parts[1], text);
  if (parts.size() > 2) {
    mute.y = number(parts[2], text);
    mute.x = number(parts[3], text);
  }
  return mute;
}

nlohmann::ordered_json prediction_json(std::span<const float> logits, const std::vector<std::string>& classes) {
  constexpr int kTop = 5;
  nlohmann::ordered_json top = nlohmann::ordered_json::array();
  for (const ClassScore& score : top_classes(probabilities(logits), kTop)) {
    top.push_back({{"class", class_name(classes, score.index)}, {"index", score.index}, {"p", exact_json(score.p)}});
  }
  return top;
}

void print_top(const char* title, const nlohmann::ordered_json& top) {
  fmt::print("{}\n", title);
  for (const auto& entry : top) fmt::print("  {:6.2f} %  {}\n", 100 * entry["p"].get<double>(), entry["class"].get<std::string>());
}

void run_mutes(const Ablate& args, const Session& session, Ablation& ablation, nlohmann::ordered_json json) {
  std::vector<Mute> mutes;
  for (const std::string& text : args.mutes) mutes.push_back(parse_mute(text, session.net->network()));
  const std::vector<float> logits = ablation.logits(mutes);
  json["muted"] = args.mutes;
  json["clean"] = prediction_json(ablation.clean_logits(), session.model.classes);
  json["top"] = prediction_json(logits, session.model.classes);
  json["logits"] = logits;
  if (!args.out.empty()) {
    write_files(args.out, std::vector{json_file("muted.json", json)});
    json["out"] = args.out;
  }
  if (args.options.json) return print_json(json);
  print_top("as it is", json["clean"]);
  print_top(fmt::format("without {}", fmt::join(args.mutes, ", ")).c_str(), json["top"]);
  if (!args.out.empty()) fmt::print("{}/muted.json\n", args.out);
}

void run_ranking(const Ablate& args, const Session& session, const Ablation& ablation, nlohmann::ordered_json json) {
  const Net& net = *session.net;
  const Network& network = net.network();
  const int label = choose_class(args.label, session.model.classes, ablation.clean_logits());
  const Stopwatch watch;
  AblationRanking job(net, ablation, layers_to_rank(network, args.layers));
  {
    Progress bar("ablate");
    run(job, bar);
  }
  json["seconds"] = watch.seconds();
  AblationStory story = tell_ablation(net, ablation, job, label, class_name(session.model.classes, label));
  story.channels = channels_of(session.model.preprocess.order);
  json["label"] = label;
  json.update(ablation_json(story));
  if (!args.out.empty()) {
    write_files(args.out, ablation_files(story));
    json["out"] = args.out;
  }
  if (args.options.json) return print_json(json);
  fmt::print("p({}) {:.4f}; muting each of {} maps alone takes off ({:.2f} s)\n", json["class"].get<std::string>(), json["p"].get<float>(),
             story.drops.size(), json["seconds"].get<double>());
  for (const auto& entry : json["ranking"]) {
    fmt::print("  {:8.4f}  {} map {}\n", entry["drop"].get<float>(), entry["layer"].get<std::string>(), entry["map"].get<int>());
  }
  if (!args.out.empty()) fmt::print("{0}/ablation.png\n{0}/ablation.csv\n", args.out);
}

void run(const Ablate& args) {
  const std::vector<std::string> images = args.options.images();
  if (images.size() != 1) fail("ablate: expected one IMAGE or --input-npy FILE, or the command retrain, found {} images", images.size());
  const Session session = open_session(args.options);
  Ablation ablation(*session.net, load_input(session, args.options, images.front()));
  nlohmann::ordered_json json{{"image", printable(images.front())}};
  if (args.mutes.empty()) {
    run_ranking(args, session, ablation, std::move(json));
  } else {
    run_mutes(args, session, ablation, std::move(json));
  }
}

}  // namespace

void add_ablate(CLI::App& app) {
  auto args = std::make_shared<Ablate>();
  CLI::App* command = app.add_subcommand("ablate", "What a prediction loses without parts of the network; `ablate retrain`: Table 3");
  command->require_subcommand(0, 1);
  add_options(*command, args->options);
  add_images(*command, args->options, "IMAGE");
  CLI::Option* mute =
      command->add_option("--mute", args->mutes, "LAYER, LAYER:MAP or LAYER:MAP:Y:X, several with commas: the prediction without them")
          ->delimiter(',');
  command->add_option("--layers", args->layers, "whose maps are ranked, such as conv4,conv5; all convolutions by default")
      ->delimiter(',')
      ->excludes(mute);
  command->add_option("--label", args->label, "class by name or number; the most probable by default")->excludes(mute);
  command->add_option("--out", args->out, "folder for the ranking, ablation.png and ablation.csv, or with --mute for muted.json");
  add_ablate_retrain(*command);
  command->callback([args, command] {
    if (command->get_subcommands().empty()) run(*args);
  });
}

}  // namespace zf::cli

// web_forward MODEL.safetensors INPUT.npy [threads]: classifies preprocessed pixels (float32, 1 x C x H x W) and prints what
// `zfscope classify --json` prints.
#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/io/atomic_file.h"
#include "core/io/model.h"
#include "core/nn/prediction.h"
#include "core/tensor/npy.h"

namespace zf {
namespace {

constexpr int kTop = 5;

void run(const std::string& model_path, const std::string& input_path, int threads) {
  Model model = open_model(model_path, {});
  const auto backend = make_cpu_backend(threads);
  const int last = logits_layer(model.network);
  const std::unique_ptr<Net> net = take_net(*backend, model);
  const DeviceTensor x = backend->upload(decode_npy(read_file(input_path), input_path));
  Trace trace;
  net->forward(x, trace, last);
  const Tensor logits = backend->download(trace.output(last));

  nlohmann::ordered_json top = nlohmann::ordered_json::array();
  for (const ClassScore& score : top_classes(probabilities(logits.values()), kTop)) {
    top.push_back({{"class", class_name(model.classes, score.index)}, {"index", score.index}, {"p", score.p}});
  }
  const auto values = logits.values();
  const nlohmann::ordered_json result = {{"image", input_path}, {"top", top}, {"logits", std::vector<float>(values.begin(), values.end())}};
  fmt::print("{}\n", nlohmann::ordered_json{{"results", {result}}}.dump());
}

}  // namespace
}  // namespace zf

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    fmt::print(stderr, "usage: web_forward MODEL.safetensors INPUT.npy [threads]\n");
    return 2;
  }
  try {
    zf::run(argv[1], argv[2], argc == 4 ? std::atoi(argv[3]) : 2);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "web_forward: {}\n", error.what());
    return 1;
  }
}

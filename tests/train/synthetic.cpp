#include "tests/train/synthetic.h"

#include <fstream>
#include <sstream>

#include "core/data/random.h"
#include "core/tensor/error.h"
#include "core/train/initialise.h"
#include "tests/temporary_folder.h"

namespace zf::test {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() : path_(testing::make_temporary_folder()) {}

TemporaryFolder::~TemporaryFolder() {
  std::error_code error;
  fs::remove_all(path_, error);
}

void write_text(const std::string& path, const std::string& text) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path) << text;
}

DecodedImage SyntheticDecoder::decode(std::span<const std::byte> bytes, const std::string& name) const {
  std::istringstream text(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  int kind = 0;
  std::uint64_t seed = 0;
  int width = 0;
  int height = 0;
  if (!(text >> kind >> seed >> width >> height)) fail("{}: expected a synthetic photo, found something else", name);
  Image image = make_image(width, height);
  Random random(seed, RandomUse::kInitialise);
  const auto phase = static_cast<int>(random.below(4));
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < 3 * width; ++x) {
      const int along = kind == 0 ? y : x / 3;
      const double level = kind == 2 ? 128 : ((along + phase) / 2 % 2 == 0 ? 60 : 200);
      image.row(y)[x] = static_cast<std::uint8_t>(level + random.uniform(-40, 40));
    }
  }
  return image;
}

void write_dataset(const std::string& folder, int training, int validation) {
  std::uint64_t seed = 0;
  int kind = 0;
  for (const char* const name : {"across", "along", "plain"}) {
    for (int i = 0; i < training; ++i)
      write_text(fmt::format("{}/train/{}/{}.img", folder, name, i), fmt::format("{} {} 24 20", kind, ++seed));
    for (int i = 0; i < validation; ++i)
      write_text(fmt::format("{}/val/{}/{}.img", folder, name, i), fmt::format("{} {} 20 24", kind, ++seed));
    ++kind;
  }
}

Model tiny_model() {
  Model model;
  model.network.name = "tiny";
  model.network.input = {1, 3, 12, 12};
  model.network.layers = {{"conv1", ConvLayer{6, 3, 1, 1, 1}},
                          {"relu1", ReluLayer{}},
                          {"pool1", MaxPoolLayer{{2, 2, 0, false}}},
                          {"norm1", LrnLayer{}},
                          {"fc2", LinearLayer{12}},
                          {"relu2", ReluLayer{}},
                          {"drop2", DropoutLayer{0.3F}},
                          {"fc3", LinearLayer{3}},
                          {"prob", SoftmaxLayer{}}};
  model.classes = {"across", "along", "plain"};
  model.preprocess.resize = 14;
  model.preprocess.crop = {12, 12};
  model.preprocess.mean = {128, 128, 128};
  model.preprocess.std = {58, 58, 58};
  model.parameters = initialise(model.network, Initialisation::kHe, 7);
  return model;
}

}  // namespace zf::test

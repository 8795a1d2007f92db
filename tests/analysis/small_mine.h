#pragma once

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>

#include "core/data/photo_list.h"
#include "core/data/random.h"
#include "core/io/model.h"
#include "core/tensor/error.h"
#include "tests/io/testing.h"
#include "tests/nn/testing.h"

namespace zf::test {

/// Reads "photo SEED": 52x48 pixels of smooth noise. Anything else is a broken photo.
class NoiseDecoder final : public ImageDecoder {
 public:
  [[nodiscard]] DecodedImage decode(std::span<const std::byte> bytes, const std::string& name) const override {
    const std::string text = testing::text_of(bytes);
    if (text.rfind("photo ", 0) != 0) fail("{}: expected a photo, found something else", name);
    Random random(std::stoull(text.substr(6)), RandomUse::kInitialise);
    Image image = make_image(52, 48);
    int level = 128;
    for (std::uint8_t& value : image.rgb) {
      level = std::clamp(level + static_cast<int>(random.below(61)) - 30, 0, 255);
      value = static_cast<std::uint8_t>(level);
    }
    return image;
  }
};

/// How many photos the tests of mining search.
inline constexpr int kMinedPhotos = 20;

inline Network mined_network() {
  Network network;
  network.name = "mined";
  network.input = {1, 3, 48, 48};
  network.layers = {{"conv1", ConvLayer{6, 5, 2, 1, 1}},
                    {"relu1", ReluLayer{}},
                    {"pool1", MaxPoolLayer{{3, 2, 1, false}}},
                    {"norm1", LrnLayer{}},
                    {"conv2", ConvLayer{8, 3, 1, 1, 1}},
                    {"relu2", ReluLayer{}},
                    {"fc3", LinearLayer{4}},
                    {"prob", SoftmaxLayer{}}};
  return network;
}

inline Preprocess mined_preprocess() {
  Preprocess preprocess;
  preprocess.resize = 48;
  preprocess.crop = {48, 48};
  preprocess.mean = {128, 128, 128};
  preprocess.std = {58, 58, 58};
  return preprocess;
}

inline Parameters mined_parameters(int seed) {
  Parameters parameters = testing::random_parameters(mined_network(), static_cast<unsigned>(seed));
  // A map that nothing excites.
  Tensor& weight = parameters.at("conv2.weight");
  std::fill_n(weight.data() + 3 * weight.shape().item(), weight.shape().item(), 0.0F);
  parameters.at("conv2.bias").data()[3] = -1;
  return parameters;
}

/// A tree of `count` photos in two folders and below, among them a file that is none.
inline void write_photos(const std::filesystem::path& folder, int count) {
  std::filesystem::create_directories(folder / "a/deep");
  std::filesystem::create_directories(folder / "b");
  for (int i = 0; i < count; ++i) {
    const char* const place = i % 3 == 0 ? "a/deep" : (i % 3 == 1 ? "a" : "b");
    std::ofstream(folder / place / (std::to_string(i) + ".img")) << "photo " << i;
  }
  std::ofstream(folder / "b/broken.img") << "no picture";
  std::ofstream(folder / ".hidden") << "photo 99";
}

}  // namespace zf::test

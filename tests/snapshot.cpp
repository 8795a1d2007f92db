#include "tests/snapshot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "core/figures/label.h"
#include "core/io/atomic_file.h"
#include "core/io/image.h"
#include "core/io/resample.h"
#include "core/report/png.h"

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#include <stb/stb_image.h>

namespace zf::testing {

namespace {

constexpr int kReduced = 4;  // pixels of the picture, a side, in one of the snapshot
constexpr int kBlock = 8;    // pixels of the snapshot, a side, that are compared together
constexpr double kMost = 4;  // grey levels that a block may differ by on average

Picture reduced(const Picture& picture) {
  const Image image{picture.width, picture.height, picture.rgb};
  const Image small = resize(image, picture.width / kReduced, picture.height / kReduced);
  return {small.width, small.height, small.rgb};
}

Picture read_png(const std::string& path) {
  int width = 0;
  int height = 0;
  int channels = 0;
  stbi_uc* pixels = stbi_load(path.c_str(), &width, &height, &channels, 3);
  if (pixels == nullptr) return {};
  Picture picture = make_picture(width, height);
  std::copy_n(pixels, picture.rgb.size(), picture.rgb.begin());
  stbi_image_free(pixels);
  return picture;
}

/// The greatest mean difference of a block, and where.
struct Difference {
  double levels = 0;
  int x = 0;
  int y = 0;
};

Difference greatest(const Picture& a, const Picture& b) {
  Difference most;
  for (int top = 0; top < a.height; top += kBlock) {
    for (int left = 0; left < a.width; left += kBlock) {
      double sum = 0;
      int count = 0;
      for (int y = top; y < std::min(top + kBlock, a.height); ++y) {
        for (int x = left; x < std::min(left + kBlock, a.width); ++x) {
          for (int c = 0; c < 3; ++c, ++count) sum += std::abs(int{a.pixel(x, y)[c]} - int{b.pixel(x, y)[c]});
        }
      }
      if (sum / count > most.levels) most = {sum / count, left * kReduced, top * kReduced};
    }
  }
  return most;
}

/// Whether text is as wide as in the snapshots. Other releases of Debian have another Inter.
bool has_the_snapshots_font() { return text_width("AVAVAVAV Snapshots 0123456789", {28, {}, Weight::kRegular}) == 462; }

}  // namespace

void expect_snapshot(const std::string& name, const Picture& picture) {
  const std::string path = std::string(ZF_FIXTURES "/snapshots/") + name + ".png";
  const Picture found = reduced(picture);
  if (std::getenv("ZF_UPDATE_SNAPSHOTS") != nullptr) {
    write_file(path, encode_png(found));
    return;
  }
  if (!has_the_snapshots_font()) GTEST_SKIP() << "the snapshots' text is Inter 3.19, which this machine does not have";
  const Picture expected = read_png(path);
  const std::string kept = name + ".png";
  if (expected.width != found.width || expected.height != found.height) {
    write_file(kept, encode_png(picture));
    ADD_FAILURE() << name << ": expected a picture of " << expected.width << "x" << expected.height << " as the snapshot, found "
                  << found.width << "x" << found.height << "; it is in " << kept;
    return;
  }
  const Difference difference = greatest(expected, found);
  if (difference.levels <= kMost) return;
  write_file(kept, encode_png(picture));
  ADD_FAILURE() << name << ": expected what the snapshot shows, found blocks that differ by up to " << difference.levels
                << " grey levels, most at " << difference.x << ", " << difference.y << "; it is in " << kept;
}

}  // namespace zf::testing

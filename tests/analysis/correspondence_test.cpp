// Table 1 against a direct computation: one image at a time, signs and Hamming distances by the definition.
#include "core/analysis/correspondence.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/deconv/small_net.h"
#include "tests/expect_error.h"

namespace zf {
namespace {

using test::SmallNet;
using testing::expect_error;

constexpr int kFaces = 4;
const std::vector<std::string> kParts{"left_eye", "right_eye", "nose"};

std::vector<Face> faces() {
  std::vector<Face> result;
  for (int i = 0; i < kFaces; ++i) {
    Face face;
    face.image = "face" + std::to_string(i);
    face.pixels = test::random_tensor({1, 3, 37, 41}, static_cast<std::uint32_t>(50 + i));
    face.parts = {{10.0 + i, 12}, {22.0 + i, 12}, {16, 20.0 + i}};
    face.eye_distance = 12;
    result.push_back(std::move(face));
  }
  return result;
}

CorrespondenceOptions options(const SmallNet& small) {
  CorrespondenceOptions o;
  o.layers = {small.layer("conv3"), small.layer("fc4")};
  o.side = 0.5;
  o.draws = 5;
  o.batch = 3;
  return o;
}

std::vector<float> features(SmallNet& small, const Tensor& picture, int layer) {
  DeviceTensor x;
  small.backend->upload(picture, x);
  Trace trace;
  small.net.forward(x, trace);
  const Tensor output = small.backend->download(trace.output(layer));
  return {output.values().begin(), output.values().end()};
}

/// A square of six pixels set to zero.
Tensor with_square(const Tensor& picture, int top, int left) {
  Tensor result = picture;
  for (int c = 0; c < 3; ++c) {
    for (int y = top; y < top + 6; ++y) {
      for (int x = left; x < left + 6; ++x) {
        if (y >= 0 && y < 37 && x >= 0 && x < 41) result.at(0, c, y, x) = 0;
      }
    }
  }
  return result;
}

int sign(float value) { return value > 0 ? 1 : value < 0 ? -1 : 0; }

TEST(Correspondence, AgreesWithADirectComputation) {
  SmallNet small;
  const CorrespondenceOptions o = options(small);
  CorrespondenceJob job(small.net, o, kParts, faces());
  int steps = 1;
  while (job.step() != Step::kDone) ++steps;
  EXPECT_EQ(steps, 1 + 3 + 5 + 5);
  EXPECT_EQ(job.progress(), 1);
  const std::vector<PartResult> results = job.results();
  ASSERT_EQ(results.size(), 5U);
  const std::vector<Face> all = faces();
  double differing = 0;
  for (std::size_t part = 0; part < 3; ++part) {
    for (std::size_t k = 0; k < 2; ++k) {
      std::vector<std::vector<int>> signs;
      for (const Face& face : all) {
        const int top = static_cast<int>(std::lround(face.parts[part].y - 3));
        const int left = static_cast<int>(std::lround(face.parts[part].x - 3));
        const std::vector<float> clean = features(small, face.pixels, o.layers[k]);
        const std::vector<float> masked = features(small, with_square(face.pixels, top, left), o.layers[k]);
        signs.emplace_back();
        for (std::size_t i = 0; i < clean.size(); ++i) signs.back().push_back(sign(clean[i] - masked[i]));
      }
      double sum = 0;
      double squares = 0;
      for (std::size_t a = 0; a < all.size(); ++a) {
        for (std::size_t b = 0; b < all.size(); ++b) {
          if (a == b) continue;
          double differ = 0;
          for (std::size_t i = 0; i < signs[a].size(); ++i) differ += signs[a][i] != signs[b][i] ? 1 : 0;
          differ /= static_cast<double>(signs[a].size());
          EXPECT_NEAR(results[part].pairs[k][a * all.size() + b], differ, 1e-12);
          sum += differ;
          squares += differ * differ;
        }
      }
      const double pairs = kFaces * (kFaces - 1);
      EXPECT_EQ(results[part].name, kParts[part]);
      EXPECT_NEAR(results[part].mean[k], sum / pairs, 1e-12);
      // Every pair counts twice among ordered ones, once in the sample deviation.
      const double variance = (squares / 2 - sum * sum / (2 * pairs)) / (pairs / 2 - 1);
      EXPECT_NEAR(results[part].deviation[k], std::sqrt(variance), 1e-9);
      EXPECT_NEAR(results[part].interval[k].value, sum / pairs, 1e-12);
      EXPECT_NEAR(results[part].minus_random[k].value, sum / pairs - results[3].mean[k], 1e-12);
      differing += sum;
    }
  }
  EXPECT_GT(differing, 0);
  EXPECT_EQ(results[3].name, "random");
  EXPECT_EQ(results[4].name, "anywhere");
}

TEST(Correspondence, RandomPlacesFollowTheSeedAndStayWhereTheyShould) {
  SmallNet small;
  const CorrespondenceJob job(small.net, options(small), kParts, faces());
  const CorrespondenceJob again(small.net, options(small), kParts, faces());
  CorrespondenceOptions other = options(small);
  other.seed = 2;
  const CorrespondenceJob different(small.net, other, kParts, faces());
  std::set<std::pair<double, double>> seen;
  double furthest = 0;
  for (int draw = 0; draw < 200; ++draw) {
    for (std::size_t i = 0; i < kFaces; ++i) {
      const Face& face = job.faces()[i];
      const Place on_face = job.places(3, draw)[i];
      EXPECT_EQ(on_face.x, again.places(3, draw)[i].x);
      EXPECT_NE(on_face.x, different.places(3, draw)[i].x);
      EXPECT_GE(on_face.x, face.parts[0].x - 6);
      EXPECT_LE(on_face.x, face.parts[1].x + 6);
      EXPECT_GE(on_face.y, 12 - 6);
      EXPECT_LE(on_face.y, face.parts[2].y + 6);
      const Place anywhere = job.places(4, draw)[i];
      EXPECT_GE(std::min(anywhere.x, anywhere.y), 3);
      EXPECT_LE(anywhere.x, 41 - 3);
      EXPECT_LE(anywhere.y, 37 - 3);
      furthest = std::max(furthest, anywhere.x);
      EXPECT_TRUE(seen.insert({on_face.x, on_face.y}).second);
    }
  }
  EXPECT_GT(furthest, 37);
}

TEST(Correspondence, MasksAreZerosCutOffAtTheEdge) {
  SmallNet small;
  const CorrespondenceJob job(small.net, options(small), kParts, faces());
  const Tensor masked = job.masked(job.faces()[0], {1, 36});
  EXPECT_EQ(masked.at(0, 2, 36, 0), 0);
  EXPECT_EQ(masked.at(0, 0, 33, 3), 0);
  EXPECT_EQ(masked.at(0, 0, 33, 4), job.faces()[0].pixels.at(0, 0, 33, 4));
  EXPECT_EQ(masked.at(0, 0, 32, 0), job.faces()[0].pixels.at(0, 0, 32, 0));
}

TEST(Correspondence, ZeroIsASignOfItsOwn) {
  const std::vector<float> clean{1, 2, 0, 5, 1};
  const std::vector<float> masked{2, 1, 0, 5, 1.000001F};
  EXPECT_EQ(change_signs(clean, masked), (std::vector<std::int8_t>{-1, 1, 0, 0, 0}));
  EXPECT_DOUBLE_EQ(hamming(std::vector<std::int8_t>{-1, 0, 1, 1}, std::vector<std::int8_t>{1, 0, 0, 1}), 0.5);
}

TEST(Correspondence, TheSameFaceTwiceAgreesWithItself) {
  SmallNet small;
  std::vector<Face> twins = faces();
  twins.resize(2);
  twins[1] = twins[0];
  CorrespondenceJob job(small.net, options(small), kParts, twins);
  run(job);
  const std::vector<PartResult> results = job.results();
  EXPECT_EQ(results[0].mean[0], 0);
  EXPECT_GT(results[3].mean[0], 0);
  EXPECT_LT(results[0].minus_random[0].high, 0);
}

TEST(Correspondence, BadInputIsAnError) {
  SmallNet small;
  std::vector<Face> one = faces();
  one.resize(1);
  expect_error([&] { CorrespondenceJob(small.net, options(small), kParts, one); }, {"two faces", "found 1"});
  CorrespondenceOptions wide = options(small);
  wide.side = 4;
  expect_error([&] { CorrespondenceJob(small.net, wide, kParts, faces()); }, {"face0", "1 to 37", "found 48"});
  wide.side = 0.01;
  expect_error([&] { CorrespondenceJob(small.net, wide, kParts, faces()); }, {"face0", "found 0"});
  expect_error([&] { CorrespondenceJob(small.net, options(small), {"nose"}, faces()); }, {"face0", "1 parts", "found 3"});
  const CorrespondenceJob job(small.net, options(small), kParts, faces());
  expect_error([&] { (void)job.results(); }, {"finished", "0 %"});
}

}  // namespace
}  // namespace zf

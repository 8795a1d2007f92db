#include "core/analysis/correspondence.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/data/random.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

constexpr std::size_t kLayers = 2;

struct Bounds {
  Place low;
  Place high;
};

/// Where the middle of a square of `side` pixels may lie so that it stays inside the picture.
Bounds inside(Size picture, int side) {
  const double half = side / 2.0;
  return {{half, half}, {picture.w - half, picture.h - half}};
}

/// The face's box, as far as squares in it stay inside the picture.
Bounds on_face(const Face& face, Size picture, int side) {
  const Bounds all = inside(picture, side);
  Place low = face.parts.front();
  Place high = low;
  for (const Place& part : face.parts) {
    low = {std::min(low.x, part.x), std::min(low.y, part.y)};
    high = {std::max(high.x, part.x), std::max(high.y, part.y)};
  }
  const double margin = face.eye_distance / 2;
  const auto within = [](double value, double least, double most) { return std::clamp(value, least, most); };
  return {{within(low.x - margin, all.low.x, all.high.x), within(low.y - margin, all.low.y, all.high.y)},
          {within(high.x + margin, all.low.x, all.high.x), within(high.y + margin, all.low.y, all.high.y)}};
}

/// The mean over ordered pairs of different subjects; a face that was drawn twice is no pair.
double pair_mean(const std::vector<double>& pairs, std::size_t faces, std::span<const std::size_t> subjects) {
  double sum = 0;
  std::size_t count = 0;
  for (const std::size_t a : subjects) {
    for (const std::size_t b : subjects) {
      if (a == b) continue;
      sum += pairs[a * faces + b];
      ++count;
    }
  }
  // One face drawn every time says nothing about pairs: it counts as the mean of its pairs with all others.
  if (count == 0) {
    for (std::size_t b = 0; b < faces; ++b) sum += pairs[subjects.front() * faces + b];
    count = faces - 1;
  }
  return sum / static_cast<double>(count);
}

}  // namespace

std::vector<std::int8_t> change_signs(std::span<const float> clean, std::span<const float> masked) {
  if (clean.size() != masked.size()) fail("correspondence: expected features of {} units, found {}", clean.size(), masked.size());
  constexpr float kRounding = 1e-6F;
  float greatest = 0;
  for (const float value : clean) greatest = std::max(greatest, std::abs(value));
  const float zero = kRounding * greatest;
  std::vector<std::int8_t> signs(clean.size());
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const float change = clean[i] - masked[i];
    signs[i] = static_cast<std::int8_t>((change > zero ? 1 : 0) - (change < -zero ? 1 : 0));
  }
  return signs;
}

double hamming(std::span<const std::int8_t> a, std::span<const std::int8_t> b) {
  if (a.size() != b.size() || a.empty()) fail("hamming: expected two vectors of one length, found {} and {}", a.size(), b.size());
  std::size_t differ = 0;
  for (std::size_t i = 0; i < a.size(); ++i) differ += a[i] != b[i] ? 1U : 0U;
  return static_cast<double>(differ) / static_cast<double>(a.size());
}

int mask_side(double side, double eye_distance) {
  constexpr double kMost = 1 << 20;
  return static_cast<int>(std::lround(std::clamp(side * eye_distance, 0.0, kMost)));
}

CorrespondenceJob::CorrespondenceJob(const Net& net, CorrespondenceOptions options, std::vector<std::string> parts, std::vector<Face> faces)
    : net_(&net), options_(options), faces_(std::move(faces)) {
  if (faces_.size() < 2) fail("correspondence: expected at least two faces to compare, found {}", faces_.size());
  if (options_.draws < 1 || options_.batch < 1) {
    fail("correspondence: expected at least one draw and a batch of 1, found {} and {}", options_.draws, options_.batch);
  }
  const Size picture = net.network().input.map();
  for (const Face& face : faces_) {
    if (face.parts.size() != parts.size()) fail("{}: expected {} parts, found {}", face.image, parts.size(), face.parts.size());
    const int side = mask_side(face);
    if (side < 1 || side > std::min(picture.h, picture.w)) {
      fail("{}: expected a mask of 1 to {} pixels a side, found {} ({} times the {:.1f} pixels between the eyes)", face.image,
           std::min(picture.h, picture.w), side, options_.side, face.eye_distance);
    }
  }
  for (std::string& part : parts) lines_.push_back({std::move(part), 1, {}, {}});
  lines_.push_back({"random", options_.draws, {}, {}});
  lines_.push_back({"anywhere", options_.draws, {}, {}});
  for (Line& line : lines_) {
    for (std::vector<double>& sum : line.sum) sum.assign(faces_.size() * faces_.size(), 0.0);
  }
}

int CorrespondenceJob::mask_side(const Face& face) const { return zf::mask_side(options_.side, face.eye_distance); }

Tensor CorrespondenceJob::masked(const Face& face, const Place& place) const {
  Tensor picture = face.pixels;
  const Shape& shape = picture.shape();
  const int side = mask_side(face);
  const int top = static_cast<int>(std::lround(place.y - side / 2.0));
  const int left = static_cast<int>(std::lround(place.x - side / 2.0));
  for (int c = 0; c < shape.c; ++c) {
    for (int y = std::max(top, 0); y < std::min(top + side, shape.h); ++y) {
      for (int x = std::max(left, 0); x < std::min(left + side, shape.w); ++x) picture.at(0, c, y, x) = 0;
    }
  }
  return picture;
}

std::vector<Place> CorrespondenceJob::places(std::size_t line, int draw) const {
  const std::size_t parts = lines_.size() - 2;
  const Size picture = net_->network().input.map();
  std::vector<Place> result;
  for (std::size_t i = 0; i < faces_.size(); ++i) {
    const Face& face = faces_[i];
    if (line < parts) {
      result.push_back(face.parts[line]);
      continue;
    }
    const int side = mask_side(face);
    const Bounds bounds = line == parts ? on_face(face, picture, side) : inside(picture, side);
    const auto sequence = static_cast<std::uint64_t>(draw) * 2 + (line == parts ? 0 : 1);
    Random random(options_.seed, RandomUse::kPlaces, sequence, i);
    const double x = random.uniform(bounds.low.x, bounds.high.x);
    const double y = random.uniform(bounds.low.y, bounds.high.y);
    result.push_back({x, y});
  }
  return result;
}

/// Starts a pass of the pictures, batch after batch: both layers' tickets of each.
std::vector<Readback> CorrespondenceJob::ask(const std::vector<Tensor>& pictures) {
  const Shape& input = net_->network().input;
  Backend& backend = net_->backend();
  std::vector<Readback> tickets;
  const auto batch = static_cast<std::size_t>(options_.batch);
  for (std::size_t first = 0; first < pictures.size(); first += batch) {
    const std::size_t count = std::min(batch, pictures.size() - first);
    Tensor images = Tensor::uninitialised({static_cast<int>(count), input.c, input.h, input.w});
    for (std::size_t i = 0; i < count; ++i) {
      const auto from = pictures[first + i].values();
      std::copy(from.begin(), from.end(), images.values().begin() + static_cast<std::ptrdiff_t>(i * input.item()));
    }
    backend.upload(images, input_);
    net_->forward(input_, trace_, std::max(options_.layers[0], options_.layers[1]));
    for (const int layer : options_.layers) tickets.push_back(backend.read(trace_.output(layer)));
  }
  return tickets;
}

/// What came of it: each layer's output of all faces.
std::array<Tensor, 2> CorrespondenceJob::features(std::vector<Readback>& answers) const {
  std::array<Tensor, kLayers> result;
  std::array<float*, kLayers> next{};
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const std::size_t k = i % kLayers;
    const Tensor part = answers[i].take();
    if (next[k] == nullptr) {
      Shape shape = part.shape();
      shape.n = static_cast<int>(faces_.size());
      result[k] = Tensor::uninitialised(shape);
      next[k] = result[k].data();
    }
    next[k] = std::copy_n(part.data(), part.size(), next[k]);
  }
  return result;
}

void CorrespondenceJob::add(Line& line, const std::array<Tensor, 2>& changed) const {
  const std::size_t faces = faces_.size();
  for (std::size_t k = 0; k < kLayers; ++k) {
    std::vector<std::vector<std::int8_t>> signs;
    for (std::size_t i = 0; i < faces; ++i) signs.push_back(change_signs(clean_[k].item(i), changed[k].item(i)));
    for (std::size_t a = 0; a < faces; ++a) {
      for (std::size_t b = a + 1; b < faces; ++b) {
        const double distance = hamming(signs[a], signs[b]);
        line.values[k].push_back(distance);
        line.sum[k][a * faces + b] += distance;
        line.sum[k][b * faces + a] += distance;
      }
    }
  }
}

/// The faces as they are go first.
Step CorrespondenceJob::step() {
  return in_flight_.step([this] { return line_ < lines_.size(); }, [this] { start_masking(); });
}

void CorrespondenceJob::start_masking() {
  std::vector<Tensor> pictures;
  if (!begun_) {
    begun_ = true;
    for (const Face& face : faces_) pictures.push_back(face.pixels);
    in_flight_.add(ask(pictures), [this](std::vector<Readback>& answers) { clean_ = features(answers); });
    return;
  }
  const std::vector<Place> at = places(line_, masking_);
  for (std::size_t i = 0; i < faces_.size(); ++i) pictures.push_back(masked(faces_[i], at[i]));
  in_flight_.add(ask(pictures), [this, line = line_](std::vector<Readback>& answers) {
    add(lines_[line], features(answers));
    ++done_;
  });
  if (++masking_ < lines_[line_].maskings) return;
  ++line_;
  masking_ = 0;
}

double CorrespondenceJob::progress() const {
  int all = 0;
  for (const Line& line : lines_) all += line.maskings;
  return static_cast<double>(done_) / all;
}

std::vector<PartResult> CorrespondenceJob::results(const Bootstrap& bootstrap) const {
  if (progress() < 1) fail("correspondence: expected a finished job, found {:.0f} % done", 100 * progress());
  std::vector<PartResult> results;
  for (const Line& line : lines_) {
    PartResult result;
    result.name = line.name;
    for (std::size_t k = 0; k < kLayers; ++k) {
      result.pairs[k] = line.sum[k];
      for (double& value : result.pairs[k]) value /= line.maskings;
      result.mean[k] = zf::mean(line.values[k]);
      result.deviation[k] = line.values[k].size() > 1 ? standard_deviation(line.values[k]) : 0;
    }
    results.push_back(std::move(result));
  }
  const std::size_t faces = faces_.size();
  const std::array<std::vector<double>, 2> random = results[results.size() - 2].pairs;
  for (PartResult& result : results) {
    for (std::size_t k = 0; k < kLayers; ++k) {
      const auto of = [&](const std::vector<double>& pairs) {
        return [&pairs, faces](std::span<const std::size_t> subjects) { return pair_mean(pairs, faces, subjects); };
      };
      result.interval[k] = zf::bootstrap(faces, of(result.pairs[k]), bootstrap);
      std::vector<double> difference = result.pairs[k];
      for (std::size_t i = 0; i < difference.size(); ++i) difference[i] -= random[k][i];
      result.minus_random[k] = zf::bootstrap(faces, of(difference), bootstrap);
    }
  }
  return results;
}

}  // namespace zf

#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/analysis/annotations.h"
#include "core/analysis/statistics.h"
#include "core/backend/in_flight.h"
#include "core/nn/net.h"
#include "core/tensor/job.h"
#include "core/tensor/tensor.h"

namespace zf {

/// -1, 0 or 1 for each element of clean - masked. What lies within rounding of zero (a millionth of the layer's greatest
/// magnitude) is zero, which is a sign of its own.
[[nodiscard]] std::vector<std::int8_t> change_signs(std::span<const float> clean, std::span<const float> masked);

/// The part of the places at which two of equal length differ.
[[nodiscard]] double hamming(std::span<const std::int8_t> a, std::span<const std::int8_t> b);

/// The side of a face's masks in pixels, from their side in distances between the eyes.
[[nodiscard]] int mask_side(double side, double eye_distance);

struct CorrespondenceOptions {
  std::array<int, 2> layers{};  ///< indices, such as of stage_end(network, 5) and (network, 7)
  double side = 0.6;            ///< of the masks, in distances between the eyes
  int draws = 100;              ///< of random places, of each kind
  std::uint64_t seed = 1;
  int batch = 32;
};

/// One line of Table 1.
struct PartResult {
  std::string name;
  /// faces x faces for either layer: the Hamming distance between two faces' signs of change, mean over draws.
  std::array<std::vector<double>, 2> pairs;
  std::array<double, 2> mean{};       ///< over all pairs of different faces
  std::array<double, 2> deviation{};  ///< over the pairs (of all draws)
  std::array<Estimate, 2> interval;   ///< of the mean, over faces
  /// The part's mean minus that of random places on the face, faces drawn together; zero for the random places themselves.
  std::array<Estimate, 2> minus_random;
};

/// Fig. 8 and Table 1: the same part is masked in every face; how much do the changes of the features agree in sign? Lower means
/// that the network relates the part across faces. Masks are squares of zeros, that is of the mean colour. The last two lines
/// mask random places, every face its own: anywhere on the face (the box that holds its parts, widened to either side by
/// half the distance between its eyes) and anywhere in the picture.
class CorrespondenceJob : public Job {
 public:
  /// `parts` names the faces' parts. Throws where there are fewer than two faces, or the masks are wider than the picture or
  /// narrower than a pixel.
  CorrespondenceJob(const Net& net, CorrespondenceOptions options, std::vector<std::string> parts, std::vector<Face> faces);

  Step step() override;
  [[nodiscard]] double progress() const override;
  /// The parts, then "random" (on the face) and "anywhere"; when all is done.
  [[nodiscard]] std::vector<PartResult> results(const Bootstrap& bootstrap = {}) const;
  [[nodiscard]] const std::vector<Face>& faces() const { return faces_; }

  /// The side of a face's mask in pixels.
  [[nodiscard]] int mask_side(const Face& face) const;
  /// Where each face is masked in a line of the table, for a draw of its random places.
  [[nodiscard]] std::vector<Place> places(std::size_t line, int draw) const;
  /// A face with a square of zeros about a place; what hangs over the picture's edge is cut off.
  [[nodiscard]] Tensor masked(const Face& face, const Place& place) const;

 private:
  /// All pairs' distances under one masking after another of a line of the table.
  struct Line {
    std::string name;
    int maskings = 1;
    std::array<std::vector<double>, 2> sum;     // faces x faces
    std::array<std::vector<double>, 2> values;  // of every pair and masking
  };
  void start_masking();
  [[nodiscard]] std::vector<Readback> ask(const std::vector<Tensor>& pictures);
  [[nodiscard]] std::array<Tensor, 2> features(std::vector<Readback>& answers) const;
  void add(Line& line, const std::array<Tensor, 2>& changed) const;

  const Net* net_;
  CorrespondenceOptions options_;
  std::vector<Face> faces_;
  std::array<Tensor, 2> clean_;
  std::vector<Line> lines_;
  std::size_t line_ = 0;  ///< to be masked next, and its masking
  int masking_ = 0;
  bool begun_ = false;
  int done_ = 0;  ///< maskings
  InFlight in_flight_;
  DeviceTensor input_;
  Trace trace_;
};

}  // namespace zf

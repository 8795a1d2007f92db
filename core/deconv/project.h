#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/deconv/seed.h"
#include "core/nn/backward.h"
#include "core/nn/net.h"
#include "core/nn/receptive_field.h"
#include "core/tensor/tensor.h"

namespace zf {

/// What the seeds of a batch look like in pixels: item k (C, h, w) is the part of the input at at[k] that seed k can reach,
/// exactly what the rule gives in front of the first layer, unscaled and signed, channels in the model's order. Everything
/// outside it is zero.
struct Projections {
  Tensor pixels;
  std::vector<Window> at;
  Size input;  ///< height and width of the network's input

  /// Item k on the whole input: (1, C, H, W).
  [[nodiscard]] Tensor whole(int item) const;
  /// Item k on a rectangle of the input, such as its receptive field: (1, C, rect.h, rect.w).
  [[nodiscard]] Tensor part(int item, const PixelRect& rect) const;
};

/// Projections on their way from the device.
class PendingProjections {
 public:
  /// Waits for them. Call once.
  [[nodiscard]] Projections take();
  [[nodiscard]] bool ready() const;

 private:
  friend class Projector;
  std::vector<Readback> chunks_;
  std::vector<Window> at_;
  Size input_;
};

/// Projects activations of a forward trace to pixels (section 2.1). Only the windows that the seeds can reach are computed,
/// and they equal the projection of whole maps. Net and trace must outlive it; the trace may be filled anew between calls. Seeds
/// bring their values, so that the trace need only reach last_traced_layer.
/// Device memory is kept from call to call.
class Projector {
 public:
  static constexpr std::size_t kDefaultMemory = std::size_t{128} << 20;

  /// Batches are cut so that signals take about `memory` bytes of the device.
  Projector(const Net& net, const Trace& trace, Rule rule, LrnBackward lrn = LrnBackward::kPass, std::size_t memory = kDefaultMemory)
      : net_(&net), trace_(&trace), pass_(net, trace, rule, lrn), memory_(memory) {}

  /// One projection a seed at the output of `layer` (an index of find_layer, below softmax).
  [[nodiscard]] Projections project(int layer, std::span<const Seed> seeds) { return start(layer, seeds).take(); }
  /// The same, without waiting for it.
  [[nodiscard]] PendingProjections start(int layer, std::span<const Seed> seeds);
  /// One projection a map, with all its activations at once.
  [[nodiscard]] Projections project_maps(int layer, std::span<const MapSeed> seeds);

 private:
  template <typename AnySeed>
  [[nodiscard]] PendingProjections project_in_chunks(int layer, std::span<const AnySeed> seeds, Size window);
  void plant(int layer, std::span<const Seed> seeds);
  void plant(int layer, std::span<const MapSeed> seeds);
  [[nodiscard]] std::size_t peak_bytes(int layer, Size window) const;

  const Net* net_;
  const Trace* trace_;
  BackwardPass pass_;
  std::size_t memory_;
  Signal signal_;
};

}  // namespace zf

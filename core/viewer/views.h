#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/analysis/ablation.h"
#include "core/deconv/project.h"
#include "core/figures/colormap.h"
#include "core/io/model.h"
#include "core/nn/net.h"
#include "core/report/scaled.h"
#include "core/report/story.h"
#include "core/viewer/sheet.h"

namespace zf::viewer {

/// A network on a backend. Only jobs touch it; the thread that draws hands it from one to the next.
struct Scope {
  std::shared_ptr<Backend> backend;
  std::unique_ptr<Net> net;
};

struct Probe;

/// A photo's forward pass, and what later jobs found beside it. Only jobs touch it.
struct Look {
  std::shared_ptr<Scope> scope;
  DeviceTensor input;                  ///< (1, C, H, W)
  Trace trace;                         ///< up to the logits
  std::unique_ptr<Ablation> ablation;  ///< made by the first job that mutes
  std::shared_ptr<Probe> probe;        ///< made by the first job that transforms
};

// What jobs deliver and panels show: plain data on the host.

/// The paper's "layer k": what it gives to the next, and how people call it ("layer 1 (norm1)").
struct StageView {
  int layer = 0;  ///< index
  std::string name;
  friend bool operator==(const StageView&, const StageView&) = default;
};

struct ModelView {
  std::string path;
  std::vector<std::string> notes;  ///< what of another program's file had to be chosen, and why
  Network network;
  std::vector<Shape> shapes;  ///< of every layer
  std::vector<std::string> classes;
  Preprocess preprocess;
  std::optional<KnownRule> known;
  std::vector<LayerStory> layers;  ///< those that a viewer sees, without maps and units
  std::vector<StageView> stages;   ///< from the paper's layer 1 on
  std::int64_t parameters = 0;
  std::string backend_name;  ///< as the host knows it
  std::string backend;       ///< what runs, in words
  bool trains = false;       ///< whether that can train
  std::shared_ptr<Scope> scope;

  /// The layer of that name, or null.
  [[nodiscard]] const LayerStory* find(const std::string& name) const;
  /// The name that a viewer knows a layer by: "conv5" for the ReLU behind it.
  [[nodiscard]] std::string view_name(int layer) const;
  /// Two of the paper's layers as places in `stages`; where it counts further than this network goes, the last below the scores.
  [[nodiscard]] std::array<int, 2> held(const std::array<int, 2>& numbers) const;
};

struct PhotoView {
  std::string path;                  ///< of the file; empty of live pictures
  std::string name;                  ///< of the file, or "Camera"
  std::vector<std::string> notes;    ///< what a person should know about the file
  Size size;                         ///< of the picture in the file, which may have been read at a part of it
  Image view;                        ///< the part that the network sees, at its input size
  Tensor input;                      ///< the same, preprocessed: (1, channels, H, W)
  std::vector<float> probabilities;  ///< empty until the forward pass is done
  std::vector<ClassStory> top;       ///< the five most probable
  std::optional<Knowledge> knowledge;
  double seconds = 0;  ///< of the forward pass
  std::shared_ptr<Look> look;
};

struct LayerView {
  LayerStory story;  ///< with its maps
  Range range;       ///< of the colours
  Colormap colormap = Colormap::kHeat;
  std::vector<Seed> strongest;   ///< every map's strongest place
  std::vector<int> by_strength;  ///< maps, strongest first
  std::vector<Sheet> sheets;
};

struct UnitView {
  std::string layer;
  Seed seed;
  PixelRect field;                                        ///< its receptive field; may hang over the photo
  std::array<std::optional<Projections>, 3> projections;  ///< by rule; those that are done
};

/// The prediction with muted maps.
struct MutedView {
  std::vector<float> probabilities;
};

}  // namespace zf::viewer

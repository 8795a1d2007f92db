#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/deconv/project.h"
#include "core/deconv/seed.h"
#include "core/io/image.h"
#include "core/io/preprocess.h"
#include "core/nn/known.h"
#include "core/nn/net.h"
#include "core/nn/receptive_field.h"
#include "core/report/ablation_figure.h"
#include "core/report/occlusion_figure.h"
#include "core/tensor/tensor.h"

namespace zf {

/// One activation and what it looks like in pixels.
struct UnitStory {
  Seed seed;          ///< map, place on the map, activation
  PixelRect field;    ///< its receptive field on the photo; may hang over the edge
  Tensor projection;  ///< the field's part of the projection (1, C, h, w), signed; 0 outside the photo
};

/// What one layer does with a photo.
struct LayerStory {
  std::string name;  ///< as find_layer knows it: "conv1", "pool1", ..., "logits"
  int layer = 0;     ///< its index
  Layer source;      ///< the layer of that name
  std::string then;  ///< what its output goes through up to `layer`: "ReLU"; empty where that is itself
  int stage = 0;     ///< the paper's layer number: conv and linear layers so far
  Tensor maps;       ///< (1, C, h, w)
  ReceptiveField field;
  std::vector<UnitStory> units;  ///< of conv layers: the strongest maps at their strongest places, best first
};

/// What there is to say about a layer before a photo: all but its maps and units. `name` is one of view_names.
[[nodiscard]] LayerStory describe_layer(const Network& network, const std::string& name);

struct ClassStory {
  std::string name;
  int index = 0;
  float p = 0;
};

/// Everything that a report tells about one photo: data only, from which page and files are drawn.
struct Story {
  std::string image;    ///< the photo's name
  Image view;           ///< the part that the network sees, at its input size
  std::string model;    ///< the network's name
  std::string backend;  ///< what computed it
  Rule rule = Rule::kDeconvnet;
  std::string order;                ///< of the projections' channels: "rgb" or "bgr"
  std::vector<ClassStory> classes;  ///< the most probable, best first
  std::size_t class_count = 0;      ///< that the network knows
  std::optional<Knowledge> knowledge;
  std::vector<LayerStory> layers;  ///< bottom up
  OcclusionStory occlusion;        ///< of the most probable class; without places where the network has no convolution
  AblationStory ablation;          ///< of all convolutions; without drops where it has none
  double seconds = 0;              ///< for all of it; 0: not told, for reports that are the same each time
};

/// A photo as a network takes it.
struct StoryInput {
  Image view;    ///< the part that the network sees
  Tensor input;  ///< (1, channels, H, W), preprocessed
};

/// Of a photo of any size; on any thread.
[[nodiscard]] StoryInput story_input(const Preprocess& preprocess, const Image& photo);

struct StoryOptions {
  int units = 9;  ///< strongest maps to project, of every conv layer
  int classes = 5;
  std::optional<KnownRule> known = std::nullopt;  ///< the model's
  Rule rule = Rule::kDeconvnet;
  LrnBackward lrn = LrnBackward::kPass;
};

/// Tells stories with one network, keeping device memory from photo to photo. The net must outlive it.
class StoryTeller {
 public:
  /// `classes` may be empty or name fewer classes than the network has.
  StoryTeller(const Net& net, Preprocess preprocess, std::vector<std::string> classes, const StoryOptions& options);

  /// Throws where the network cannot take the photo or its numbers are not finite.
  [[nodiscard]] Story tell(const std::string& name, StoryInput photo);
  /// Of a photo of any size.
  [[nodiscard]] Story tell(const std::string& name, const Image& photo) { return tell(name, story_input(preprocess_, photo)); }
  /// Of an input that is already preprocessed: (1, channels, H, W).
  [[nodiscard]] Story tell(const std::string& name, const Tensor& input);

 private:
  [[nodiscard]] LayerStory tell_layer(const std::string& name);
  void tell_units(LayerStory& story);
  void tell_experiments(const Tensor& input, Story& story);

  const Net* net_;
  Preprocess preprocess_;
  std::vector<std::string> classes_;
  StoryOptions options_;
  DeviceTensor input_;
  Trace trace_;
  Projector projector_;
};

}  // namespace zf

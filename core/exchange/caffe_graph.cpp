#include "core/exchange/caffe_graph.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/exchange/caffe_schema.h"
#include "core/io/quotable.h"
#include "core/tensor/error.h"

namespace zf::caffe {

namespace {

constexpr std::size_t kMaxLayers = 20'000;

/// NetStateRule: whether a network in this state is one that it means.
bool applies(const Message& rule, const Message& state) {
  if (rule.has("phase") && rule.text("phase") != state.text("phase", "TEST")) return false;
  const int level = state.integer("level", 0);
  if (level < rule.integer("min_level", level) || level > rule.integer("max_level", level)) return false;
  const std::vector<std::string> stages = state.texts("stage");
  const auto is_on = [&](const std::string& stage) { return std::find(stages.begin(), stages.end(), stage) != stages.end(); };
  const std::vector<std::string> wanted = rule.texts("stage");
  const std::vector<std::string> unwanted = rule.texts("not_stage");
  return std::all_of(wanted.begin(), wanted.end(), is_on) && std::none_of(unwanted.begin(), unwanted.end(), is_on);
}

bool is_included(const Message& layer, const Message& state) {
  const auto any = [&](const char* rules) {
    const auto found = layer.messages(rules);
    return std::any_of(found.begin(), found.end(), [&](const Message* rule) { return applies(*rule, state); });
  };
  return layer.has("include") ? any("include") : !any("exclude");
}

/// Layers that only train or measure.
bool is_measure(const std::string& type) {
  return type.ends_with("Loss") || type == "Accuracy" || type == "Silence" || type == "HDF5Output";
}

/// What gives images.
bool is_source(const std::string& type) {
  constexpr std::array kSources = std::to_array<std::string_view>({"Input", "Data", "ImageData", "HDF5Data", "MemoryData"});
  return std::find(kSources.begin(), kSources.end(), type) != kSources.end();
}

struct Source {
  std::string name;  ///< of the value
  int value = -1;
  Dims dims;                       ///< as far as the file says them; 0 where it does not
  const Message* layer = nullptr;  ///< none: the network's own input
};

Dims dims_of(const Message& shape) {
  Dims dims;
  for (const int dim : shape.integers("dim")) dims.push_back(dim);
  return dims;
}

/// A field of what transforms the images, which old files have among the source's own.
template <typename Read>
void each_transform(const Message& layer, Read read) {
  for (const char* name : {"data_param", "image_data_param", "transform_param"}) read(layer.message(name));
}

class GraphBuilder {
 public:
  GraphBuilder(const Message& net, const WeightsFile& weights, const GraphOptions& options)
      : net_(net), weights_(weights), options_(options) {}

  Graph build() {
    graph_.name = net_.text("name");
    const std::vector<const Message*> layers = included();
    add_inputs();
    for (const Message* layer : layers) add(*layer);
    choose_output();
    drop_unneeded();
    choose_input();
    return std::move(graph_);
  }

 private:
  /// Layers of the phase TEST. Training's source stays where there is no other.
  std::vector<const Message*> included() {
    std::vector<const Message*> all = net_.messages("layer");
    const std::vector<const Message*> old = net_.messages("layers");
    all.insert(all.end(), old.begin(), old.end());
    if (all.empty()) fail("expected layers, found none");
    if (all.size() > kMaxLayers) fail("expected at most {} layers, found more", kMaxLayers);
    const Message& state = net_.message("state");
    const auto type_of = [](const Message* layer) { return std::string(new_type(layer->text("type"))); };
    const bool has_source = net_.has("input") || std::any_of(all.begin(), all.end(), [&](const Message* layer) {
                              return is_source(type_of(layer)) && is_included(*layer, state);
                            });
    std::vector<const Message*> kept;
    for (const Message* layer : all) {
      if (layer->has("layer"))
        fail("expected layers of Caffe 1, found ones of its first months; upgrade_net_proto_text makes new ones of them");
      if (is_included(*layer, state) || (!has_source && is_source(type_of(layer)))) kept.push_back(layer);
    }
    return kept;
  }

  int new_value(const std::string& name) {
    names_.push_back(name);
    values_[name] = static_cast<int>(names_.size()) - 1;
    return values_[name];
  }

  /// The network's own fields `input`, with `input_shape` or four `input_dim` each.
  void add_inputs() {
    constexpr std::size_t kOldDims = 4;
    const std::vector<std::string> inputs = net_.texts("input");
    const std::vector<const Message*> shapes = net_.messages("input_shape");
    const std::vector<int> sides = net_.integers("input_dim");
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      Source source{inputs[i], new_value(inputs[i]), {}, nullptr};
      if (i < shapes.size()) source.dims = dims_of(*shapes[i]);
      if (shapes.empty() && sides.size() >= (i + 1) * kOldDims) {
        const auto from = sides.begin() + static_cast<std::ptrdiff_t>(i * kOldDims);
        source.dims.assign(from, from + kOldDims);
      }
      sources_.push_back(std::move(source));
    }
  }

  void add(const Message& layer) {
    Node node{layer.text("name"), std::string(new_type(layer.text("type"))), &layer, {}, {}};
    if (is_measure(node.type)) return;
    if (is_source(node.type)) return add_source(node);
    for (const std::string& bottom : layer.texts("bottom")) {
      const auto found = values_.find(bottom);
      if (found == values_.end()) {
        fail("layer \"{}\" ({}): expected a bottom that a layer before it gives, found \"{}\"", quotable(node.name), quotable(node.type),
             quotable(bottom));
      }
      node.inputs.push_back(found->second);
    }
    for (const std::string& top : layer.texts("top")) {
      // A Split's tops are its bottom under other names.
      if (node.type == "Split" && !node.inputs.empty()) values_[top] = node.inputs.front();
      if (node.type != "Split") node.outputs.push_back(new_value(top));
    }
    if (node.type == "Split") return;
    graph_.nodes.push_back(std::move(node));
  }

  void add_source(const Node& node) {
    const Message& layer = *node.message;
    const std::vector<std::string> tops = layer.texts("top");
    const std::vector<const Message*> shapes = layer.message("input_param").messages("shape");
    for (std::size_t i = 0; i < tops.size(); ++i) {
      Source source{tops[i], new_value(tops[i]), {}, &layer};
      if (node.type == "Input") {
        // One shape is that of all tops.
        if (!shapes.empty()) source.dims = dims_of(*shapes[std::min(i, shapes.size() - 1)]);
      } else {
        source.dims = transformed(layer);
      }
      sources_.push_back(std::move(source));
    }
  }

  /// (1, C, H, W) of what a layer reads from data; 0 where it does not say.
  static Dims transformed(const Message& layer) {
    const Message& memory = layer.message("memory_data_param");
    const Message& images = layer.message("image_data_param");
    Dims dims{1, memory.integer("channels", 0), memory.integer("height", 0), memory.integer("width", 0)};
    if (images.has("new_height")) dims = {1, 0, images.integer("new_height", 0), images.integer("new_width", 0)};
    std::size_t means = 0;
    each_transform(layer, [&](const Message& transform) {
      const int crop = transform.integer("crop_size", 0);
      if (crop != 0) dims[2] = dims[3] = crop;
      means = std::max(means, transform.numbers("mean_value").size());
      if (transform.flag("force_gray", false) || !transform.flag("is_color", true)) dims[1] = 1;
    });
    if (means > 1 && dims[1] == 0) dims[1] = static_cast<int>(means);
    return dims;
  }

  void choose_output() {
    std::set<int> read;
    for (const Node& node : graph_.nodes) read.insert(node.inputs.begin(), node.inputs.end());
    std::vector<int> ends;
    for (const Node& node : graph_.nodes) {
      for (const int value : node.outputs) {
        if (read.count(value) == 0) ends.push_back(value);
        const std::string& name = names_[static_cast<std::size_t>(value)];
        if (!options_.output.empty() && (name == options_.output || node.name == options_.output)) graph_.output = value;
      }
    }
    if (!options_.output.empty()) {
      if (graph_.output < 0) fail("expected a layer or top \"{}\" to end with, found none", options_.output);
      return;
    }
    if (ends.empty()) fail("expected layers that give an output, found none");
    graph_.output = ends.back();
    if (ends.size() == 1) return;
    std::string all;
    for (const int value : ends) all += (all.empty() ? "" : ", ") + quotable(names_[static_cast<std::size_t>(value)]);
    graph_.notes.push_back(fmt::format("outputs: {}; the last one is taken, --output takes another", all));
  }

  void drop_unneeded() {
    std::set<int> needed{graph_.output};
    std::vector<Node> kept;
    for (auto node = graph_.nodes.rbegin(); node != graph_.nodes.rend(); ++node) {
      const bool is_needed = std::any_of(node->outputs.begin(), node->outputs.end(), [&](int value) { return needed.count(value) > 0; });
      if (!is_needed) continue;
      needed.insert(node->inputs.begin(), node->inputs.end());
      kept.push_back(std::move(*node));
    }
    std::reverse(kept.begin(), kept.end());
    graph_.nodes = std::move(kept);
    sources_.erase(std::remove_if(sources_.begin(), sources_.end(), [&](const Source& source) { return needed.count(source.value) == 0; }),
                   sources_.end());
  }

  void choose_input() {
    if (sources_.empty()) fail("expected an input, an Input layer or one that reads images, found none");
    if (sources_.size() > 1) {
      fail("expected one input, found \"{}\" and \"{}\"", quotable(sources_[0].name), quotable(sources_[1].name));
    }
    const Source& source = sources_.front();
    constexpr std::size_t kRank = 4;
    Dims dims = source.dims;
    if (dims.empty()) dims.assign(kRank, 0);
    if (dims.size() != kRank) fail("input \"{}\": expected images (N, C, H, W), found {} dimensions", quotable(source.name), dims.size());
    dims[0] = 1;
    for (const std::size_t side : {std::size_t{2}, std::size_t{3}}) {
      if (dims[side] == 0) dims[side] = options_.size;
      if (dims[side] == 0) fail("input \"{}\": expected the images' size in the file, or --size, found neither", quotable(source.name));
    }
    if (dims[1] == 0) dims[1] = channels_by_weights(source.value);
    graph_.input = source.value;
    graph_.input_dims = std::move(dims);
    if (source.layer != nullptr && new_type(source.layer->text("type")) != "Input") read_transform(*source.layer);
  }

  /// Of the first convolution on the images; 3 where there is none.
  std::int64_t channels_by_weights(int images) const {
    constexpr std::size_t kRank = 4;
    constexpr std::int64_t kMost = 1 << 14;
    for (const Node& node : graph_.nodes) {
      const auto blobs = weights_.blobs.find(node.name);
      const bool reads = std::find(node.inputs.begin(), node.inputs.end(), images) != node.inputs.end();
      if (!reads || node.type != "Convolution" || blobs == weights_.blobs.end()) continue;
      const Dims& dims = blobs->second.front().dims;
      if (dims.size() == kRank && dims[1] >= 1 && dims[1] <= kMost) {
        return dims[1] * node.message->message("convolution_param").integer("group", 1);
      }
    }
    return 3;
  }

  void read_transform(const Message& layer) {
    Transform found;
    each_transform(layer, [&](const Message& transform) {
      if (transform.has("scale")) found.scale = transform.number("scale", 1);
      if (transform.has("mean_value")) found.mean = transform.numbers("mean_value");
      if (transform.has("mean_file")) found.mean_file = transform.text("mean_file");
    });
    graph_.transform = std::move(found);
  }

  const Message& net_;
  const WeightsFile& weights_;
  const GraphOptions& options_;
  Graph graph_;
  std::vector<std::string> names_;     ///< by value
  std::map<std::string, int> values_;  ///< the last of each name
  std::vector<Source> sources_;
};

}  // namespace

Graph build_graph(const Message& net, const WeightsFile& weights, const GraphOptions& options) {
  return GraphBuilder(net, weights, options).build();
}

}  // namespace zf::caffe

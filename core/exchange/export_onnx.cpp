#include "core/exchange/export_onnx.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/exchange/onnx_writer.h"
#include "core/io/network_json.h"
#include "core/nn/graph.h"
#include "core/tensor/error.h"

namespace zf {

namespace {

using onnx::Attribute;
using onnx::ModelWriter;
using Dims = std::vector<std::int64_t>;

// The oldest version that has all operators below and takes weights that are no inputs. From 11 on the bounds of a Clip are inputs,
// which OpenCV 4.6 does not take.
constexpr std::int64_t kOpset = 9;
constexpr std::int64_t kIrVersion = 4;
constexpr const char* kProducer = "zfscope";

/// Names that nothing else in the file has.
class Names {
 public:
  std::string unique(std::string name) {
    while (!used_.insert(name).second) name += '_';
    return name;
  }

 private:
  std::set<std::string> used_;
};

/// How a value lies: maps (N, C, H, W), or rows (N, K), which layers of 1x1 maps give where theirs do.
enum class Form : std::uint8_t { kMaps, kRows };

/// A value of the network in the file.
struct Value {
  Form form = Form::kMaps;  ///< as its layer gives it
  std::string maps;         ///< its name in each form; empty: not written
  std::string rows;
};

/// Padding behind that makes pools whose places are rounded down reach the places of ours, which may be rounded up; never less than `pad`.
int pad_behind(int in, int out, int kernel, int stride, int pad) { return std::max(pad, (out - 1) * stride + kernel - in - pad); }

/// A visitor of layers that writes the nodes of each.
class Exporter {
 public:
  explicit Exporter(const Model& model)
      : model_(model), network_(model.network), graph_(network_), shapes_(output_shapes(network_)), writer_(network_.name) {
    for (const Layer& layer : network_.layers) (void)names_.unique(layer.name);
    int most = 0;
    for (const Shape& shape : shapes_) most = std::max(most, shape.c);
    zeros_.assign(static_cast<std::size_t>(most), 0);
    ones_.assign(static_cast<std::size_t>(most), 1);
  }

  ExportedOnnx write(const std::filesystem::path& path, std::uint64_t largest) {
    const Shape& in = network_.input;
    ExportedOnnx exported{names_.unique("images"), {}, kOpset, 0};
    writer_.input(exported.input, {1, in.c, in.h, in.w});
    values_.push_back({Form::kMaps, exported.input, {}});
    for (layer_ = 0; layer_ < graph_.layers(); ++layer_) {
      values_.emplace_back();
      std::visit(*this, layer().op);
    }
    const int last = graph_.layers() - 1;
    const Shape& scores = shape_of(last);
    const bool is_maps = scores.plane() > 1;
    exported.output = is_maps ? maps_of(last) : rows_of(last);
    writer_.output(exported.output, is_maps ? Dims{1, scores.c, scores.h, scores.w} : Dims{1, scores.c});
    exported.bytes = writer_.write(path, about(), largest);
    return exported;
  }

  void operator()(const ConvLayer& op) {
    const std::string in = maps(0);
    const Shape weight = weight_shape(op, input_shape());
    std::vector<std::string> inputs{in, tensor("weight", {weight.n, weight.c, weight.h, weight.w})};
    if (op.bias) inputs.push_back(tensor("bias", {weight.n}));
    put("Conv", inputs, Form::kMaps,
        {square("kernel_shape", op.kernel),
         square("strides", op.stride),
         {"pads", Dims(4, op.pad)},
         square("dilations", op.dilation),
         {"group", std::int64_t{op.groups}}});
  }
  void operator()(const LinearLayer& op) {
    const std::string in = rows(0);
    std::vector<std::string> inputs{in, tensor("weight", {op.units, static_cast<std::int64_t>(input_shape().item())})};
    inputs.push_back(op.bias ? tensor("bias", {op.units}) : zeros(op.units));
    put("Gemm", inputs, Form::kRows, {{"transB", std::int64_t{1}}});
  }
  /// A normalisation by the mean 0 and the variance 1, which changes nothing.
  void operator()(const AffineLayer&) {
    const int maps = input_shape().c;
    put("BatchNormalization", {same(), tensor("scale", {maps}), tensor("shift", {maps}), zeros(maps), ones(maps)}, form(),
        {{"epsilon", 0.0F}});
  }
  void operator()(const ReluLayer&) { put("Relu", {same()}, form()); }
  void operator()(const ActivationLayer& op) {
    switch (op.spec.kind) {
      case Activation::Kind::kClip:
        return clip(op.spec);
      case Activation::Kind::kLeakyRelu:
        return op.slope_a_map ? prelu() : put("LeakyRelu", {same()}, form(), {{"alpha", op.spec.slope}});
      case Activation::Kind::kSigmoid:
        return put("Sigmoid", {same()}, form());
      case Activation::Kind::kHardSigmoid:
        return put("HardSigmoid", {same()}, form(), kHardSigmoid);
      case Activation::Kind::kTanh:
        return put("Tanh", {same()}, form());
      case Activation::Kind::kSilu:
        return put("Mul", {same(), step("gate", "Sigmoid", {same()})}, form());
      case Activation::Kind::kHardSwish:
        return put("Mul", {same(), step("gate", "HardSigmoid", {same()}, kHardSigmoid)}, form());
      case Activation::Kind::kGelu:
        return gelu();
    }
  }
  /// ONNX Runtime takes zeros around the maps for padding of the pool itself, which is minus infinity, unless a node stands between.
  void operator()(const MaxPoolLayer& op) {
    const PoolSpec& spec = op.spec;
    const bool is_padded = std::get_if<PadLayer>(op_of(graph_.input(layer_))) != nullptr;
    const std::string in = is_padded ? step("apart", "Clip", {maps(0)}) : maps(0);
    put("MaxPool", {in}, Form::kMaps,
        {square("kernel_shape", spec.kernel),
         square("strides", spec.stride),
         {"pads", pads(input_shape(), spec.kernel, spec.stride, spec.pad)}});
  }
  /// Padding that counts is written as zeros of the map, since what rounding up reaches behind it does not count, and since OpenCV 4.6
  /// counts none.
  void operator()(const AveragePoolLayer& op) {
    std::string in = maps(0);
    Shape map = input_shape();
    int pad = op.pad;
    if (op.count_pad && pad > 0) {
      in = step("pad", "Pad", {in}, {{"pads", Dims{0, 0, pad, pad, 0, 0, pad, pad}}});
      map.h += 2 * pad;
      map.w += 2 * pad;
      pad = 0;
    }
    put("AveragePool", {in}, Form::kMaps,
        {square("kernel_shape", op.kernel), square("strides", op.stride), {"pads", pads(map, op.kernel, op.stride, pad)}});
  }
  void operator()(const GlobalAveragePoolLayer&) { put("GlobalAveragePool", {maps(0)}, Form::kMaps); }
  void operator()(const LrnLayer& op) {
    const LrnSpec& spec = op.spec;
    if (spec.within) return lrn_within(spec);
    put("LRN", {maps(0)}, Form::kMaps, {{"size", std::int64_t{spec.size}}, {"alpha", spec.alpha}, {"beta", spec.beta}, {"bias", spec.k}});
  }
  void operator()(const DropoutLayer& op) { put("Dropout", {same()}, form(), {{"ratio", op.p}}); }
  void operator()(const SoftmaxLayer&) {
    const Shape& out = shape_of(layer_);
    const std::string in = rows(0);
    if (out.plane() == 1) return put("Softmax", {in}, Form::kRows, {{"axis", std::int64_t{1}}});
    const std::string shape = row("shape", {0, out.c, out.h, out.w});
    put("Reshape", {step("scores", "Softmax", {in}, {{"axis", std::int64_t{1}}}), shape}, Form::kMaps);
  }
  void operator()(const AddLayer&) { put(graph_.inputs(layer_).size() == 2 ? "Add" : "Sum", all(), form()); }
  void operator()(const ConcatLayer&) { put("Concat", all(), form(), {{"axis", std::int64_t{1}}}); }
  /// OpenCV takes anything times a HardSigmoid for a HardSwish, unless a node stands between.
  void operator()(const ScaleMapsLayer&) {
    const auto* factors = std::get_if<ActivationLayer>(op_of(graph_.inputs(layer_)[1]));
    const bool is_gate = factors != nullptr && factors->spec.kind == Activation::Kind::kHardSigmoid;
    put("Mul", {maps(0), is_gate ? step("apart", "Clip", {maps(1)}) : maps(1)}, Form::kMaps);
  }
  /// Maps as a matrix, turned.
  void operator()(const PermuteMapsLayer& op) {
    const Shape& out = shape_of(layer_);
    const std::string matrix = row("matrix", {0, op.groups, out.c / op.groups, out.h, out.w});
    const std::string shape = row("shape", {0, out.c, out.h, out.w});
    const std::string turned = step("turned", "Transpose", {step("parted", "Reshape", {maps(0), matrix})}, {{"perm", Dims{0, 2, 1, 3, 4}}});
    put("Reshape", {turned, shape}, Form::kMaps);
  }
  void operator()(const PadLayer& op) {
    put("Pad", {maps(0)}, Form::kMaps, {{"pads", Dims{0, 0, op.top, op.left, 0, 0, op.bottom, op.right}}});
  }
  void operator()(const FlattenLayer&) { put("Reshape", {maps(0), row("shape", {0, shape_of(layer_).c})}, Form::kRows); }

 private:
  const Layer& layer() const { return network_.layers[static_cast<std::size_t>(layer_)]; }
  /// What gives a value; null for the images.
  const LayerOp* op_of(int value) const { return value == kPicture ? nullptr : &network_.layers[static_cast<std::size_t>(value)].op; }
  const Shape& shape_of(int value) const { return value == kPicture ? network_.input : shapes_[static_cast<std::size_t>(value)]; }
  const Shape& input_shape() const { return shape_of(graph_.input(layer_)); }
  Value& value(int number) { return values_[value_index(number)]; }
  std::string own_name(const std::string& part) const { return layer().name + "/" + part; }

  /// A value's name as maps or rows, which may take a node that turns one into the other.
  const std::string& maps_of(int number) {
    Value& found = value(number);
    if (found.maps.empty()) {
      found.maps = found.rows + "/maps";
      writer_.row(found.maps + "/shape", {0, shape_of(number).c, 1, 1});
      writer_.node("Reshape", found.maps, {found.rows, found.maps + "/shape"}, found.maps);
    }
    return found.maps;
  }
  const std::string& rows_of(int number) {
    Value& found = value(number);
    if (found.rows.empty()) {
      found.rows = found.maps + "/rows";
      // Not Flatten, of which OpenCV 4.10 takes the sizes before it knows the batch's.
      writer_.row(found.rows + "/shape", {0, static_cast<std::int64_t>(shape_of(number).item())});
      writer_.node("Reshape", found.rows, {found.maps, found.rows + "/shape"}, found.rows);
    }
    return found.rows;
  }
  // Inputs of the layer.
  const std::string& maps(std::size_t input) { return maps_of(graph_.inputs(layer_)[input]); }
  const std::string& rows(std::size_t input) { return rows_of(graph_.inputs(layer_)[input]); }
  /// Of layers that take either: rows where all inputs are.
  Form form() {
    const auto inputs = graph_.inputs(layer_);
    const auto is_rows = [&](int input) { return value(input).form == Form::kRows; };
    return std::all_of(inputs.begin(), inputs.end(), is_rows) ? Form::kRows : Form::kMaps;
  }
  std::vector<std::string> all() {
    std::vector<std::string> names;
    for (const int input : graph_.inputs(layer_)) names.push_back(form() == Form::kRows ? rows_of(input) : maps_of(input));
    return names;
  }
  std::string same() { return all().front(); }

  /// The node that gives the layer's output.
  void put(const std::string& op, const std::vector<std::string>& inputs, Form form, const std::vector<Attribute>& attributes = {}) {
    writer_.node(op, layer().name, inputs, layer().name, attributes);
    value(layer_).form = form;
    (form == Form::kRows ? value(layer_).rows : value(layer_).maps) = layer().name;
  }
  /// A node on the way there; gives the name of its output.
  std::string step(const std::string& part, const std::string& op, const std::vector<std::string>& inputs,
                   const std::vector<Attribute>& attributes = {}) {
    writer_.node(op, own_name(part), inputs, own_name(part), attributes);
    return own_name(part);
  }
  std::string row(const std::string& part, const Dims& values) {
    writer_.row(own_name(part), values);
    return own_name(part);
  }
  std::string scalar(const std::string& part, float number) {
    writer_.scalar(own_name(part), number);
    return own_name(part);
  }
  /// A tensor of the layer's parameters.
  std::string tensor(const std::string& role, const Dims& dims) {
    const std::string key = layer().name + "." + role;
    const auto found = model_.parameters.find(key);
    std::int64_t expected = 1;
    for (const std::int64_t dim : dims) expected *= dim;
    if (found == model_.parameters.end() || static_cast<std::int64_t>(found->second.size()) != expected) {
      fail("network {}: expected {} values as parameter \"{}\", found {}", network_.name, expected, key,
           found == model_.parameters.end() ? std::size_t{0} : found->second.size());
    }
    std::string name = names_.unique(key);
    writer_.tensor(name, dims, found->second.values());
    return name;
  }
  /// Constants that layers share.
  std::string zeros(int count) { return shared(fmt::format("zeros/{}", count), zeros_, count); }
  std::string ones(int count) { return shared(fmt::format("ones/{}", count), ones_, count); }
  std::string shared(const std::string& name, const std::vector<float>& values, int count) {
    if (shared_.insert(name).second) writer_.tensor(name, {count}, std::span(values).first(static_cast<std::size_t>(count)));
    return name;
  }

  static Attribute square(const char* name, int side) { return {name, Dims{side, side}}; }
  Dims pads(const Shape& in, int kernel, int stride, int pad) const {
    const Shape& out = shape_of(layer_);
    return {pad, pad, pad_behind(in.h, out.h, kernel, stride, pad), pad_behind(in.w, out.w, kernel, stride, pad)};
  }

  void clip(const Activation& spec) {
    std::vector<Attribute> bounds;
    if (std::isfinite(spec.low)) bounds.push_back({"min", spec.low});
    if (std::isfinite(spec.high)) bounds.push_back({"max", spec.high});
    put("Clip", {same()}, form(), bounds);
  }
  /// x / (k + alpha * mean of x^2 around)^beta, where zeros around the map count.
  void lrn_within(const LrnSpec& spec) {
    const std::int64_t radius = spec.size / 2;
    const std::string x = maps(0);
    const std::string squares = step("squares", "Mul", {x, x});
    const std::string padded = step("pad", "Pad", {squares}, {{"pads", Dims{0, 0, radius, radius, 0, 0, radius, radius}}});
    const std::string mean = step("mean", "AveragePool", {padded}, {square("kernel_shape", spec.size), square("strides", 1)});
    const std::string sum = step("sum", "Add", {step("scaled", "Mul", {mean, scalar("alpha", spec.alpha)}), scalar("k", spec.k)});
    put("Div", {x, step("scale", "Pow", {sum, scalar("beta", spec.beta)})}, Form::kMaps);
  }
  void prelu() {
    const int maps = input_shape().c;
    put("PRelu", {same(), tensor("slope", form() == Form::kRows ? Dims{maps} : Dims{maps, 1, 1})}, form());
  }
  /// x (1 + erf(x / sqrt(2))) / 2
  void gelu() {
    const std::string erf = step("erf", "Erf", {step("scaled", "Div", {same(), scalar("root2", std::sqrt(2.0F))})});
    const std::string gate = step("gate", "Add", {erf, scalar("one", 1)});
    put("Mul", {step("product", "Mul", {same(), gate}), scalar("half", 0.5F)}, form());
  }

  ModelWriter::About about() const {
    ModelWriter::About about{kIrVersion, kOpset, kProducer, {}, {}};
    about.text = fmt::format("{}: classes and preprocessing are in the metadata, as JSON under {}", network_.name, kDescriptionKey);
    about.metadata.assign(model_.metadata.begin(), model_.metadata.end());
    about.metadata.emplace_back(kDescriptionKey, write_description({network_, model_.classes, model_.preprocess, model_.known}));
    return about;
  }

  inline static const std::vector<Attribute> kHardSigmoid{{"alpha", 1.0F / 6}, {"beta", 0.5F}};

  const Model& model_;
  const Network& network_;
  Graph graph_;
  std::vector<Shape> shapes_;
  ModelWriter writer_;
  Names names_;
  std::vector<Value> values_;  ///< the images first
  std::vector<float> zeros_;
  std::vector<float> ones_;
  std::set<std::string> shared_;
  int layer_ = 0;
};

}  // namespace

ExportedOnnx export_onnx(const std::filesystem::path& path, const Model& model, std::uint64_t largest) {
  check(Description{model.network, model.classes, model.preprocess, model.known}, model.network.name);
  return Exporter(model).write(path, largest);
}

}  // namespace zf

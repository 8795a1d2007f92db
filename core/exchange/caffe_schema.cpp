#include "core/exchange/caffe_schema.h"

#include <algorithm>
#include <array>

namespace zf::caffe {

namespace {

using Kind = FieldType::Kind;

template <std::size_t kCount>
constexpr Schema schema(const std::array<FieldType, kCount>& fields) {
  return {fields};
}

constexpr std::array kPhases = std::to_array<std::string_view>({"TRAIN", "TEST"});
constexpr std::array kOperations = std::to_array<std::string_view>({"PROD", "SUM", "MAX"});
constexpr std::array kRegions = std::to_array<std::string_view>({"ACROSS_CHANNELS", "WITHIN_CHANNEL"});
constexpr std::array kPools = std::to_array<std::string_view>({"MAX", "AVE", "STOCHASTIC"});
constexpr std::array kRoundings = std::to_array<std::string_view>({"CEIL", "FLOOR"});

/// By their numbers in V1LayerParameter.
struct OldType {
  std::string_view old_name;
  std::string_view new_name;
};
constexpr std::array kOldTypes = std::to_array<OldType>({{"NONE", ""},
                                                         {"ACCURACY", "Accuracy"},
                                                         {"BNLL", "BNLL"},
                                                         {"CONCAT", "Concat"},
                                                         {"CONVOLUTION", "Convolution"},
                                                         {"DATA", "Data"},
                                                         {"DROPOUT", "Dropout"},
                                                         {"EUCLIDEAN_LOSS", "EuclideanLoss"},
                                                         {"FLATTEN", "Flatten"},
                                                         {"HDF5_DATA", "HDF5Data"},
                                                         {"HDF5_OUTPUT", "HDF5Output"},
                                                         {"IM2COL", "Im2col"},
                                                         {"IMAGE_DATA", "ImageData"},
                                                         {"INFOGAIN_LOSS", "InfogainLoss"},
                                                         {"INNER_PRODUCT", "InnerProduct"},
                                                         {"LRN", "LRN"},
                                                         {"MULTINOMIAL_LOGISTIC_LOSS", "MultinomialLogisticLoss"},
                                                         {"POOLING", "Pooling"},
                                                         {"RELU", "ReLU"},
                                                         {"SIGMOID", "Sigmoid"},
                                                         {"SOFTMAX", "Softmax"},
                                                         {"SOFTMAX_LOSS", "SoftmaxWithLoss"},
                                                         {"SPLIT", "Split"},
                                                         {"TANH", "TanH"},
                                                         {"WINDOW_DATA", "WindowData"},
                                                         {"ELTWISE", "Eltwise"},
                                                         {"POWER", "Power"},
                                                         {"SIGMOID_CROSS_ENTROPY_LOSS", "SigmoidCrossEntropyLoss"},
                                                         {"HINGE_LOSS", "HingeLoss"},
                                                         {"MEMORY_DATA", "MemoryData"},
                                                         {"ARGMAX", "ArgMax"},
                                                         {"THRESHOLD", "Threshold"},
                                                         {"DUMMY_DATA", "DummyData"},
                                                         {"SLICE", "Slice"},
                                                         {"MVN", "MVN"},
                                                         {"ABSVAL", "AbsVal"},
                                                         {"SILENCE", "Silence"},
                                                         {"CONTRASTIVE_LOSS", "ContrastiveLoss"},
                                                         {"EXP", "Exp"},
                                                         {"DECONVOLUTION", "Deconvolution"}});

constexpr auto old_names() {
  std::array<std::string_view, kOldTypes.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kOldTypes[i].old_name;
  return names;
}
constexpr std::array kOldNames = old_names();

// Messages within messages come first.
constexpr std::array kBlobShape = std::to_array<FieldType>({{1, "dim", Kind::kInteger}});
constexpr Schema kBlobShapeSchema = schema(kBlobShape);

constexpr std::array kState =
    std::to_array<FieldType>({{1, "phase", Kind::kWord, nullptr, kPhases}, {2, "level", Kind::kInteger}, {3, "stage", Kind::kText}});
constexpr Schema kStateSchema = schema(kState);

constexpr std::array kRule = std::to_array<FieldType>({{1, "phase", Kind::kWord, nullptr, kPhases},
                                                       {2, "min_level", Kind::kInteger},
                                                       {3, "max_level", Kind::kInteger},
                                                       {4, "stage", Kind::kText},
                                                       {5, "not_stage", Kind::kText}});
constexpr Schema kRuleSchema = schema(kRule);

constexpr std::array kTransform = std::to_array<FieldType>({{1, "scale", Kind::kFloat},
                                                            {3, "crop_size", Kind::kInteger},
                                                            {4, "mean_file", Kind::kText},
                                                            {5, "mean_value", Kind::kFloat},
                                                            {7, "force_gray", Kind::kFlag}});
constexpr Schema kTransformSchema = schema(kTransform);

constexpr std::array kConvolution = std::to_array<FieldType>({{1, "num_output", Kind::kInteger},
                                                              {2, "bias_term", Kind::kFlag},
                                                              {3, "pad", Kind::kInteger},
                                                              {4, "kernel_size", Kind::kInteger},
                                                              {5, "group", Kind::kInteger},
                                                              {6, "stride", Kind::kInteger},
                                                              {9, "pad_h", Kind::kInteger},
                                                              {10, "pad_w", Kind::kInteger},
                                                              {11, "kernel_h", Kind::kInteger},
                                                              {12, "kernel_w", Kind::kInteger},
                                                              {13, "stride_h", Kind::kInteger},
                                                              {14, "stride_w", Kind::kInteger},
                                                              {16, "axis", Kind::kInteger},
                                                              {18, "dilation", Kind::kInteger}});
constexpr Schema kConvolutionSchema = schema(kConvolution);

constexpr std::array kConcat = std::to_array<FieldType>({{1, "concat_dim", Kind::kInteger}, {2, "axis", Kind::kInteger}});
constexpr Schema kConcatSchema = schema(kConcat);

constexpr std::array kData =
    std::to_array<FieldType>({{2, "scale", Kind::kFloat}, {3, "mean_file", Kind::kText}, {5, "crop_size", Kind::kInteger}});
constexpr Schema kDataSchema = schema(kData);

constexpr std::array kImageData = std::to_array<FieldType>({{2, "scale", Kind::kFloat},
                                                            {3, "mean_file", Kind::kText},
                                                            {5, "crop_size", Kind::kInteger},
                                                            {9, "new_height", Kind::kInteger},
                                                            {10, "new_width", Kind::kInteger},
                                                            {11, "is_color", Kind::kFlag}});
constexpr Schema kImageDataSchema = schema(kImageData);

constexpr std::array kMemoryData =
    std::to_array<FieldType>({{2, "channels", Kind::kInteger}, {3, "height", Kind::kInteger}, {4, "width", Kind::kInteger}});
constexpr Schema kMemoryDataSchema = schema(kMemoryData);

constexpr std::array kDropout = std::to_array<FieldType>({{1, "dropout_ratio", Kind::kFloat}});
constexpr Schema kDropoutSchema = schema(kDropout);

constexpr std::array kEltwise = std::to_array<FieldType>({{1, "operation", Kind::kWord, nullptr, kOperations}, {2, "coeff", Kind::kFloat}});
constexpr Schema kEltwiseSchema = schema(kEltwise);

constexpr std::array kInnerProduct = std::to_array<FieldType>(
    {{1, "num_output", Kind::kInteger}, {2, "bias_term", Kind::kFlag}, {5, "axis", Kind::kInteger}, {6, "transpose", Kind::kFlag}});
constexpr Schema kInnerProductSchema = schema(kInnerProduct);

constexpr std::array kLrn = std::to_array<FieldType>({{1, "local_size", Kind::kInteger},
                                                      {2, "alpha", Kind::kFloat},
                                                      {3, "beta", Kind::kFloat},
                                                      {4, "norm_region", Kind::kWord, nullptr, kRegions},
                                                      {5, "k", Kind::kFloat}});
constexpr Schema kLrnSchema = schema(kLrn);

constexpr std::array kPooling = std::to_array<FieldType>({{1, "pool", Kind::kWord, nullptr, kPools},
                                                          {2, "kernel_size", Kind::kInteger},
                                                          {3, "stride", Kind::kInteger},
                                                          {4, "pad", Kind::kInteger},
                                                          {5, "kernel_h", Kind::kInteger},
                                                          {6, "kernel_w", Kind::kInteger},
                                                          {7, "stride_h", Kind::kInteger},
                                                          {8, "stride_w", Kind::kInteger},
                                                          {9, "pad_h", Kind::kInteger},
                                                          {10, "pad_w", Kind::kInteger},
                                                          {12, "global_pooling", Kind::kFlag},
                                                          {13, "round_mode", Kind::kWord, nullptr, kRoundings}});
constexpr Schema kPoolingSchema = schema(kPooling);

constexpr std::array kPower =
    std::to_array<FieldType>({{1, "power", Kind::kFloat}, {2, "scale", Kind::kFloat}, {3, "shift", Kind::kFloat}});
constexpr Schema kPowerSchema = schema(kPower);

constexpr std::array kRelu = std::to_array<FieldType>({{1, "negative_slope", Kind::kFloat}});
constexpr Schema kReluSchema = schema(kRelu);

constexpr std::array kPrelu = std::to_array<FieldType>({{2, "channel_shared", Kind::kFlag}});
constexpr Schema kPreluSchema = schema(kPrelu);

constexpr std::array kSlice =
    std::to_array<FieldType>({{1, "slice_dim", Kind::kInteger}, {2, "slice_point", Kind::kInteger}, {3, "axis", Kind::kInteger}});
constexpr Schema kSliceSchema = schema(kSlice);

constexpr std::array kSoftmax = std::to_array<FieldType>({{2, "axis", Kind::kInteger}});
constexpr Schema kSoftmaxSchema = schema(kSoftmax);

constexpr std::array kReshape = std::to_array<FieldType>(
    {{1, "shape", Kind::kMessage, &kBlobShapeSchema}, {2, "axis", Kind::kInteger}, {3, "num_axes", Kind::kInteger}});
constexpr Schema kReshapeSchema = schema(kReshape);

constexpr std::array kFlatten = std::to_array<FieldType>({{1, "axis", Kind::kInteger}, {2, "end_axis", Kind::kInteger}});
constexpr Schema kFlattenSchema = schema(kFlatten);

constexpr std::array kBatchNorm = std::to_array<FieldType>({{3, "eps", Kind::kFloat}});
constexpr Schema kBatchNormSchema = schema(kBatchNorm);

constexpr std::array kScale =
    std::to_array<FieldType>({{1, "axis", Kind::kInteger}, {2, "num_axes", Kind::kInteger}, {4, "bias_term", Kind::kFlag}});
constexpr Schema kScaleSchema = schema(kScale);

constexpr std::array kBias = std::to_array<FieldType>({{1, "axis", Kind::kInteger}, {2, "num_axes", Kind::kInteger}});
constexpr Schema kBiasSchema = schema(kBias);

constexpr std::array kInput = std::to_array<FieldType>({{1, "shape", Kind::kMessage, &kBlobShapeSchema}});
constexpr Schema kInputSchema = schema(kInput);

constexpr std::array kClip = std::to_array<FieldType>({{1, "min", Kind::kFloat}, {2, "max", Kind::kFloat}});
constexpr Schema kClipSchema = schema(kClip);

constexpr std::array kLayer = std::to_array<FieldType>({{1, "name", Kind::kText},
                                                        {2, "type", Kind::kText},
                                                        {3, "bottom", Kind::kText},
                                                        {4, "top", Kind::kText},
                                                        {8, "include", Kind::kMessage, &kRuleSchema},
                                                        {9, "exclude", Kind::kMessage, &kRuleSchema},
                                                        {100, "transform_param", Kind::kMessage, &kTransformSchema},
                                                        {104, "concat_param", Kind::kMessage, &kConcatSchema},
                                                        {106, "convolution_param", Kind::kMessage, &kConvolutionSchema},
                                                        {107, "data_param", Kind::kMessage, &kDataSchema},
                                                        {108, "dropout_param", Kind::kMessage, &kDropoutSchema},
                                                        {110, "eltwise_param", Kind::kMessage, &kEltwiseSchema},
                                                        {115, "image_data_param", Kind::kMessage, &kImageDataSchema},
                                                        {117, "inner_product_param", Kind::kMessage, &kInnerProductSchema},
                                                        {118, "lrn_param", Kind::kMessage, &kLrnSchema},
                                                        {119, "memory_data_param", Kind::kMessage, &kMemoryDataSchema},
                                                        {121, "pooling_param", Kind::kMessage, &kPoolingSchema},
                                                        {122, "power_param", Kind::kMessage, &kPowerSchema},
                                                        {123, "relu_param", Kind::kMessage, &kReluSchema},
                                                        {125, "softmax_param", Kind::kMessage, &kSoftmaxSchema},
                                                        {126, "slice_param", Kind::kMessage, &kSliceSchema},
                                                        {131, "prelu_param", Kind::kMessage, &kPreluSchema},
                                                        {133, "reshape_param", Kind::kMessage, &kReshapeSchema},
                                                        {135, "flatten_param", Kind::kMessage, &kFlattenSchema},
                                                        {139, "batch_norm_param", Kind::kMessage, &kBatchNormSchema},
                                                        {141, "bias_param", Kind::kMessage, &kBiasSchema},
                                                        {142, "scale_param", Kind::kMessage, &kScaleSchema},
                                                        {143, "input_param", Kind::kMessage, &kInputSchema},
                                                        {148, "clip_param", Kind::kMessage, &kClipSchema}});
constexpr Schema kLayerSchema = schema(kLayer);

constexpr std::array kOldLayer = std::to_array<FieldType>({{2, "bottom", Kind::kText},
                                                           {3, "top", Kind::kText},
                                                           {4, "name", Kind::kText},
                                                           {5, "type", Kind::kWord, nullptr, kOldNames},
                                                           {9, "concat_param", Kind::kMessage, &kConcatSchema},
                                                           {10, "convolution_param", Kind::kMessage, &kConvolutionSchema},
                                                           {11, "data_param", Kind::kMessage, &kDataSchema},
                                                           {12, "dropout_param", Kind::kMessage, &kDropoutSchema},
                                                           {15, "image_data_param", Kind::kMessage, &kImageDataSchema},
                                                           {17, "inner_product_param", Kind::kMessage, &kInnerProductSchema},
                                                           {18, "lrn_param", Kind::kMessage, &kLrnSchema},
                                                           {19, "pooling_param", Kind::kMessage, &kPoolingSchema},
                                                           {21, "power_param", Kind::kMessage, &kPowerSchema},
                                                           {22, "memory_data_param", Kind::kMessage, &kMemoryDataSchema},
                                                           {24, "eltwise_param", Kind::kMessage, &kEltwiseSchema},
                                                           {30, "relu_param", Kind::kMessage, &kReluSchema},
                                                           {31, "slice_param", Kind::kMessage, &kSliceSchema},
                                                           {32, "include", Kind::kMessage, &kRuleSchema},
                                                           {33, "exclude", Kind::kMessage, &kRuleSchema},
                                                           {36, "transform_param", Kind::kMessage, &kTransformSchema},
                                                           {39, "softmax_param", Kind::kMessage, &kSoftmaxSchema}});
constexpr Schema kOldLayerSchema = schema(kOldLayer);

constexpr std::array kNet = std::to_array<FieldType>({{1, "name", Kind::kText},
                                                      {2, "layers", Kind::kMessage, &kOldLayerSchema},
                                                      {3, "input", Kind::kText},
                                                      {4, "input_dim", Kind::kInteger},
                                                      {6, "state", Kind::kMessage, &kStateSchema},
                                                      {8, "input_shape", Kind::kMessage, &kBlobShapeSchema},
                                                      {100, "layer", Kind::kMessage, &kLayerSchema}});
constexpr Schema kNetSchema = schema(kNet);

}  // namespace

const Schema& net_schema() { return kNetSchema; }
const Schema& layer_schema() { return kLayerSchema; }
const Schema& old_layer_schema() { return kOldLayerSchema; }

std::string_view new_type(std::string_view old_type) {
  const auto found = std::find_if(kOldTypes.begin(), kOldTypes.end(), [&](const OldType& type) { return type.old_name == old_type; });
  return found == kOldTypes.end() ? old_type : found->new_name;
}

}  // namespace zf::caffe

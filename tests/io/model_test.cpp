#include "core/io/model.h"

#include <algorithm>
#include <cmath>

#include "core/io/atomic_file.h"
#include "core/tensor/error.h"
#include "tests/io/testing.h"

namespace zf {
namespace {

using testing::expect_error;
using ModelTest = testing::TemporaryFolder;

Model small_model() {
  Model model;
  model.network.name = "small";
  model.network.input = {1, 3, 8, 8};
  model.network.layers = {{"conv1", ConvLayer{4, 3, 1, 1, 1}},
                          {"relu1", ReluLayer{}},
                          {"pool1", MaxPoolLayer{{2, 2, 0, false}}},
                          {"fc2", LinearLayer{5}},
                          {"prob", SoftmaxLayer{}}};
  model.classes = {"a", "b", "c", "d", "e"};
  model.preprocess.resize = 8;
  model.preprocess.crop = {8, 8};
  model.metadata = {{"recipe", "none"}};
  float value = 0;
  for (const ParameterSpec& spec : parameter_specs(model.network)) {
    Tensor tensor(spec.shape);
    for (float& v : tensor.values()) v = std::sin(value++);
    model.parameters.emplace(spec.name, std::move(tensor));
  }
  return model;
}

/// The small model's tensors as a file holds them, for a test to spoil.
std::vector<StoredTensor> tensors_of(const Model& model) {
  std::vector<StoredTensor> tensors;
  for (const ParameterSpec& spec : parameter_specs(model.network))
    tensors.push_back({spec.name, spec.dims, model.parameters.at(spec.name).values()});
  return tensors;
}

std::map<std::string, std::string> metadata_of(const Model& model) {
  return {{"zfscope.network", write_description({model.network, model.classes, model.preprocess})}};
}

TEST(Model, ParameterSpecsFollowTheNetwork) {
  const std::vector<ParameterSpec> specs = parameter_specs(small_model().network);
  ASSERT_EQ(specs.size(), 4U);
  EXPECT_EQ(specs[0].name, "conv1.weight");
  EXPECT_EQ(specs[0].shape, (Shape{4, 3, 3, 3}));
  EXPECT_EQ(specs[1].shape, (Shape{1, 4, 1, 1}));
  EXPECT_EQ(specs[1].dims, (std::vector<std::int64_t>{4}));
  EXPECT_EQ(specs[2].shape, (Shape{5, 64, 1, 1}));
  EXPECT_EQ(specs[2].dims, (std::vector<std::int64_t>{5, 64}));
}

TEST_F(ModelTest, RoundTrip) {
  Model model = small_model();
  model.known = KnownRule{3.25F};
  for (const Precision precision : {Precision::kFloat32, Precision::kFloat16}) {
    save_model(path("m.safetensors"), model, precision);
    const Model from_file = load_model(path("m.safetensors"));
    const Model from_memory = parse_model(read_file(path("m.safetensors")), "memory");
    for (const Model* back : {&from_file, &from_memory}) {
      EXPECT_EQ(back->network, model.network);
      EXPECT_EQ(back->classes, model.classes);
      EXPECT_EQ(back->preprocess, model.preprocess);
      EXPECT_EQ(back->known, model.known);
      EXPECT_EQ(back->metadata, model.metadata);
      ASSERT_EQ(back->parameters.size(), model.parameters.size());
      for (const auto& [name, tensor] : model.parameters) {
        const Tensor& found = back->parameters.at(name);
        ASSERT_EQ(found.shape(), tensor.shape()) << name;
        const float tolerance = precision == Precision::kFloat32 ? 0.0F : 1.0F / 2048;  // half of a half's last bit below 1
        for (std::size_t i = 0; i < tensor.size(); ++i) ASSERT_NEAR(found.data()[i], tensor.data()[i], tolerance) << name;
      }
    }
  }
}

/// A file that was read, in the place of a mapped one.
class ReadFile final : public MappedFile {
 public:
  explicit ReadFile(const std::filesystem::path& path) : bytes_(read_file(path)) {}
  [[nodiscard]] std::span<std::byte> bytes() const override { return bytes_; }
  void release(std::span<const std::byte> /*bytes*/) const override {}
  void check() const override { fail("expected to be checked, found that it was"); }

 private:
  mutable std::vector<std::byte> bytes_;
};

TEST_F(ModelTest, WeightsStayAsTheFileStoresThem) {
  const Model model = small_model();
  for (const Precision precision : {Precision::kFloat32, Precision::kFloat16}) {
    save_model(path("m.safetensors"), model, precision);
    const Parameters expected = load_model(path("m.safetensors")).parameters;
    Model opened = open_model(path("m.safetensors"), {});
    EXPECT_TRUE(opened.parameters.empty());
    ASSERT_EQ(opened.stored.size(), expected.size());
    for (const auto& [name, weights] : opened.stored) {
      EXPECT_EQ(weights.stored_as(), precision == Precision::kFloat32 ? StoredAs::kFloat32 : StoredAs::kFloat16);
      const Tensor found = weights.widened();
      ASSERT_EQ(found.shape(), expected.at(name).shape());
      EXPECT_TRUE(std::equal(found.values().begin(), found.values().end(), expected.at(name).values().begin())) << name;
    }
    const std::unique_ptr<Backend> backend = make_cpu_backend(1);
    const Parameters back = take_net(*backend, opened)->parameters();
    for (const auto& [name, tensor] : expected) {
      EXPECT_TRUE(std::equal(tensor.values().begin(), tensor.values().end(), back.at(name).values().begin())) << name;
    }
  }
}

TEST_F(ModelTest, OfAMappedFileShareItsMemoryAndCheckIt) {
  save_model(path("m.safetensors"), small_model(), Precision::kFloat16);
  const auto file = std::make_shared<ReadFile>(path("m.safetensors"));
  SafetensorsReader reader(file, "m");
  const StoredWeights weights = reader.read_stored("conv1.weight");
  EXPECT_GE(weights.bytes(), file->bytes().data());
  EXPECT_LT(weights.bytes(), file->bytes().data() + file->bytes().size());
  expect_error([&] { (void)open_model(path("m.safetensors"), [&](const auto&) { return file; }); }, {"expected to be checked"});
}

TEST_F(ModelTest, StoredWeightsAreFinite) {
  const Model model = small_model();
  save_model(path("m.safetensors"), model, Precision::kFloat16);
  std::vector<std::byte> bytes = read_file(path("m.safetensors"));
  bytes[bytes.size() - 1] = std::byte{0x7C};  // the last of fc2.weight, which is written last: infinity or NaN
  write_file(path("m.safetensors"), bytes);
  expect_error([&] { (void)open_model(path("m.safetensors"), {}); }, {"m.safetensors", "expected finite values"});
}

TEST_F(ModelTest, LinearWeightsMayBeStoredAsAConvolution) {
  const Model model = small_model();
  std::vector<StoredTensor> tensors = tensors_of(model);
  for (const std::vector<std::int64_t>& dims : {std::vector<std::int64_t>{5, 4, 4, 4}, std::vector<std::int64_t>{5, 64, 1, 1}}) {
    tensors[2].dims = dims;
    write_safetensors(path("m"), tensors, metadata_of(model), Precision::kFloat32);
    EXPECT_EQ(load_model(path("m")).parameters.at("fc2.weight").shape(), (Shape{5, 64, 1, 1}));
  }
}

TEST_F(ModelTest, TensorsThatDoNotFitAreNamed) {
  const Model model = small_model();
  const std::vector<float> extra = {1, 2, 3};
  const auto refuse = [&](auto change, std::initializer_list<std::string_view> parts) {
    std::vector<StoredTensor> tensors = tensors_of(model);
    change(tensors);
    write_safetensors(path("bad.safetensors"), tensors, metadata_of(model), Precision::kFloat32);
    expect_error([&] { (void)load_model(path("bad.safetensors")); }, {"bad.safetensors"});
    expect_error([&] { (void)load_model(path("bad.safetensors")); }, parts);
  };
  refuse([](auto& t) { t.erase(t.begin() + 1); }, {"\"conv1.bias\" (4)", "found none"});
  refuse([](auto& t) { t[3].name = "fc3.bias"; }, {"\"fc2.bias\"", "found none"});
  refuse([&](auto& t) { t.push_back({"conv9.bias", {3}, extra}); }, {"only tensors of the network's layers", "\"conv9.bias\" (3)"});
  refuse([](auto& t) { t[0].dims = {4, 27}; }, {"\"conv1.weight\"", "(4, 3, 3, 3)", "(4, 27)"});
  refuse([](auto& t) { t[2].dims = {64, 5}; }, {"\"fc2.weight\"", "(5, 64)", "(64, 5)"});
  refuse([](auto& t) { t[1].dims = {2, 2}; }, {"\"conv1.bias\"", "(2, 2)"});
}

TEST_F(ModelTest, FilesWithoutADescriptionAreNoModels) {
  write_safetensors(path("plain.safetensors"), tensors_of(small_model()), {}, Precision::kFloat32);
  expect_error([&] { (void)load_model(path("plain.safetensors")); }, {"plain.safetensors", "zfscope.network", "found none"});
  write_safetensors(path("plain.safetensors"), {}, {{"zfscope.network", "{}"}}, Precision::kFloat32);
  expect_error([&] { (void)load_model(path("plain.safetensors")); }, {"plain.safetensors", "\"name\""});
}

TEST_F(ModelTest, SavingRefusesWhatLoadingWould) {
  const auto refuse = [&](auto change, std::initializer_list<std::string_view> parts) {
    Model model = small_model();
    change(model);
    expect_error([&] { save_model(path("out"), model, Precision::kFloat16); }, parts);
    EXPECT_EQ(file_count(), 0U);
  };
  refuse([](Model& m) { m.parameters.erase("fc2.bias"); }, {"out", "\"fc2.bias\"", "found none"});
  refuse([](Model& m) { m.parameters.emplace("x", Tensor({1, 1, 1, 1})); }, {"expected 4 parameters, found 5"});
  refuse([](Model& m) { m.parameters.at("conv1.weight") = Tensor({4, 3, 5, 5}); }, {"\"conv1.weight\"", "4x3x3x3", "4x3x5x5"});
  refuse([](Model& m) { m.parameters.at("fc2.bias").data()[2] = 1e6F; }, {"\"fc2.bias\"", "float16", "element 2"});
  refuse([](Model& m) { m.classes.pop_back(); }, {"5 logits, found 4"});
  refuse([](Model& m) { m.preprocess.crop = {4, 4}; }, {"1x3x4x4"});
  refuse([](Model& m) { m.network.layers.clear(); }, {"at least one layer"});
}

}  // namespace
}  // namespace zf

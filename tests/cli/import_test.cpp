// zfscope import; files of ONNX and Caffe in the place of models.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/program.h"

namespace zf::testing {
namespace {

using nlohmann::json;

class ImportCommand : public CommandTest {
 protected:
  static std::string fixture(const std::string& name) { return ZF_SOURCE_DIR "/tests/fixtures/exchange/" + name; }
};

TEST_F(ImportCommand, WritesAModelThatClassifiesAsTheFileDoes) {
  write_photo(path("photo.png"), 40, 30, 1);
  const Outcome made = run("import " + fixture("residual_13.onnx") + " --out net.safetensors");
  ASSERT_EQ(made.status, 0) << made.err;
  EXPECT_NE(made.out.find("imagenet-torch"), std::string::npos) << made.out;
  EXPECT_EQ(run("classify net.safetensors photo.png --npy ours.npy").status, 0);
  const Outcome direct = run("classify " + fixture("residual_13.onnx") + " photo.png --npy direct.npy");
  EXPECT_EQ(direct.status, 0) << direct.err;
  EXPECT_NE(direct.err.find("preprocessing"), std::string::npos) << direct.err;
  const Tensor ours = npy("ours.npy");
  const Tensor theirs = npy("direct.npy");
  EXPECT_EQ(std::vector(ours.values().begin(), ours.values().end()), std::vector(theirs.values().begin(), theirs.values().end()));
}

TEST_F(ImportCommand, WritesHalvesThatClassifyAlike) {
  write_photo(path("photo.png"), 40, 30, 1);
  const std::string file = fixture("residual_13.onnx");
  ASSERT_EQ(run("import " + file + " --out whole.safetensors").status, 0);
  ASSERT_EQ(run("import " + file + " --out half.safetensors --precision float16").status, 0);
  EXPECT_LT(std::filesystem::file_size(path("half.safetensors")), std::filesystem::file_size(path("whole.safetensors")));
  EXPECT_EQ(run("classify whole.safetensors photo.png --npy whole.npy").status, 0);
  EXPECT_EQ(run("classify half.safetensors photo.png --npy half.npy").status, 0);
  const Tensor whole = npy("whole.npy");
  const Tensor half = npy("half.npy");
  for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_NEAR(half.values()[i], whole.values()[i], 0.02F);
  expect_failure("import " + file + " --out net.safetensors --precision float8", "float16", 2);
}

TEST_F(ImportCommand, TakesWhatTheFileDoesNotSay) {
  write_file(path("names.txt"), std::string_view("a\nb\nc\nd\n"));
  const std::string file = fixture("mobile_14.onnx");
  const Outcome made = run("import " + file + " --out net.safetensors --classes names.txt --preprocess caffe-bgr --std 1,2,3 --resize 20");
  ASSERT_EQ(made.status, 0) << made.err;
  EXPECT_EQ(result("info net.safetensors").at("classes"), json({"a", "b", "c", "d"}));
  expect_failure("import " + file + " --out net.safetensors --preprocess nothing", "imagenet-torch, caffe-bgr");
  expect_failure("import " + file, "--out");
}

TEST_F(ImportCommand, TriesEveryPreset) {
  write_photo(path("photo.png"), 40, 30, 1);
  const Outcome tried = run("import " + fixture("shuffle_13.onnx") + " --try photo.png");
  ASSERT_EQ(tried.status, 0) << tried.err;
  for (const char* preset : {"imagenet-torch:", "caffe-bgr:", "zfnet512:", "tf:", "unit:", "raw:"}) {
    EXPECT_NE(tried.out.find(preset), std::string::npos) << preset;
  }
}

TEST_F(ImportCommand, ProjectsThroughAnOnnxFile) {
  write_photo(path("photo.png"), 40, 30, 1);
  EXPECT_EQ(run("project " + fixture("alex_11.onnx") + " photo.png --layer features.4 --out out.png").status, 0);
}

TEST_F(ImportCommand, TakesWeightsInTorchvisionsNames) {
  write_photo(path("photo.png"), 40, 30, 1);
  const std::string file = ZF_SOURCE_DIR "/tests/fixtures/state_dicts/resnet10.safetensors";
  const Outcome made = run("import " + file + " --out net.safetensors");
  ASSERT_EQ(made.status, 0) << made.err;
  EXPECT_NE(made.out.find("network: ResNet-10"), std::string::npos) << made.out;
  EXPECT_EQ(run("classify net.safetensors photo.png --npy ours.npy").status, 0);
  EXPECT_EQ(run("classify " + file + " photo.png --npy direct.npy").status, 0);
  const Tensor ours = npy("ours.npy");
  const Tensor theirs = npy("direct.npy");
  EXPECT_EQ(std::vector(ours.values().begin(), ours.values().end()), std::vector(theirs.values().begin(), theirs.values().end()));
  EXPECT_EQ(run("project " + file + " photo.png --layer layer3.0.conv1 --out out.png").status, 0);
  EXPECT_EQ(run("occlude " + file + " photo.png --size 112 --stride 56 --out occlusion").status, 0);
  expect_failure("import " + file + " --out net.safetensors --output x", "--output");
}

TEST_F(ImportCommand, TakesCaffesTwoFiles) {
  const std::string caffe = ZF_SOURCE_DIR "/tests/fixtures/caffe/";
  write_photo(path("photo.png"), 50, 60, 1);
  write_file(path("mean.npy"), encode_npy(Tensor({1, 3, 4, 4}, 50)));
  const std::string files = caffe + "resnet.prototxt " + caffe + "resnet.caffemodel";
  const Outcome made = run("import --mean mean.npy " + files + " --out net.safetensors");
  ASSERT_EQ(made.status, 0) << made.err;
  EXPECT_NE(made.out.find("caffe-bgr"), std::string::npos) << made.out;
  const Outcome numbers = run("import --mean 50,50,50 " + files + " --out same.safetensors");
  ASSERT_EQ(numbers.status, 0) << numbers.err;
  EXPECT_EQ(read_file(path("net.safetensors")), read_file(path("same.safetensors")));
  EXPECT_EQ(run("classify net.safetensors photo.png").status, 0);
  EXPECT_EQ(run("project " + caffe + "caffenet.caffemodel photo.png --layer conv5 --out out.png").status, 0);
  expect_failure("import --mean 1,2 " + files + " --out net.safetensors", "three numbers or a file");
  expect_failure("import " + caffe + "digits_deploy.prototxt --out net.safetensors", "digits_deploy.caffemodel");
}

TEST_F(ImportCommand, ChecksCaffesFilesAgainstOpencv) {
  const std::string caffe = ZF_SOURCE_DIR "/tests/fixtures/caffe/";
  write_file(path("x.npy"), encode_npy(Tensor({1, 3, 43, 38}, 0.5F)));
  const Outcome checked = run("import " + caffe + "squeezenet.prototxt --check x.npy");
  ASSERT_EQ(checked.status, 0) << checked.err;
  EXPECT_NE(checked.out.find("fire2.concat"), std::string::npos) << checked.out;
  EXPECT_NE(checked.out.find("check: largest difference"), std::string::npos) << checked.out;
}

TEST_F(ImportCommand, SaysWhatItCannotOpen) {
  write_file(path("net.pth"), std::string_view("PK\x03\x04"));
  expect_failure("info net.pth", "torch.onnx.export");
  expect_failure("info net.pth", "safetensors.torch.save_file");
  write_file(path("net.onnx"), std::string_view("nonsense"));
  expect_failure("info net.onnx", "ONNX model");
}

}  // namespace
}  // namespace zf::testing

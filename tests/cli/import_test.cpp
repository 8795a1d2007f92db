// zfscope import and ONNX files in the place of models.
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
  expect_failure("import " + file + " --out net.safetensors --precision float8", "float16");
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

TEST_F(ImportCommand, SaysWhatItCannotOpen) {
  write_file(path("net.pth"), std::string_view("PK\x03\x04"));
  expect_failure("info net.pth", "torch.onnx.export");
  write_file(path("net.onnx"), std::string_view("nonsense"));
  expect_failure("info net.onnx", "ONNX model");
}

}  // namespace
}  // namespace zf::testing

#include "tests/viewer/test_host.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <thread>
#include <utility>

#include "core/tensor/error.h"
#include "core/viewer/keys.h"
#include "tests/backend/late_backend.h"

namespace zf::testing {

DecodedImage TestDecoder::decode(std::span<const std::byte> bytes, const std::string& name) const {
  if (const auto known = read_image_header(bytes)) {
    Image image = make_image(static_cast<int>(known->width), static_cast<int>(known->height));
    unsigned sum = 0;
    for (const std::byte b : bytes) sum = sum * 31 + std::to_integer<unsigned>(b);
    std::fill(image.rgb.begin(), image.rgb.end(), static_cast<std::uint8_t>(sum % 251));
    return image;
  }
  const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  int width = 0;
  int height = 0;
  int header = 0;
  if (std::sscanf(text.c_str(), "ZF %d %d%n", &width, &height, &header) != 2) fail("{}: expected a test photo, found other bytes", name);
  Image image = make_image(width, height);
  if (text.size() != static_cast<std::size_t>(header) + 1 + image.rgb.size()) fail("{}: expected a whole test photo", name);
  std::copy(text.begin() + header + 1, text.end(), image.rgb.begin());
  DecodedImage photo(std::move(image));
  if (name.find("cut") != std::string::npos) photo.notes.emplace_back("the file ends early");
  if (name.find("half") != std::string::npos) photo.shrunk = 2;
  return photo;
}

void write_test_photo(const std::filesystem::path& path, int width, int height, int seed) {
  std::ofstream file(path, std::ios::binary);
  file << "ZF " << width << " " << height << "\n";
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) file.put(static_cast<char>((x * (c + 3) * seed + y * (7 - c) + x * y * (seed + c)) % 251));
    }
  }
}

viewer::TextureHandle TestHost::make_texture(const Picture& picture, viewer::Sampling) {
  textures.emplace(next_, picture);
  return next_++;
}

void TestHost::upload_fonts() {
  unsigned char* pixels = nullptr;
  int width = 0;
  int height = 0;
  ImGui::GetIO().Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
}

std::string TestHost::save_file(const std::string& name, std::span<const std::byte> bytes) {
  files[name] = {bytes.begin(), bytes.end()};
  return "memory/" + name;
}

std::unique_ptr<Backend> TestHost::make_backend(const std::string& name) {
  constexpr int kPolls = 2;
  constexpr int kAnswers = 3;
  if (name == "late") return std::make_unique<LateBackend>(kPolls);
  if (name == "failing") return std::make_unique<LateBackend>(kPolls, kAnswers);
  if (name == "absent") fail("absent: expected a card, found none");
  return make_cpu_backend(1);
}

std::string TestHost::demo_model() const { return ZF_FIXTURES "/nn/small_zfnet.safetensors"; }

std::string TestHost::asset(const std::string& name) const {
  const auto found = assets.find(name);
  return found == assets.end() ? std::string() : found->second;
}

Stage::Stage(int width, int height, bool threads, viewer::State state) : host_(threads) {
  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.DeltaTime = 1.0F / 60;
  viewer::connect_keys();
  resize(width, height);
  app_ = std::make_unique<viewer::App>(host_, std::move(state));
}

Stage::~Stage() {
  app_.reset();
  EXPECT_TRUE(host_.textures.empty()) << "textures leak";
  ImGui::DestroyContext();
}

void Stage::resize(int width, int height) { ImGui::GetIO().DisplaySize = {static_cast<float>(width), static_cast<float>(height)}; }

void Stage::frame() {
  app_->session().work();
  app_->prepare(1);
  app_->frame();
  ImGui::Render();
  // What is drawn must exist: a texture that was freed while a frame still shows it would be a crash on a real host.
  const ImDrawData& data = *ImGui::GetDrawData();
  for (int i = 0; i < data.CmdListsCount; ++i) {
    for (const ImDrawCmd& command : data.CmdLists[i]->CmdBuffer) {
      const auto id = reinterpret_cast<viewer::TextureHandle>(command.GetTexID());
      if (id == 0) continue;
      EXPECT_EQ(host_.textures.count(id), 1U) << "a frame shows a texture that is gone";
    }
  }
}

void Stage::settle() {
  constexpr int kQuiet = 4;
  constexpr int kMost = 20000;
  int frames = 0;
  for (int quiet = 0; quiet < kQuiet && frames < kMost; ++frames) {
    frame();
    quiet = app_->settled() ? quiet + 1 : 0;
    if (!app_->settled()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ASSERT_LT(frames, kMost) << "work never ends";
}

void Stage::click(const std::string& landmark, ImGuiMouseButton button) { click(landmark, 0.5F, 0.5F, button); }

void Stage::click(const std::string& landmark, float x, float y, ImGuiMouseButton button) {
  const viewer::Landmarks::Landmark* found = app_->landmarks().find(landmark);
  ASSERT_NE(found, nullptr) << landmark;
  const viewer::Box box = found->box;
  ImGuiIO& io = ImGui::GetIO();
  io.MousePos = {box.x + x * box.w, box.y + y * box.h};
  frame();
  io.MouseDown[button] = true;
  frame();
  io.MouseDown[button] = false;
  frame();
  settle();
}

void Stage::drag(const std::string& landmark, ImVec2 from, ImVec2 to) {
  const viewer::Landmarks::Landmark* found = app_->landmarks().find(landmark);
  ASSERT_NE(found, nullptr) << landmark;
  const viewer::Box box = found->box;
  ImGuiIO& io = ImGui::GetIO();
  constexpr int kFrames = 4;
  for (int i = 0; i <= kFrames; ++i) {
    const float part = static_cast<float>(i) / kFrames;
    io.MousePos = {box.x + (from.x + part * (to.x - from.x)) * box.w, box.y + (from.y + part * (to.y - from.y)) * box.h};
    frame();
    io.MouseDown[ImGuiMouseButton_Left] = true;
    frame();
  }
  io.MouseDown[ImGuiMouseButton_Left] = false;
  frame();
  settle();
}

void Stage::press(int key, bool ctrl, bool shift) {
  viewer::hold_modifiers(ctrl, shift, false);
  viewer::hold_key(key, true);
  frame();
  viewer::hold_key(key, false);
  viewer::hold_modifiers(false, false, false);
  frame();
  settle();
}

}  // namespace zf::testing

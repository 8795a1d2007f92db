// Photos as people have them: one bad file never ends a run, a folder means the same to every command, names in any script.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "core/io/jpeg.h"
#include "tests/cli/program.h"

namespace zf::testing {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Photos : public CommandTest {
 protected:
  void SetUp() override {
    for (int i = 0; i < 2; ++i) write_photo(path("photo" + std::to_string(i) + ".png"), 300, 240, i);
    std::ofstream(path("page.jpg")) << "<html>404 Not Found</html>";
  }

  /// A folder as a camera card and a Mac leave it: two photos, one of them deeper, and what is none.
  void write_folder() const {
    write_photo(path("card/a.png"), 60, 60, 1);
    write_photo(path("card/2023/b.png"), 60, 60, 2);
    std::ofstream(path("card/._a.png")) << "Mac OS X";
    std::ofstream(path("card/Thumbs.db")) << "thumbs";
    std::ofstream(path("card/film.mp4")) << "film";
    std::ofstream(path("card/page.jpg")) << "<html>";
  }

  /// The program prints its JSON and fails, naming page.jpg and why.
  [[nodiscard]] json after_a_bad_photo(const std::string& arguments) const {
    const Outcome outcome = run(arguments + " --json");
    EXPECT_EQ(outcome.status, 1) << arguments;
    EXPECT_NE(outcome.err.find("page.jpg: expected an image"), std::string::npos) << outcome.err;
    json printed = json::parse(outcome.out);
    EXPECT_EQ(printed.at("skipped").size(), 1U) << arguments;
    EXPECT_EQ(printed.at("skipped").at(0).at("image"), "page.jpg");
    EXPECT_EQ(printed.at("skipped").at(0).at("why").get<std::string>().rfind("expected an image", 0), 0U);
    return printed;
  }
};

TEST_F(Photos, OneBadPhotoAmongSeveralIsNamedAndTheOthersGoOn) {
  const std::string photos = " photo0.png page.jpg photo1.png";
  EXPECT_EQ(after_a_bad_photo("classify" + photos).at("results").size(), 2U);
  EXPECT_EQ(after_a_bad_photo("project --layer conv2 --out pictures" + photos).at("results").size(), 2U);
  EXPECT_TRUE(fs::exists(path("pictures/photo0.png")));
  EXPECT_TRUE(fs::exists(path("pictures/photo1.json")));
  EXPECT_EQ(after_a_bad_photo("occlude --size 112 --stride 112" + photos).at("photos"), 2);
  EXPECT_EQ(after_a_bad_photo("invariance --translate 3 --out out" + photos).at("photos").size(), 2U);
  EXPECT_EQ(after_a_bad_photo("render --maps 1 --out story" + photos).at("images").size(), 2U);
}

TEST_F(Photos, OneBadFaceIsNamedAndTheOthersGoOn) {
  write_photo(path("photo2.png"), 300, 240, 2);
  std::ofstream(path("points.csv"))
      << "image,left_eye_x,left_eye_y,right_eye_x,right_eye_y,nose_x,nose_y\n"
         "photo0.png,100,100,160,100,130,140\npage.jpg,100,100,160,100,130,140\nphoto1.png,100,90,160,90,130,130\n"
         "photo2.png,90,90,150,90,120,130\n";
  EXPECT_EQ(after_a_bad_photo("correspond --points points.csv --draws 1").at("faces"), 3);
}

TEST_F(Photos, WithoutAGoodPhotoTheCommandFails) {
  EXPECT_TRUE(after_a_bad_photo("classify page.jpg").at("results").empty());
  expect_failure("invariance page.jpg --out out", "page.jpg: expected an image");
  expect_failure("occlude page.jpg page.jpg", "page.jpg: expected an image");
  expect_failure("occlude page.jpg photo0.png", "page.jpg: expected an image");  // one is too few for an interval
}

TEST_F(Photos, AFolderMeansTheSameToEveryCommand) {
  write_folder();
  const auto skips_two = [](const json& printed) {
    ASSERT_EQ(printed.at("skipped").size(), 2U) << printed.dump();
    EXPECT_EQ(printed.at("skipped").at(0).at("image"), "card/film.mp4");
    EXPECT_EQ(printed.at("skipped").at(1).at("image"), "card/page.jpg");
  };
  const json mined = result("mine --data card --out atlas --top 1");
  EXPECT_EQ(mined.at("images"), 2);
  skips_two(mined);
  const json site = result("render card --maps 1 --out site");
  EXPECT_EQ(site.at("images").size(), 2U);
  skips_two(site);
  const json moved = result("invariance --data card --translate 3 --out out");
  EXPECT_EQ(moved.at("photos").size(), 2U);
  skips_two(moved);
  const json covered = result("occlude --data card --size 112 --stride 112");
  EXPECT_EQ(covered.at("photos"), 2);
  skips_two(covered);
}

TEST_F(Photos, ClassFoldersMayHoldFoldersAndBeEmpty) {
  write_photo(path("data/val/church/2023/a.png"), 60, 60, 1);
  write_photo(path("data/val/tench/b.png"), 60, 60, 2);
  fs::create_directories(path("data/val/nothing"));
  fs::create_directories(path("data/val/__MACOSX"));
  std::ofstream(path("data/val/tench/page.jpg")) << "<html>";
  const json tested = result("eval --data data");
  EXPECT_EQ(tested.at("images"), 2);
  ASSERT_EQ(tested.at("skipped").size(), 2U);
  EXPECT_EQ(tested.at("skipped").at(0).at("image"), "data/val/nothing");
  EXPECT_EQ(tested.at("skipped").at(1).at("image"), "data/val/tench/page.jpg");
}

/// A JPEG of noise, which is cut at a part of its length.
void write_jpeg(const fs::path& file, int width, int height, double part) {
  Image image = make_image(width, height);
  unsigned value = 1;
  for (std::uint8_t& one : image.rgb) one = static_cast<std::uint8_t>((value = value * 1664525 + 1013904223) >> 24U);
  std::vector<std::byte> bytes = encode_jpeg(image, 80);
  bytes.resize(static_cast<std::size_t>(part * static_cast<double>(bytes.size())));
  fs::create_directories(file.parent_path());
  write_file(file, bytes);
}

TEST_F(Photos, WhatIsOddAboutAPhotoIsSaidOnce) {
  write_jpeg(path("cut.jpg"), 300, 240, 0.5);
  const Outcome outcome = run("classify cut.jpg photo0.png cut.jpg --json");
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(json::parse(outcome.out).at("results").size(), 3U);
  const std::string note = "zfscope: cut.jpg: the file ends early: about ";
  EXPECT_EQ(outcome.err.rfind(note, 0), 0U) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
  EXPECT_EQ(run("occlude --size 112 --stride 112 --json cut.jpg").err.rfind(note, 0), 0U);
  for (int i = 0; i < 12; ++i) write_jpeg(path("cut") / (std::to_string(i) + ".jpg"), 60, 60, 0.9);
  const Outcome many = run("mine --data cut --out atlas --top 1 --json");
  EXPECT_EQ(std::count(many.err.begin(), many.err.end(), '\n'), 11) << many.err;
  EXPECT_NE(many.err.find("zfscope: notes on 2 more photos"), std::string::npos) << many.err;
}

TEST_F(Photos, LargePhotosAreReadSmallerOrRefused) {
  write_photo(path("large.png"), 1500, 1000, 1);
  write_jpeg(path("large.jpg"), 1500, 1000, 1);
  expect_failure("classify large.png --max-megapixels 1", "at most 1 megapixels (--max-megapixels raises that), found 1500x1000");
  EXPECT_EQ(run("classify large.png --max-megapixels 2").status, 0);
  const Outcome outcome = run("classify large.jpg --max-megapixels 1 --json");
  EXPECT_EQ(outcome.err, "zfscope: large.jpg: a photo of 1500x1000 pixels, read at 750x500\n");
  EXPECT_EQ(run("classify large.jpg --json").err, "");
  std::ofstream(path("points.csv")) << "image,left_eye_x,left_eye_y,right_eye_x,right_eye_y,nose_x,nose_y\n"
                                       "large.jpg,700,400,860,400,780,500\nphoto1.png,100,90,160,90,130,130\n";
  EXPECT_EQ(run("correspond --points points.csv --draws 1 --max-megapixels 1 --json").status, 0);  // points are in the file's pixels
}

TEST_F(Photos, NamesInAnyScriptAreShownAndOthersEscaped) {
  for (const char* const name : {"Łódź 北京 Привет 🐶.png", "a'b\"c.png", "<img src=x onerror=alert(1)>.png", "caf\xE9\n.png"}) {
    write_photo(path("names") / name, 60, 60, 1);
  }
  const json printed = result("classify 'names/Łódź 北京 Привет 🐶.png' 'names/caf\xE9\n.png'");
  EXPECT_EQ(printed.at("results").at(0).at("image"), "names/Łódź 北京 Привет 🐶.png");
  EXPECT_EQ(printed.at("results").at(1).at("image"), "names/caf\\xe9\\x0a.png");
  EXPECT_EQ(result("render names --maps 1 --out site").at("images").size(), 4U);
  EXPECT_EQ(result("mine --data names --out atlas --top 1").at("images"), 4);
  EXPECT_EQ(run("mine --atlas atlas --site pages").status, 0);
}

// Classes are folders, whose names may be any bytes: training does not end at its first save.
TEST_F(Photos, ClassesMayHaveAnyName) {
  const std::string longest(255, 'x');
  for (const char* const split : {"train", "val"}) {
    for (const std::string& name : {std::string("caf\xE9"), std::string("two\nlines"), std::string("Łódź \"1\""), longest}) {
      for (int i = 0; i < 4; ++i) write_photo(path("data") / split / name / (std::to_string(i) + ".png"), 40, 40, i);
    }
  }
  const json trained = result("train --data data --out run --arch zfnet --size 64 --width 0.05 --fc 8 --epochs 1 --batch 8 --from scratch");
  EXPECT_EQ(trained.at("epochs"), 1);
  const auto classes = result("info run/model.safetensors").at("classes").get<std::set<std::string>>();
  EXPECT_EQ(classes, (std::set<std::string>{longest, "caf\\xe9", "two\\x0alines", "Łódź \"1\""}));
  EXPECT_EQ(result("eval run/model.safetensors --data data").at("images"), 16);
  EXPECT_EQ(run("mine run/model.safetensors --data data --out " + longest.substr(0, 250) + " --top 1").status, 0);
}

}  // namespace

}  // namespace zf::testing

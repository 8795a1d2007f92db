// The program's render command on folders, run as people run it.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "core/report/html.h"
#include "core/report/photo_index.h"
#include "markup.h"
#include "rendering.h"

namespace zf {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A URL's path as a file's name.
std::string decoded(const std::string& url) {
  std::string name;
  for (std::size_t i = 0; i < url.size(); ++i) {
    if (url[i] != '%') {
      name += url[i];
    } else {
      name += static_cast<char>(std::stoi(url.substr(i + 1, 2), nullptr, 16));
      i += 2;
    }
  }
  return name;
}

struct RenderSite : test::Rendering {
  /// The rows of a site's list.
  [[nodiscard]] json rows(const std::string& site) const {
    const std::string text = read(site + "/photos.js");
    constexpr std::string_view kStart = "const site = ";
    constexpr std::string_view kEnd = ";\n";
    EXPECT_EQ(text.substr(0, kStart.size()), kStart);
    return json::parse(text.substr(kStart.size(), text.size() - kStart.size() - kEnd.size())).at("photos");
  }

  /// Every file of a folder, hidden ones too, and its bytes.
  [[nodiscard]] std::map<std::string, std::string> files(const std::string& site) const {
    std::map<std::string, std::string> result;
    for (const auto& entry : fs::recursive_directory_iterator(folder / site)) {
      if (!entry.is_directory()) result[entry.path().lexically_relative(folder / site)] = read(entry.path());
    }
    return result;
  }
};

TEST_F(RenderSite, AFolderBecomesPagesAndAnIndex) {
  const std::vector<std::string> names = {"a.jpg", "a.png", "deep/er/50% <b>&\"quoted\"#1?.png", "deep/写真 été.png", "caf\xE9.png"};
  for (std::size_t i = 0; i < names.size(); ++i) write_photo("photos/" + names[i], static_cast<std::uint32_t>(i));
  write_photo("photos/.hidden.png", 9);
  write_photo("photos/.hidden/x.png", 9);
  write_file(folder / "photos/deep/notes.txt", std::string_view("no picture"));
  ASSERT_EQ(run("small.safetensors photos --out site --maps 3 --json", "env -u DISPLAY"), 0) << read("err.txt");
  EXPECT_NE(read("err.txt").find("1 of 6 files skipped:\n  photos/deep/notes.txt"), std::string::npos) << read("err.txt");
  const json result = printed();
  EXPECT_EQ(result.at("page"), "site/index.html");
  EXPECT_EQ(result.at("images").size(), names.size());
  ASSERT_EQ(result.at("skipped").size(), 1U);
  EXPECT_EQ(result.at("skipped")[0].at("image"), "photos/deep/notes.txt");
  EXPECT_NE(result.at("skipped")[0].at("why").get<std::string>().find(".txt"), std::string::npos);
  for (const char* stage : {"decode", "compute", "draw", "write", "wall"}) EXPECT_GT(result.at("seconds").at(stage), 0) << stage;

  const test::Markup index = test::parse_markup(read("site/index.html"));
  for (const test::Tag& script : index.named("script")) EXPECT_TRUE(fs::exists(folder / "site" / script.attributes.at("src")));
  const json list = rows("site");
  ASSERT_EQ(list.size(), names.size());
  std::vector<std::string> found;
  for (const json& row : list) {
    const fs::path page = fs::path("site") / decoded(row.at(1));
    found.push_back(page.lexically_relative("site/photos"));
    for (const char* file : {"index.html", "thumbnail.jpg", "photo.png", "conv1.npy", "prediction.json"})
      EXPECT_TRUE(fs::exists(folder / page / file)) << page / file;
    const test::Markup markup = test::parse_markup(read(page / "index.html"));
    EXPECT_NE(markup.text.find(escape_html(row.at(0).get<std::string>())), std::string::npos) << row;
    const std::string back = markup.values("href").front();
    EXPECT_EQ((page / back).lexically_normal(), "site/index.html") << row;
    EXPECT_TRUE(markup.named("script").empty());
  }
  EXPECT_TRUE(std::is_permutation(found.begin(), found.end(), names.begin(), names.end()));
}

TEST_F(RenderSite, ARunThatWasKilledGoesOnToTheSameBytes) {
  constexpr int kPhotos = 12;
  for (int i = 0; i < kPhotos; ++i) write_photo(fmt::format("photos/{}/{}.png", i % 3, i), static_cast<std::uint32_t>(i));
  const auto start = std::chrono::steady_clock::now();
  ASSERT_EQ(run("small.safetensors photos --out whole"), 0) << read("err.txt");
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  for (int i = 1; i <= 5; ++i) (void)run("small.safetensors photos --out cut", fmt::format("timeout -s KILL {:.3f}", seconds * i / 12));
  ASSERT_EQ(run("small.safetensors photos --out cut --json"), 0) << read("err.txt");
  EXPECT_GT(printed().at("already_there"), 0);
  EXPECT_EQ(printed().at("images").size(), static_cast<std::size_t>(kPhotos));
  EXPECT_EQ(files("cut"), files("whole"));
}

TEST_F(RenderSite, AnInterruptedRunSaysSoAndLeavesAnIndex) {
  for (int i = 0; i < 200; ++i) write_photo(fmt::format("photos/{}.png", i), 1);
  const std::string ended_soon = R"(sh -c '"$@" & until [ -e site/photos.js ]; do sleep 0.01; done; kill $!; wait $!' sh)";
  EXPECT_EQ(run("small.safetensors photos --out site", ended_soon), 1);
  EXPECT_NE(read("err.txt").find("interrupted"), std::string::npos) << read("err.txt");
  const std::size_t listed = rows("site").size();
  EXPECT_LT(listed, 200U);
  for (const json& row : rows("site")) EXPECT_TRUE(fs::exists(folder / "site" / row.at(1) / "index.html"));
}

TEST_F(RenderSite, OnlyWhatFollowsFromTheSameIsKept) {
  for (const char* name : {"photos/a.png", "photos/b.png"}) write_photo(name, 1);
  const auto already_there = [this](const std::string& options) {
    EXPECT_EQ(run("small.safetensors photos --out site --json " + options), 0) << read("err.txt");
    return printed().at("already_there").get<int>();
  };
  EXPECT_EQ(already_there(""), 0);
  threads = 2;
  EXPECT_EQ(already_there(""), 2);
  EXPECT_NE(read("err.txt").find("2 of 2 photos already there"), std::string::npos);
  EXPECT_TRUE(fs::exists(folder / "site/photos/a.png/conv2_projections.png"));
  EXPECT_EQ(already_there("--maps 2"), 0);
  EXPECT_EQ(json::parse(read("site/photos/a.png/conv1_projections.json")).at("units").size(), 2U);
  EXPECT_EQ(already_there("--maps 2 --rule guided"), 0);
  fs::last_write_time(folder / "photos/b.png", fs::last_write_time(folder / "photos/b.png") + std::chrono::seconds(1));
  EXPECT_EQ(already_there("--maps 2 --rule guided"), 1);
  write_photo("photos/c.png", 3);
  EXPECT_EQ(already_there("--maps 2 --rule guided"), 2);
  EXPECT_EQ(rows("site").size(), 3U);
  fs::remove(folder / "site/photos/a.png/made_from.json");
  EXPECT_EQ(run("small.safetensors photos --out site"), 1);
  EXPECT_NE(read("err.txt").find("site/photos/a.png"), std::string::npos);
}

TEST_F(RenderSite, EqualNamesOfSeveralFoldersAreToldApart) {
  for (const char* name : {"one/set/a.png", "two/set/a.png", "a.png"}) write_photo(name, 1);
  ASSERT_EQ(run("small.safetensors one/set two/set/ a.png --out site"), 0) << read("err.txt");
  const json list = rows("site");
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0][0], "set/a.png");
  EXPECT_EQ(list[1][0], "set-2/a.png");
  EXPECT_EQ(list[2][0], "a.png");
  EXPECT_TRUE(fs::exists(folder / "site/photos/set-2/a.png/index.html"));
}

TEST_F(RenderSite, ItsOwnPicturesAreNoPhotosAndNothingElseIsReplaced) {
  write_photo("photos/a.png", 1);
  const std::string photo = read("photos/a.png");
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(run("small.safetensors . --out site --json"), 0) << read("err.txt");
    ASSERT_EQ(printed().at("images").size(), 1U);
    EXPECT_EQ(printed().at("already_there"), i);
  }
  for (const char* out : {"photos", "photos/", "."}) {
    EXPECT_EQ(run(std::string("small.safetensors photos --out ") + out), 1);
    EXPECT_NE(read("err.txt").find("--out"), std::string::npos);
  }
  fs::create_directories(folder / "mine/photos/a.png");
  write_file(folder / "mine/photos/a.png/letter.txt", std::string_view("dear"));
  EXPECT_EQ(run("small.safetensors photos --out mine"), 1);
  EXPECT_EQ(read("mine/photos/a.png/letter.txt"), "dear");
  EXPECT_EQ(read("photos/a.png"), photo);
}

TEST_F(RenderSite, AFolderWithoutPhotosIsRefused) {
  fs::create_directories(folder / "texts");
  write_file(folder / "texts/a.txt", std::string_view("a"));
  EXPECT_EQ(run("small.safetensors texts --out site --json"), 1);
  EXPECT_NE(read("err.txt").find("texts/a.txt (no photo, since its name ends in .txt)"), std::string::npos) << read("err.txt");
  fs::create_directories(folder / "empty");
  EXPECT_EQ(run("small.safetensors empty --out site"), 1);
}

/// What a browser shows of the list at this address.
struct PhotoList : RenderSite {
  static constexpr const char* kBrowser = "/usr/bin/chromium";

  void SetUp() override {
    if (!fs::exists(kBrowser)) GTEST_SKIP() << "no " << kBrowser;
    PhotoIndex index{"small", {}, 0};
    for (int i = 0; i < 130; ++i) index.photos.push_back({fmt::format("Größe/{}.png", i), i % 2 == 0 ? "tench" : "golf_ball", 0.5});
    index.photos.push_back({"<i>#&\".png", "church", 0.123456});
    write_file(folder / "index.html", photo_index_html(index));
    write_file(folder / "index.js", photo_index_script());
    write_file(folder / "photos.js", photo_index_data(index));
  }
  [[nodiscard]] std::string shown(const std::string& address) const {
    const std::string command = fmt::format(
        "'{0}' --headless --no-sandbox --disable-gpu --user-data-dir='{1}/browser' --dump-dom 'file://{1}/index.html{2}' >'{1}/dom.html' "
        "2>/dev/null",
        kBrowser, folder.string(), address);
    EXPECT_EQ(std::system(command.c_str()), 0);
    return read("dom.html");
  }
  [[nodiscard]] static int cards(const std::string& dom) {
    int count = 0;
    for (std::size_t at = dom.find("<li>"); at != std::string::npos; at = dom.find("<li>", at + 1)) ++count;
    return count;
  }
};

TEST_F(PhotoList, IsSearchedAndPagedInABrowser) {
  const std::string all = shown("");
  EXPECT_EQ(cards(all), 60);
  EXPECT_NE(all.find("1 to 60 of 131 photos"), std::string::npos);
  EXPECT_NE(all.find("golf ball (65)"), std::string::npos);
  EXPECT_NE(all.find("href=\"photos/Gr%C3%B6%C3%9Fe/59.png/index.html\""), std::string::npos);
  const std::string last = shown("#page=3");
  EXPECT_EQ(cards(last), 11);
  EXPECT_NE(last.find("photos/%3Ci%3E%23%26%22.png/thumbnail.jpg"), std::string::npos);
  EXPECT_NE(last.find("&lt;i&gt;#&amp;\".png"), std::string::npos);
  EXPECT_NE(last.find("12.3 %"), std::string::npos);
  EXPECT_EQ(cards(shown("#words=gr%C3%B6sse")), 0);
  EXPECT_EQ(cards(shown("#words=GR%C3%96%C3%9FE+/7")), 11);  // 7 and 70 to 79
  EXPECT_EQ(cards(shown("#words=/7&class=golf+ball")), 6);
}

}  // namespace
}  // namespace zf

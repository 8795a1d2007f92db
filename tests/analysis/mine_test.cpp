// Mining against a search photo by photo: places and values against a sort of all maps, projections against whole ones.
#include "core/analysis/mine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/deconv/project.h"
#include "core/io/atomic_file.h"
#include "core/io/fingerprint.h"
#include "tests/analysis/small_mine.h"

namespace zf {
namespace {

namespace fs = std::filesystem;
using test::mined_network;
using test::mined_preprocess;

class Mining : public testing::TemporaryFolder {
 protected:
  Mining() { test::write_photos(path("photos"), test::kMinedPhotos); }

  [[nodiscard]] PhotoList photos() const { return list_photos(path("photos").string()); }
  [[nodiscard]] static MineOptions options() {
    MineOptions options;
    options.top = 4;
    options.batch = 3;
    options.save_every = 0;  // after every step
    return options;
  }
  [[nodiscard]] MineJob job(const std::string& out, const MineOptions& options) const {
    return MineJob(net_, mined_preprocess(), photos(), decoder_, path(out), options);
  }
  void mine(const std::string& out, const MineOptions& options) const {
    MineJob work(net_, mined_preprocess(), photos(), decoder_, path(out), options);
    run(work);
  }
  /// The maps of every layer for one photo, which is computed alone.
  [[nodiscard]] Trace trace_of(int image) const {
    const PhotoList list = photos();
    const std::string file = (path("photos") / list.names[static_cast<std::size_t>(image)]).string();
    DeviceTensor x;
    backend_->upload(preprocess_image(mined_preprocess(), decoder_.decode(read_file(file), file).image), x);
    Trace trace;
    net_.forward(x, trace);
    return trace;
  }
  [[nodiscard]] int broken() const {
    const PhotoList list = photos();
    return static_cast<int>(std::find(list.names.begin(), list.names.end(), "b/broken.img") - list.names.begin());
  }

  std::unique_ptr<Backend> backend_ = make_reference_backend();
  Net net_{*backend_, mined_network(), test::mined_parameters(3)};
  test::NoiseDecoder decoder_;
};

TEST_F(Mining, ListsTheTreeInOrder) {
  const PhotoList list = photos();
  EXPECT_EQ(list.names.size(), test::kMinedPhotos + 1U);
  EXPECT_TRUE(std::is_sorted(list.names.begin(), list.names.end()));
  EXPECT_EQ(list.names.front(), "a/1.img");
  EXPECT_NE(std::find(list.names.begin(), list.names.end(), "a/deep/0.img"), list.names.end());
}

TEST_F(Mining, FindsWhatASortOfEverythingFinds) {
  mine("atlas", options());
  Atlas atlas(path("atlas"));
  EXPECT_EQ(atlas.info().images, test::kMinedPhotos);
  EXPECT_EQ(atlas.info().skipped, 1);
  EXPECT_TRUE(atlas.progress().empty());
  for (const AtlasLayer& layer : atlas.layers()) {
    const int index = find_layer(net_.network(), layer.name);
    std::vector<std::vector<AtlasItem>> all(static_cast<std::size_t>(layer.maps));
    for (int image = 0; image <= test::kMinedPhotos; ++image) {
      if (image == broken()) continue;
      const Trace trace = trace_of(image);
      const Tensor maps = backend_->download(trace.output(index));
      for (int map = 0; map < layer.maps; ++map) {
        const auto plane = maps.plane(0, map);
        const auto best = std::max_element(plane.begin(), plane.end()) - plane.begin();
        const int width = maps.shape().w;
        all[static_cast<std::size_t>(map)].push_back(
            {plane[static_cast<std::size_t>(best)], image, static_cast<int>(best) / width, static_cast<int>(best) % width, 0});
      }
    }
    for (int map = 0; map < layer.maps; ++map) {
      auto& expected = all[static_cast<std::size_t>(map)];
      std::stable_sort(expected.begin(), expected.end(), [](const AtlasItem& a, const AtlasItem& b) { return a.value > b.value; });
      const auto found = atlas.items(layer.name, map);
      ASSERT_EQ(found.size(), 4U);
      for (std::size_t rank = 0; rank < found.size(); ++rank) {
        EXPECT_EQ(found[rank].value, expected[rank].value) << layer.name << " map " << map << " rank " << rank;
        EXPECT_EQ(found[rank].image, expected[rank].image);
        EXPECT_EQ(found[rank].y, expected[rank].y);
        EXPECT_EQ(found[rank].x, expected[rank].x);
        EXPECT_EQ(atlas.image_name(found[rank].image), photos().names[static_cast<std::size_t>(found[rank].image)]);
      }
    }
  }
}

TEST_F(Mining, ProjectsEveryWinnerAsOnItsOwn) {
  const std::vector<ConvOutput> layers = conv_outputs(net_.network());
  PhotoStore store(photos().dataset(), decoder_, {48, 1U << 20U});
  ActivationScan scan(net_, store, mined_preprocess(), layers, {2, 4, 2});
  run(scan);
  std::vector<Winner> winners = winners_of(1, scan.state().best[1]);
  EXPECT_EQ(winners.size(), 2U * 7U);  // map 3 is dead
  constexpr std::pair<Rule, LrnBackward> kWays[] = {
      {Rule::kDeconvnet, LrnBackward::kPass}, {Rule::kGuided, LrnBackward::kPass}, {Rule::kGradient, LrnBackward::kDerivative}};
  for (const auto& way : kWays) {
    int seen = 0;
    WinnerPass pass(net_, store, mined_preprocess(), layers, winners, {way.first, way.second},
                    [&](std::span<const ProjectedWinner> projected) {
                      for (const ProjectedWinner& p : projected) {
                        ++seen;
                        const Trace trace = trace_of(p.winner.peak.image);
                        Projector projector(net_, trace, way.first, way.second);
                        const int width = layers[1].maps.w;
                        const int place = static_cast<int>(p.winner.peak.place);
                        const std::vector<Seed> seeds{{0, p.winner.map, place / width, place % width, p.winner.peak.value}};
                        const Tensor whole = projector.project(layers[1].layer, seeds).whole(0);
                        for (int c = 0; c < 3; ++c) {
                          for (int y = 0; y < p.field.h; ++y) {
                            for (int x = 0; x < p.field.w; ++x) {
                              const int row = p.field.y + y;
                              const int column = p.field.x + x;
                              const bool inside = row >= 0 && row < 48 && column >= 0 && column < 48;
                              EXPECT_EQ(p.projection.at(0, c, y, x), inside ? whole.at(0, c, row, column) : 0.0F);
                            }
                          }
                        }
                      }
                    });
    run(pass);
    EXPECT_EQ(seen, 14);
  }
}

TEST_F(Mining, PicturesAreThereWhereSomethingIsActive) {
  mine("atlas", options());
  Atlas atlas(path("atlas"));
  EXPECT_FALSE(atlas.projection("conv1", 0, 0).empty());
  EXPECT_FALSE(atlas.patch("conv1", 0, 3).empty());
  EXPECT_TRUE(atlas.projection("conv2", 3, 0).empty());  // the dead map
  EXPECT_EQ(atlas.items("conv2", 3)[0].value, 0.0F);
  EXPECT_GT(atlas.items("conv1", 0)[0].scale, 0.0F);
}

TEST_F(Mining, AKilledRunGivesTheSameAtlas) {
  mine("whole", options());
  int killed = 0;
  for (bool finished = false; !finished;) {
    ++killed;
    {
      MineJob first = job("cut", options());
      for (int i = 0; i < killed && !finished; ++i) finished = first.step() == Step::kDone;
    }
    if (finished) break;
    EXPECT_TRUE(fs::exists(path("cut.part")));
    EXPECT_FALSE(fs::exists(path("cut")));
    MineJob second = job("cut", options());
    EXPECT_EQ(second.resumed(), killed);
    run(second);
    EXPECT_EQ(read_file(path("cut")), read_file(path("whole"))) << killed;
    EXPECT_FALSE(fs::exists(path("cut.part")));
    fs::remove(path("cut"));
  }
  EXPECT_GT(killed, 9);  // seven batches of the first pass, and some of the second
}

TEST_F(Mining, RefusesToGoOnWithSomethingElse) {
  {
    MineJob first = job("atlas", options());
    for (int i = 0; i < 3; ++i) ASSERT_NE(first.step(), Step::kDone);
  }
  MineOptions other = options();
  other.top = 5;
  testing::expect_error([&] { (void)job("atlas", other); }, {"atlas.part", "top: 4 there, 5 now"});
  const Net another(*backend_, mined_network(), test::mined_parameters(4));
  testing::expect_error([&] { const MineJob no(another, mined_preprocess(), photos(), decoder_, path("atlas"), options()); }, {"model"});
  std::ofstream(path("photos/b/broken.img")) << "of another size";
  testing::expect_error([&] { (void)job("atlas", options()); }, {"names and sizes of photos"});
  fs::remove(path("photos/b/broken.img"));
  testing::expect_error([&] { (void)job("atlas", options()); }, {"photos: 21 there, 20 now"});
}

/// A part that someone changed is refused before its numbers are used.
TEST_F(Mining, RefusesPartsWhoseNumbersCannotBe) {
  {
    MineJob first = job("atlas", options());
    for (int i = 0; i < 3; ++i) ASSERT_NE(first.step(), Step::kDone);
  }
  const auto refused = [&](const std::function<void(AtlasContents&, nlohmann::json&)>& change, std::string_view words) {
    Atlas part(path("atlas.part"));
    AtlasContents contents = part.contents();
    nlohmann::json progress = nlohmann::json::parse(part.progress());
    change(contents, progress);
    write_atlas(path("changed.part"), contents, progress.dump());
    testing::expect_error([&] { (void)job("changed", options()); }, {"changed.part", words});
  };
  refused([](auto&, auto& progress) { progress["scanned"] = -1; }, "scanned");
  refused([](auto&, auto& progress) { progress["scanned"] = 8; }, "0 to 7 scanned batches, found 8");
  refused([](auto&, auto& progress) { progress["scanned"] = 4294967297; }, "scanned");
  refused([](auto&, auto& progress) { progress["projected"] = 1; }, "found 1 behind 3");
  refused([](auto&, auto& progress) { progress.erase("projected"); }, "projected");
  refused([](auto& contents, auto&) { contents.info.images = 22; }, "at most 21 photos");
  refused([](auto& contents, auto&) { contents.layers[1].items[2].image = 21; }, "photos of 0 to 20, found 21");
  refused([](auto& contents, auto&) { contents.layers.pop_back(); }, "expected 2 layers, found 1");
}

TEST_F(Mining, LeavesPatchesAndNamesOut) {
  MineOptions bare = options();
  bare.patches = false;
  bare.layers = {"conv2"};
  bare.side = 8;
  mine("atlas", bare);
  Atlas atlas(path("atlas"));
  ASSERT_EQ(atlas.layers().size(), 1U);
  EXPECT_TRUE(atlas.patch("conv2", 0, 0).empty());
  EXPECT_TRUE(atlas.image_name(atlas.items("conv2", 0)[0].image).empty());
  const std::vector<std::byte> bytes = read_file(path("atlas"));
  EXPECT_EQ(testing::text_of(bytes).find(".img"), std::string::npos);
}

TEST_F(Mining, APhotoThatVanishesEndsTheRun) {
  MineOptions forgetful = options();
  forgetful.memory = 0;
  MineJob work(net_, mined_preprocess(), photos(), decoder_, path("atlas"), forgetful);
  for (int i = 0; i < 7; ++i) ASSERT_NE(work.step(), Step::kDone);
  for (const std::string& name : photos().names) std::ofstream(path("photos") / name) << "gone";
  testing::expect_error([&] { run(work); }, {"changed during the run", ".img"});
  EXPECT_FALSE(fs::exists(path("atlas")));
}

TEST_F(Mining, APhotoThatIsAddedEndsTheRun) {
  MineJob work(net_, mined_preprocess(), photos(), decoder_, path("atlas"), options());
  ASSERT_NE(work.step(), Step::kDone);
  std::ofstream(path("photos/new.img")) << "photo 77";
  testing::expect_error([&] { run(work); }, {"photos", "changed during the run"});
  testing::expect_error([&] { (void)job("photos/a/atlas", options()); }, {"photos/a/atlas", "outside"});
}

TEST_F(Mining, RefusesLayersThatAreNoConvolution) {
  MineOptions wrong = options();
  wrong.layers = {"conv7"};
  testing::expect_error([&] { (void)job("atlas", wrong); }, {"conv1, conv2", "conv7"});
  testing::expect_error([&] { (void)list_photos(path("missing").string()); }, {"missing", "folder"});
  fs::create_directories(path("empty"));
  testing::expect_error([&] { (void)list_photos(path("empty").string()); }, {"found none"});
}

TEST_F(Mining, AnAtlasKnowsItsModel) {
  mine("atlas", options());
  const Atlas atlas(path("atlas"));
  atlas.check_model(fingerprint(net_));
  Parameters changed = test::mined_parameters(3);
  changed.at("conv1.bias").data()[2] += 1e-6F;
  testing::expect_error([&] { atlas.check_model(fingerprint(net_.network(), changed)); }, {"another", "fingerprint"});
}

}  // namespace
}  // namespace zf

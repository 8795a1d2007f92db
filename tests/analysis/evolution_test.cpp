// Evolution against each snapshot looked at on its own.
#include "core/analysis/evolution.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/deconv/project.h"
#include "core/io/atomic_file.h"
#include "tests/analysis/small_mine.h"

namespace zf {
namespace {

constexpr int kEvolutionPhotos = 9;

class Evolution : public testing::TemporaryFolder {
 protected:
  Evolution() { test::write_photos(path("photos"), kEvolutionPhotos); }

  void write_snapshot(const std::string& name, int seed, Network network = test::mined_network(), const std::string& epochs = {}) const {
    Model model;
    model.network = std::move(network);
    model.parameters = testing::random_parameters(model.network, static_cast<unsigned>(seed));
    model.preprocess = test::mined_preprocess();
    model.classes = {"a", "b", "c", "d"};
    if (!epochs.empty()) model.metadata["zfscope.epochs"] = epochs;
    save_model(path(name), model, Precision::kFloat32);
  }
  [[nodiscard]] std::vector<std::string> files(const std::vector<std::string>& names) const {
    std::vector<std::string> result;
    for (const std::string& name : names) result.push_back(path(name).string());
    return result;
  }

  std::unique_ptr<Backend> backend_ = make_reference_backend();
  test::NoiseDecoder decoder_;
};

/// One photo's strongest place of every map, and its projection.
struct Alone {
  Seed seed;
  Tensor field;
};

double naive_cosine(const Tensor& a, const Tensor& b) {
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += static_cast<double>(a.data()[i]) * b.data()[i];
    aa += std::pow(a.data()[i], 2);
    bb += std::pow(b.data()[i], 2);
  }
  return ab / std::sqrt(aa * bb);
}

TEST_F(Evolution, EqualsEverySnapshotOnItsOwn) {
  write_snapshot("epoch_002.safetensors", 20);
  write_snapshot("epoch_001.safetensors", 10);
  write_snapshot("epoch_010.safetensors", 30);
  const std::vector<Snapshot> snapshots =
      order_snapshots(files({"epoch_002.safetensors", "epoch_010.safetensors", "epoch_001.safetensors"}));
  ASSERT_EQ(snapshots.size(), 3U);
  EXPECT_EQ(snapshots[0].epoch, 1);
  EXPECT_EQ(snapshots[2].epoch, 10);

  EvolutionOptions options;
  options.chosen = {2, 5};
  options.layers = {"conv2"};
  options.batch = 4;
  const PhotoList list = list_photos(path("photos").string());
  EvolutionJob job(*backend_, snapshots, list, decoder_, options);
  run(job);
  EXPECT_EQ(job.images(), kEvolutionPhotos);
  const LayerEvolution& layer = job.layers().at(0);
  ASSERT_EQ(layer.maps.size(), 2U);

  std::vector<std::vector<Alone>> alone(3);  // snapshot, map
  for (std::size_t s = 0; s < 3; ++s) {
    const Model model = load_model(snapshots[s].path);
    const Net net(*backend_, model.network, model.parameters);
    const int index = find_layer(net.network(), "conv2");
    const ReceptiveField field = receptive_fields(net.network())[static_cast<std::size_t>(index)];
    alone[s].resize(8);
    for (std::size_t image = 0; image < list.names.size(); ++image) {
      if (list.names[image] == "b/broken.img") continue;
      const std::string file = (path("photos") / list.names[image]).string();
      DeviceTensor x;
      backend_->upload(preprocess_image(model.preprocess, decoder_.decode(read_file(file), file).image), x);
      Trace trace;
      net.forward(x, trace);
      Projector projector(net, trace, Rule::kDeconvnet);
      for (const Seed& seed : strongest_places(*backend_, trace, index)) {
        Alone& best = alone[s][static_cast<std::size_t>(seed.map)];
        if (!best.field.empty() && seed.value <= best.seed.value) continue;
        best.seed = seed;
        best.seed.image = static_cast<int>(image);
        best.field = projector.project(index, std::vector<Seed>{seed}).part(0, field_at(field, seed.y, seed.x));
      }
    }
  }

  for (const MapEvolution& map : layer.maps) {
    for (std::size_t s = 0; s < 3; ++s) {
      const Alone& expected = alone[s][static_cast<std::size_t>(map.map)];
      const EvolutionPoint& found = map.points[s];
      EXPECT_EQ(found.peak.value, expected.seed.value);
      EXPECT_EQ(found.peak.image, expected.seed.image);
      EXPECT_EQ(found.y, expected.seed.y);
      EXPECT_EQ(found.x, expected.seed.x);
      EXPECT_EQ(testing::relative_error(found.projection.values(), expected.field.values()), 0);
      if (s == 0) continue;
      const Alone& before = alone[s - 1][static_cast<std::size_t>(map.map)];
      EXPECT_NEAR(found.similarity, naive_cosine(expected.field, before.field), 1e-12);
      EXPECT_EQ(found.takes_lead, expected.seed.image != before.seed.image);
    }
  }

  for (std::size_t s = 1; s < 3; ++s) {
    double same = 0;
    for (std::size_t map = 0; map < 8; ++map) same += alone[s][map].seed.image == alone[s - 1][map].seed.image ? 1 : 0;
    EXPECT_NEAR(layer.same_photo[s], same / 8, 1e-12);
  }
  double settled = 0;
  for (std::size_t map = 0; map < 8; ++map) {
    const bool last_two = alone[2][map].seed.image == alone[1][map].seed.image;
    const bool all = last_two && alone[1][map].seed.image == alone[0][map].seed.image;
    settled += all ? 1 : (last_two ? 2 : 10);
  }
  EXPECT_NEAR(layer.settled, settled / 8, 1e-12);
}

TEST_F(Evolution, ASnapshotThatDoesNotChangeIsSettled) {
  write_snapshot("run_epoch1.safetensors", 10);
  write_snapshot("other.safetensors", 10, test::mined_network(), "4");
  EvolutionOptions options;
  options.maps = 3;
  EvolutionJob job(*backend_, order_snapshots(files({"run_epoch1.safetensors", "other.safetensors"})), list_photos(path("photos").string()),
                   decoder_, options);
  run(job);
  EXPECT_EQ(job.snapshots()[1].epoch, 4);
  for (const LayerEvolution& layer : job.layers()) {
    EXPECT_EQ(layer.maps.size(), 3U);
    EXPECT_EQ(layer.same_photo[1], 1);
    EXPECT_NEAR(layer.similarity[1], 1, 1e-12);
    EXPECT_EQ(layer.settled, 1);
    for (const MapEvolution& map : layer.maps) EXPECT_FALSE(map.points[1].takes_lead);
  }
}

TEST_F(Evolution, RefusesSnapshotsThatDoNotBelongTogether) {
  write_snapshot("epoch_1.safetensors", 1);
  write_snapshot("epoch_2.safetensors", 2);
  Network wider = test::mined_network();
  wider.layers[4].op = ConvLayer{10, 3, 1, 1, 1};
  write_snapshot("epoch_3.safetensors", 3, wider);
  write_snapshot("nameless.safetensors", 3);
  write_snapshot("again_epoch_2.safetensors", 3);
  const auto refuse = [&](const std::vector<std::string>& names, std::initializer_list<std::string_view> parts) {
    testing::expect_error([&] { (void)order_snapshots(files(names)); }, parts);
  };
  refuse({"epoch_1.safetensors"}, {"at least two"});
  refuse({"epoch_1.safetensors", "epoch_2.safetensors", "epoch_3.safetensors"}, {"epoch_3", "another network"});
  refuse({"epoch_1.safetensors", "nameless.safetensors"}, {"nameless", "epoch"});
  refuse({"epoch_1.safetensors", "epoch_2.safetensors", "again_epoch_2.safetensors"}, {"different epochs", "epoch_2"});
  refuse({"epoch_1.safetensors", "missing_epoch_4.safetensors"}, {"missing_epoch_4"});

  EvolutionOptions options;
  options.chosen = {8};
  options.layers = {"conv2"};
  EvolutionJob job(*backend_, order_snapshots(files({"epoch_1.safetensors", "epoch_2.safetensors"})), list_photos(path("photos").string()),
                   decoder_, options);
  testing::expect_error([&] { run(job); }, {"conv2", "0 to 7", "found 8"});
}

}  // namespace
}  // namespace zf

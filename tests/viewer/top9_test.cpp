// A map's strongest activations, out of an atlas, by mouse and keys, without a window.
#include "tests/viewer/models.h"

namespace zf::testing {

namespace {

class TopNine : public Models {};

TEST_P(TopNine, TopNineAreThePhotosThatExciteTheMapMost) {
  mine("small.safetensors", "small.atlas.safetensors");
  Stage stage(1600, 1400, threads(), start());
  stage.settle();
  for (int step = 0; step < 2; ++step) {
    const auto& view = stage.app().unit_panel().top9().view();
    ASSERT_TRUE(view) << stage.app().unit_panel().top9().error();
    EXPECT_EQ(view->layer, "conv2");
    EXPECT_EQ(view->map, stage.session().unit()->seed.map);
    EXPECT_EQ(view->images, kPhotos);
    ASSERT_EQ(view->items.size(), 9U);
    const auto expected = ranking(view->map);
    for (std::size_t i = 0; i < 9; ++i) {
      EXPECT_NEAR(view->items[i].value, expected[i].first, 1e-4F);
      EXPECT_EQ(view->names[i], expected[i].second);
    }
    // Every tile is the picture of its own item.
    Atlas atlas(path("small.atlas.safetensors"));
    for (int rank = 0; rank < 9; ++rank) {
      const Image projection = TestDecoder().decode(atlas.projection("conv2", view->map, rank), "projection").image;
      const Image patch = TestDecoder().decode(atlas.patch("conv2", view->map, rank), "patch").image;
      EXPECT_EQ(crop(view->projections.picture, view->projections.tile(rank)).rgb, projection.rgb);
      EXPECT_EQ(crop(view->patches.picture, view->patches.tile(rank)).rgb, patch.rgb);
    }
    EXPECT_NE(stage.app().landmarks().find("Projection 9"), nullptr);
    EXPECT_NE(stage.app().landmarks().find("Patch 1"), nullptr);
    stage.press(viewer::kKeyRightBracket);
  }
  stage.press('9');
  const auto json = saved_json(stage, "small-conv2-" + std::to_string(stage.session().unit()->seed.map) + "-strongest.json");
  ASSERT_TRUE(json.is_object());
  EXPECT_EQ(json["items"][0]["value"].get<float>(), stage.app().unit_panel().top9().view()->items[0].value);
  // What the atlas does not hold is told, not drawn.
  stage.click("layer pool1");
  EXPECT_TRUE(stage.app().unit_panel().top9().view()->items.empty());
  EXPECT_EQ(stage.app().landmarks().find("Projection 1"), nullptr);
}

TEST_P(TopNine, AtlasOfAnotherModelIsRefused) {
  write_model("other.safetensors", 1.5F);
  mine("other.safetensors", "other.atlas.safetensors");
  Stage stage(1600, 1400, threads(), start());
  stage.settle();
  EXPECT_FALSE(stage.app().unit_panel().top9().view());
  stage.app().open({path("other.atlas.safetensors")});
  stage.settle();
  ASSERT_EQ(stage.app().notices().shown().size(), 1U);
  EXPECT_NE(stage.app().notices().shown()[0].text.find("expected an atlas of this model"), std::string::npos);
  EXPECT_EQ(stage.session().choice().atlas, "");
  EXPECT_EQ(stage.session().model()->path, path("small.safetensors"));

  // Together with its model it is taken, wherever it lies.
  std::filesystem::create_directories(path("elsewhere"));
  std::filesystem::rename(path("other.atlas.safetensors"), path("elsewhere/atlas.safetensors"));
  stage.app().open({path("elsewhere/atlas.safetensors"), path("other.safetensors")});
  stage.settle();
  EXPECT_EQ(stage.app().notices().shown().size(), 1U);
  ASSERT_TRUE(stage.app().unit_panel().top9().view());
  EXPECT_EQ(stage.app().state().choice.atlas, path("elsewhere/atlas.safetensors"));
  // It goes with the model.
  stage.app().open({path("small.safetensors")});
  stage.settle();
  EXPECT_FALSE(stage.app().unit_panel().top9().view());
  EXPECT_EQ(stage.app().notices().shown().size(), 1U);
}

TEST_P(TopNine, ForeignAtlasBesideTheModelIsToldOnce) {
  write_model("other.safetensors", 1.5F);
  mine("other.safetensors", "small.atlas.safetensors");
  Stage stage(1600, 1400, threads(), start());
  stage.settle();
  EXPECT_FALSE(stage.app().unit_panel().top9().view());
  EXPECT_NE(stage.app().unit_panel().top9().error().find("expected an atlas of this model"), std::string::npos);
  EXPECT_TRUE(stage.app().notices().shown().empty());
  stage.press(viewer::kKeyRightBracket);
  EXPECT_FALSE(stage.app().unit_panel().top9().progress().running);
}

TEST_P(TopNine, AtlasWithoutPatchesShowsProjections) {
  mine("small.safetensors", "small.atlas.safetensors", false);
  Stage stage(1600, 1400, threads(), start());
  stage.settle();
  ASSERT_TRUE(stage.app().unit_panel().top9().view()) << stage.app().unit_panel().top9().error();
  EXPECT_TRUE(stage.app().unit_panel().top9().view()->names.empty());
  EXPECT_NE(stage.app().landmarks().find("Projection 9"), nullptr);
  EXPECT_EQ(stage.app().landmarks().find("Patch 1"), nullptr);
}

// Nothing is seen of an activation of 0; what stands behind it in the atlas keeps its own picture.
TEST_P(TopNine, PicturesBehindAnActivationOfZeroAreTheirOwn) {
  mine("small.safetensors", "small.atlas.safetensors");
  AtlasContents contents = Atlas(path("small.atlas.safetensors")).contents();
  int map = -1;
  {
    Stage stage(1600, 1400, threads(), start());
    stage.settle();
    map = stage.session().unit()->seed.map;
  }
  AtlasLayer& conv2 = contents.layers.back();
  ASSERT_EQ(conv2.name, "conv2");
  conv2.items[static_cast<std::size_t>(map) * 9 + 1].value = 0;
  write_atlas(path("small.atlas.safetensors"), contents);

  Stage stage(1600, 1400, threads(), start());
  stage.settle();
  const auto& view = stage.app().unit_panel().top9().view();
  ASSERT_TRUE(view) << stage.app().unit_panel().top9().error();
  ASSERT_EQ(view->items.size(), 8U);
  Atlas atlas(path("small.atlas.safetensors"));
  for (int i = 0; i < 8; ++i) {
    const int rank = i == 0 ? 0 : i + 1;
    const Image projection = TestDecoder().decode(atlas.projection("conv2", map, rank), "projection").image;
    const Image patch = TestDecoder().decode(atlas.patch("conv2", map, rank), "patch").image;
    EXPECT_EQ(crop(view->projections.picture, view->projections.tile(i)).rgb, projection.rgb) << i;
    EXPECT_EQ(crop(view->patches.picture, view->patches.tile(i)).rgb, patch.rgb) << i;
    EXPECT_EQ(view->names[static_cast<std::size_t>(i)], atlas.image_name(view->items[static_cast<std::size_t>(i)].image));
  }
}

INSTANTIATE_TEST_SUITE_P(Viewer, TopNine, ::testing::Bool(), [](const auto& which) { return which.param ? "OnAThread" : "BetweenFrames"; });

}  // namespace

}  // namespace zf::testing

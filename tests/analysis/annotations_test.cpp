// Points of faces: read from a CSV, moved as preprocessing moves the photo, refused where they cannot be.
#include "core/analysis/annotations.h"

#include <gtest/gtest.h>

#include "core/io/image.h"
#include "tests/expect_error.h"

namespace zf {
namespace {

using testing::expect_error;

constexpr const char* kHeader = "file,left_eye_x,left_eye_y,right_eye_x,right_eye_y,nose_x,nose_y,note\n";

Annotations read(const std::string& rows) { return read_annotations(CsvTable::parse(kHeader + rows, "faces.csv")); }

Preprocess preprocess(int resize, int crop) {
  Preprocess p;
  p.resize = resize;
  p.crop = {crop, crop};
  return p;
}

TEST(Annotations, ReadsPartsInTheirOrder) {
  const Annotations a = read("a.jpg,1,2,3,4,5,6.5,x\nb.jpg,7,8,9,10,11,12,\n");
  EXPECT_EQ(a.parts, (std::vector<std::string>{"left_eye", "right_eye", "nose"}));
  ASSERT_EQ(a.photos.size(), 2U);
  EXPECT_EQ(a.photos[0].image, "a.jpg");
  EXPECT_EQ(a.photos[0].parts[2].y, 6.5);
  EXPECT_EQ(a.photos[1].parts[1].x, 9);
}

TEST(Annotations, PointsMoveWithThePhoto) {
  const Annotations a = read("a.jpg,100,40,130,80,90,50,\nb.jpg,100,40,130,80,90,50,\n");
  // 200x100 becomes 120x60; the network sees 48x48 from (36, 6) on.
  Image image = make_image(200, 100);
  // A white dot about the left eye must lie where the point says.
  for (int y = 38; y < 42; ++y) {
    for (int x = 98; x < 102; ++x) {
      for (int c = 0; c < 3; ++c) image.row(y)[3 * x + c] = 255;
    }
  }
  const Face face = make_face(a, 0, image, preprocess(60, 48));
  EXPECT_DOUBLE_EQ(face.parts[0].x, 24);
  EXPECT_DOUBLE_EQ(face.parts[0].y, 18);
  EXPECT_DOUBLE_EQ(face.parts[1].x, 42);
  EXPECT_DOUBLE_EQ(face.parts[1].y, 42);
  EXPECT_DOUBLE_EQ(face.eye_distance, 30);
  double sum = 0;
  double at_x = 0;
  double at_y = 0;
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 48; ++x) {
      const double value = face.pixels.at(0, 0, y, x);
      sum += value;
      at_x += value * (x + 0.5);
      at_y += value * (y + 0.5);
    }
  }
  EXPECT_NEAR(at_x / sum, face.parts[0].x, 0.05);
  EXPECT_NEAR(at_y / sum, face.parts[0].y, 0.05);
}

TEST(Annotations, PlacesGoToTheViewAndBack) {
  const Preprocess p = preprocess(60, 48);
  const Place corner = to_view({0, 0}, {120, 200}, p);  // 60 x 100 pixels, of which the middle 48 x 48 are seen
  EXPECT_DOUBLE_EQ(corner.x, -26);
  EXPECT_DOUBLE_EQ(corner.y, -6);
  const Place back = from_view(to_view({70, 33}, {120, 200}, p), {120, 200}, p);
  EXPECT_DOUBLE_EQ(back.x, 70);
  EXPECT_DOUBLE_EQ(back.y, 33);
}

TEST(Annotations, PointsOfAPhotoThatWasReadSmallerAreInItsFilesPixels) {
  const Annotations a = read("a.jpg,100,40,130,80,90,50,\nb.jpg,100,40,130,80,90,50,\n");
  DecodedImage half(make_image(100, 50));
  half.shrunk = 2;
  const Face face = make_face(a, 0, half, preprocess(60, 48));
  EXPECT_EQ(face.parts, make_face(a, 0, make_image(200, 100), preprocess(60, 48)).parts);
  expect_error([&] { (void)make_face(read("a.jpg,100,40,200,80,90,50,\nb.jpg,1,2,3,4,5,6,\n"), 0, half, preprocess(60, 48)); },
               {"right_eye", "200x100"});
}

TEST(Annotations, ErrorsNameImageAndPart) {
  const auto table = [](const char* text) { return CsvTable::parse(text, "faces.csv"); };
  expect_error([&] { (void)read_annotations(table("left_eye_x,left_eye_y\n")); }, {"faces.csv", "column image"});
  expect_error([&] { (void)read_annotations(table("image,left_eye_x,left_eye_y\n")); }, {"column right_eye_x", "left_eye_x"});
  expect_error([&] { (void)read_annotations(table("image,left_eye_x\n")); }, {"column left_eye_y"});
  expect_error([&] { (void)read_annotations(table("image,nose_y\n")); }, {"column nose_x"});
  expect_error([&] { (void)read("a.jpg,1,2,3,4,5,6,\n"); }, {"two photos", "found 1"});
  expect_error([&] { (void)read("a.jpg,1,2,3,4,5,6,\nb.jpg,1,2,3,four,5,6,\n"); }, {"line 3", "right_eye_y", "four"});
  expect_error([&] { (void)read(",1,2,3,4,5,6,\n"); }, {"line 2", "image file"});

  const Image image = make_image(100, 100);
  const Annotations a = read("out.jpg,1,2,3,4,100,6,\nedge.jpg,50,50,60,50,2,50,\nsame.jpg,50,50,50,50,50,50,\n");
  expect_error([&] { (void)make_face(a, 0, image, preprocess(100, 100)); }, {"out.jpg", "nose", "100x100", "100, 6"});
  expect_error([&] { (void)make_face(a, 1, image, preprocess(100, 90)); }, {"edge.jpg", "nose", "90x90", "-3.0"});
  expect_error([&] { (void)make_face(a, 2, image, preprocess(100, 90)); }, {"same.jpg", "apart"});
}

}  // namespace
}  // namespace zf

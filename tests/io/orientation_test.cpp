#include "core/io/orientation.h"

#include <array>
#include <functional>
#include <utility>

#include "tests/io/testing.h"

namespace zf {
namespace {

using namespace std::string_literals;
using testing::bytes_of;
using testing::expect_error;

const std::string kBig = "MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"s;     // orientation 6
const std::string kLittle = "II\x2A\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"s;  // the same

std::string jpeg(const std::string& exif) {
  const std::string segment = "Exif\0\0"s + exif;
  return "\xFF\xD8\xFF\xE0\0\x04xx\xFF\xE1\0"s + static_cast<char>(segment.size() + 2) + segment + "\xFF\xDA\0\x02"s;
}

std::string png(const std::string& exif) {
  const std::string size = "\0\0\0"s + static_cast<char>(exif.size());
  return "\x89PNG\r\n\x1A\n\0\0\0\x01tEXt.CRC."s + size + "eXIf" + exif + "CRC.";
}

std::string webp(const std::string& exif) {
  return "RIFF....WEBPVP8 \x01\0\0\0x\0EXIF"s + static_cast<char>(exif.size()) + "\0\0\0"s + exif;
}

int orientation_of(const std::string& file) { return read_orientation(bytes_of(file)); }

TEST(Orientation, StandsInEveryFormatsExifData) {
  for (const std::string& exif : {kBig, kLittle}) {
    EXPECT_EQ(orientation_of(jpeg(exif)), 6);
    EXPECT_EQ(orientation_of(png(exif)), 6);
    EXPECT_EQ(orientation_of(webp(exif)), 6);
    EXPECT_EQ(orientation_of(exif), 6);  // a TIFF is what EXIF is
    EXPECT_EQ(orientation_of(png("Exif\0\0"s + exif)), 6);
    EXPECT_EQ(orientation_of(webp("Exif\0\0"s + exif)), 6);
  }
  std::string other_order = kBig;
  for (char value = 0; value < 12; ++value) {
    other_order[19] = value;
    EXPECT_EQ(orientation_of(jpeg(other_order)), value >= 1 && value <= 8 ? value : 1);
  }
}

TEST(Orientation, BrokenDataMeanUpright) {
  for (const std::string& exif : {kBig, kLittle}) {
    for (std::size_t size = 0; size < 22; ++size) {  // the entry ends with byte 22
      EXPECT_EQ(orientation_of(jpeg(exif.substr(0, size))), 1) << size;
      EXPECT_EQ(orientation_of(webp(exif.substr(0, size))), 1) << size;
      EXPECT_EQ(orientation_of(exif.substr(0, size)), 1) << size;
    }
  }
  EXPECT_EQ(orientation_of(jpeg("MM\0\x2A\xFF\xFF\xFF\xFF"s)), 1);           // a directory far behind the end
  EXPECT_EQ(orientation_of(jpeg("MM\0\x2A\0\0\0\x08\xFF\xFF"s + kBig)), 1);  // of 65,535 entries
  EXPECT_EQ(orientation_of("\xFF\xD8\xFF\xE1\0\x01"s), 1);
  EXPECT_EQ(orientation_of(png(kBig).replace(8, 4, "\xFF\xFF\xFF\xFF")), 1);  // a first chunk of 4 GiB
  EXPECT_EQ(orientation_of("GIF89a"), 1);
  EXPECT_EQ(orientation_of(""), 1);
}

/// A picture of 3x2 pixels of which no two are alike.
Image numbered() {
  Image image = make_image(3, 2);
  for (std::size_t i = 0; i < image.rgb.size(); ++i) image.rgb[i] = static_cast<std::uint8_t>(i);
  return image;
}

/// EXIF 2.3 says which sides of the shown picture the stored row 0 and column 0 are: where stored (row, column) of 2 rows and 3 columns
/// is shown (x, y).
TEST(Orientation, UprightPutsRowsAndColumnsWhereExifSays) {
  using Place = std::pair<int, int>;
  const std::array<std::function<Place(int, int)>, 8> shown_at = {
      [](int r, int c) {
        return Place{c, r};
      },  // 1: top, left
      [](int r, int c) {
        return Place{2 - c, r};
      },  // 2: top, right
      [](int r, int c) {
        return Place{2 - c, 1 - r};
      },  // 3: bottom, right
      [](int r, int c) {
        return Place{c, 1 - r};
      },  // 4: bottom, left
      [](int r, int c) {
        return Place{r, c};
      },  // 5: left, top
      [](int r, int c) {
        return Place{1 - r, c};
      },  // 6: right, top
      [](int r, int c) {
        return Place{1 - r, 2 - c};
      },  // 7: right, bottom
      [](int r, int c) {
        return Place{r, 2 - c};
      },  // 8: left, bottom
  };
  const Image stored = numbered();
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const Image shown = upright(stored, orientation);
    ASSERT_EQ(shown.width, orientation < 5 ? 3 : 2) << orientation;
    ASSERT_EQ(shown.height, orientation < 5 ? 2 : 3) << orientation;
    for (int r = 0; r < 2; ++r) {
      for (int c = 0; c < 3; ++c) {
        const auto [x, y] = shown_at[static_cast<std::size_t>(orientation) - 1](r, c);
        for (int channel = 0; channel < 3; ++channel) {
          EXPECT_EQ(shown.row(y)[3 * x + channel], stored.row(r)[3 * c + channel]) << orientation << ": " << r << ", " << c;
        }
      }
    }
  }
  expect_error([&] { (void)upright(stored, 0); }, {"1 to 8", "0"});
  expect_error([&] { (void)upright(stored, 9); }, {"1 to 8", "9"});
}

TEST(Orientation, TiffCanBeSaidToBeUpright) {
  for (const std::string& exif : {kBig, kLittle}) {
    const std::vector<std::byte> changed = without_orientation(bytes_of(exif));
    EXPECT_EQ(read_orientation(changed), 1);
    EXPECT_EQ(changed.size(), exif.size());
  }
  const std::vector<std::byte> big = without_orientation(bytes_of(kBig));
  EXPECT_EQ(big[19], std::byte{1});
  EXPECT_EQ(without_orientation(bytes_of("II\x2A\0\x08\0\0\0"s)), bytes_of("II\x2A\0\x08\0\0\0"s));
  EXPECT_EQ(without_orientation(bytes_of("text")), bytes_of("text"));
}

}  // namespace
}  // namespace zf

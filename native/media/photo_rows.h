#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "core/io/image.h"

namespace zf {

/// Of a file that ends early: `missing` is a share of the picture, 0-1.
[[nodiscard]] std::string ends_early_note(double missing);
/// Where damage begins nobody knows: decoders notice it late.
inline constexpr const char* kDamagedNote = "the file is damaged: a part of the picture may be wrong";

/// Makes a photo of rows as decoders give them, 8 or 16 bits a value: grey, grey and alpha, colours, colours and alpha. Rows that never
/// come are grey. Of 16 bits the upper eight are kept, and where the picture uses but a small part of their range, a note says which.
class PhotoRows {
 public:
  enum class Order { kRgb, kBgr };

  PhotoRows(int width, int height);

  void put(int y, const std::uint8_t* row, int channels, Order order = Order::kRgb);
  void put(int y, const std::uint16_t* row, int channels, Order order = Order::kRgb);

  /// The photo; its rows are gone.
  [[nodiscard]] DecodedImage take();

 private:
  Image image_;
  int least_ = std::numeric_limits<int>::max();  ///< of 16-bit values
  int greatest_ = -1;
};

}  // namespace zf

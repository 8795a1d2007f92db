#include "tests/viewer/rasterise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace zf::testing {

namespace {

using Rgba = std::array<float, 4>;

/// A picture or the font atlas, read between its pixels.
class Texture {
 public:
  Texture(const std::uint8_t* bytes, int width, int height, int channels)
      : bytes_(bytes), width_(width), height_(height), channels_(channels) {}

  [[nodiscard]] Rgba at(float u, float v) const {
    const float x = u * static_cast<float>(width_) - 0.5F;
    const float y = v * static_cast<float>(height_) - 0.5F;
    const int left = static_cast<int>(std::floor(x));
    const int top = static_cast<int>(std::floor(y));
    const float across = x - static_cast<float>(left);
    const float down = y - static_cast<float>(top);
    Rgba sum{};
    for (const auto& [dy, dx, weight] : {std::tuple{0, 0, (1 - across) * (1 - down)}, std::tuple{0, 1, across * (1 - down)},
                                         std::tuple{1, 0, (1 - across) * down}, std::tuple{1, 1, across * down}}) {
      const Rgba pixel = texel(left + dx, top + dy);
      for (std::size_t c = 0; c < sum.size(); ++c) sum[c] += weight * pixel[c];
    }
    return sum;
  }

 private:
  [[nodiscard]] Rgba texel(int x, int y) const {
    constexpr float kMost = 255;
    const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(std::clamp(y, 0, height_ - 1)) * width_ + std::clamp(x, 0, width_ - 1);
    const std::uint8_t* pixel = bytes_ + at * channels_;
    return {static_cast<float>(pixel[0]) / kMost, static_cast<float>(pixel[1]) / kMost, static_cast<float>(pixel[2]) / kMost,
            channels_ == 4 ? static_cast<float>(pixel[3]) / kMost : 1.0F};
  }

  const std::uint8_t* bytes_;
  int width_;
  int height_;
  int channels_;
};

struct Corner {
  float x;
  float y;
  float u;
  float v;
  Rgba colour;
};

Corner corner(const ImDrawVert& vertex) {
  constexpr float kMost = 255;
  Corner result{vertex.pos.x, vertex.pos.y, vertex.uv.x, vertex.uv.y, {}};
  for (unsigned c = 0; c < 4; ++c) result.colour[c] = static_cast<float>((vertex.col >> (8 * c)) & 255U) / kMost;
  return result;
}

/// Twice the signed area of a, b and the point.
float side(const Corner& a, const Corner& b, float x, float y) { return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x); }

/// Whether a pixel on the edge belongs to this triangle, so that two that share it draw it once.
bool owns(const Corner& a, const Corner& b) { return b.y < a.y || (b.y == a.y && b.x > a.x); }

void draw(Picture& picture, const ImVec4& clip, const Texture& texture, Corner a, Corner b, Corner c) {
  const float area = side(a, b, c.x, c.y);
  if (area == 0) return;
  if (area < 0) std::swap(b, c);
  const float whole = std::abs(area);
  const int left = std::max(static_cast<int>(std::floor(std::max(std::min({a.x, b.x, c.x}), clip.x))), 0);
  const int top = std::max(static_cast<int>(std::floor(std::max(std::min({a.y, b.y, c.y}), clip.y))), 0);
  const int right = std::min(static_cast<int>(std::ceil(std::min(std::max({a.x, b.x, c.x}), clip.z))), picture.width);
  const int bottom = std::min(static_cast<int>(std::ceil(std::min(std::max({a.y, b.y, c.y}), clip.w))), picture.height);
  for (int row = top; row < bottom; ++row) {
    for (int column = left; column < right; ++column) {
      const float x = static_cast<float>(column) + 0.5F;
      const float y = static_cast<float>(row) + 0.5F;
      if (x < clip.x || x >= clip.z || y < clip.y || y >= clip.w) continue;
      const std::array<float, 3> weights{side(b, c, x, y), side(c, a, x, y), side(a, b, x, y)};
      const std::array<bool, 3> owned{owns(b, c), owns(c, a), owns(a, b)};
      bool inside = true;
      for (std::size_t i = 0; i < 3; ++i) inside = inside && (weights[i] > 0 || (weights[i] == 0 && owned[i]));
      if (!inside) continue;
      const auto mix = [&](float at_a, float at_b, float at_c) {
        return (weights[0] * at_a + weights[1] * at_b + weights[2] * at_c) / whole;
      };
      Rgba pixel = texture.at(mix(a.u, b.u, c.u), mix(a.v, b.v, c.v));
      for (std::size_t i = 0; i < pixel.size(); ++i) pixel[i] *= mix(a.colour[i], b.colour[i], c.colour[i]);
      const auto level = [](float value) { return static_cast<std::uint8_t>(std::lround(255 * std::clamp(value, 0.0F, 1.0F))); };
      blend(picture, column, row, {level(pixel[0]), level(pixel[1]), level(pixel[2])}, pixel[3]);
    }
  }
}

}  // namespace

Picture rasterise(const Stage& stage) {
  const ImDrawData& data = *ImGui::GetDrawData();
  Picture picture = make_picture(static_cast<int>(data.DisplaySize.x), static_cast<int>(data.DisplaySize.y), kBlack);
  unsigned char* atlas = nullptr;
  int width = 0;
  int height = 0;
  ImGui::GetIO().Fonts->GetTexDataAsRGBA32(&atlas, &width, &height);
  const Texture letters(atlas, width, height, 4);
  for (int i = 0; i < data.CmdListsCount; ++i) {
    const ImDrawList& list = *data.CmdLists[i];
    for (const ImDrawCmd& command : list.CmdBuffer) {
      const auto id = reinterpret_cast<viewer::TextureHandle>(command.GetTexID());
      const Picture* shown = id == 0 ? nullptr : &stage.host().textures.at(id);
      const Texture texture = shown == nullptr ? letters : Texture(shown->rgb.data(), shown->width, shown->height, 3);
      const ImDrawVert* vertices = list.VtxBuffer.Data + command.VtxOffset;
      const ImDrawIdx* indices = list.IdxBuffer.Data + command.IdxOffset;
      for (unsigned k = 0; k + 2 < command.ElemCount; k += 3) {
        draw(picture, command.ClipRect, texture, corner(vertices[indices[k]]), corner(vertices[indices[k + 1]]),
             corner(vertices[indices[k + 2]]));
      }
    }
  }
  return picture;
}

}  // namespace zf::testing

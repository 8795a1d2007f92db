#include "core/viewer/sheet.h"

#include <algorithm>
#include <cmath>

#include "core/figures/planes.h"

namespace zf::viewer {

namespace {

Sheet empty_sheet(int maps, Size tile) {
  Sheet sheet;
  sheet.tile_width = tile.w;
  sheet.tile_height = tile.h;
  sheet.columns = std::clamp(static_cast<int>(std::lround(std::sqrt(static_cast<double>(maps) * tile.h / tile.w))), 1, maps);
  const int rows = (maps + sheet.columns - 1) / sheet.columns;
  sheet.picture = make_picture(sheet.columns * tile.w, rows * tile.h, kBlack);
  return sheet;
}

}  // namespace

std::vector<Sheet> make_sheets(const Tensor& maps, const Range& range, Colormap colormap, int least) {
  const Shape& shape = maps.shape();
  std::vector<Sheet> sheets;
  for (Size tile = shape.map();; tile = {std::max(tile.h / 2, 1), std::max(tile.w / 2, 1)}) {
    sheets.push_back(empty_sheet(shape.c, tile));
    if (std::max(tile.h, tile.w) / 2 < least) break;
  }
  for (int c = 0; c < shape.c; ++c) {
    Picture picture = map_picture(maps.plane(0, c), shape.map(), range, colormap);
    for (std::size_t i = 0; i < sheets.size(); ++i) {
      Sheet& sheet = sheets[i];
      if (i > 0) picture = resample(picture, sheet.tile_width, sheet.tile_height);
      const Rect at = sheet.tile(c);
      blit(sheet.picture, picture, at.x, at.y);
    }
  }
  return sheets;
}

Sheet make_sheet(std::span<const Picture> tiles) {
  if (tiles.empty()) return {};
  Sheet sheet;
  sheet.tile_width = tiles.front().width;
  sheet.tile_height = tiles.front().height;
  const auto count = static_cast<int>(tiles.size());
  sheet.columns = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(count))));
  sheet.picture = make_picture(sheet.columns * sheet.tile_width, (count + sheet.columns - 1) / sheet.columns * sheet.tile_height, kBlack);
  for (int k = 0; k < count; ++k) {
    const Rect at = sheet.tile(k);
    blit(sheet.picture, tiles[static_cast<std::size_t>(k)], at.x, at.y);
  }
  return sheet;
}

std::size_t sheet_for(std::span<const Sheet> sheets, float side) {
  std::size_t found = 0;
  for (std::size_t i = 1; i < sheets.size(); ++i) {
    if (static_cast<float>(std::max(sheets[i].tile_width, sheets[i].tile_height)) >= side) found = i;
  }
  return found;
}

}  // namespace zf::viewer

#include "core/nn/permute.h"

namespace zf {

/// Maps are taken as rows of one map an item, and gathered a row a window.
void permute_maps(Backend& backend, const DeviceTensor& x, int groups, DeviceTensor& y) {
  const Shape& shape = x.shape();
  const int plane = static_cast<int>(shape.plane());
  const int a_row = shape.c / groups;
  std::vector<Window> maps;
  for (int n = 0; n < shape.n; ++n) {
    for (int column = 0; column < a_row; ++column) {
      for (int row = 0; row < groups; ++row) maps.push_back({n, row * a_row + column, 0});
    }
  }
  backend.gather_windows(Backend::view(x, {shape.n, 1, shape.c, plane}), maps, {1, plane}, 0.0F, nullptr, {}, y);
  y = Backend::view(y, shape);
}

}  // namespace zf

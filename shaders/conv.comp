// x (N, groups, quads of channels, H, W) -> y (N, maps, h, w). A thread computes 8 maps, a tile, at 8 places, whose neighbours the
// neighbouring threads compute. x is interleaved (interleave.comp), weights are packed: [tile][quad, row, column][4 channels][8 maps]
// (pack.comp): few, wide reads are what all devices like.

PARAMETERS {
  int slots;   // threads a tile: an eighth of the places, rounded up
  int places;  // of all items together
  int tiles;
  int first_tile;
  int first_item;
  int first_quad;  // of a group's channels
  int quads;       // that many are summed
  int group_tiles;
  int group_maps;
  int group_quads;
  int groups;
  int height;
  int width;
  int out_height;
  int out_width;
  int kernel_h;
  int kernel_w;
  int stride;
  int pad;
  int dilation;
  int more;    // y holds the sum over earlier channels
  int biased;  // biases are added
  int relu;
  int x_at;        // in vectors
  int weights_at;  // in vectors
  int biases_at;
  int y_at;
};

STORAGE(1) readonly buffer X { vec4 x[]; };
STORAGE(2) readonly buffer Weights { vec4 weights[]; };
STORAGE(3) readonly buffer Biases { float biases[]; };
STORAGE(4) buffer Y { float y[]; };

// Where a place's kernel begins: its first element in x, its row and column.
ivec3 start(int place, int quad) {
  if (place >= places) return ivec3(0, -kernel_h * dilation, 0);  // wholly outside
  const int plane = out_height * out_width;
  const int at = place % plane;
  const int row = (at / out_width) * stride - pad;
  const int column = (at % out_width) * stride - pad;
  const int item = first_item + place / plane;
  return ivec3(x_at + ((item * groups * group_quads + quad) * height + row) * width + column, row, column);
}

vec4 read(ivec3 from, int offset, int row, int column) {
  if (!inside(from.y + row, height) || !inside(from.z + column, width)) return vec4(0.0);
  return x[from.x + offset];
}

void finish(int at, int map, int end, float sum) {
  if (map >= end) return;
  if (more != 0) sum += y[at];
  if (biased != 0) sum += biases[biases_at + map];
  y[at] = relu != 0 && !(sum > 0.0) ? 0.0 : sum;
}

void store(int place, int map, int end, vec4 low, vec4 high) {
  if (place >= places) return;
  const int plane = out_height * out_width;
  const int item = first_item + place / plane;
  const int at = y_at + (item * groups * group_maps + map) * plane + place % plane;
  finish(at, map, end, low.x);
  finish(at + plane, map + 1, end, low.y);
  finish(at + 2 * plane, map + 2, end, low.z);
  finish(at + 3 * plane, map + 3, end, low.w);
  finish(at + 4 * plane, map + 4, end, high.x);
  finish(at + 5 * plane, map + 5, end, high.y);
  finish(at + 6 * plane, map + 6, end, high.z);
  finish(at + 7 * plane, map + 7, end, high.w);
}

#define ADD(from, low, high)                             \
  {                                                      \
    const vec4 value = read(from, offset, row, column);  \
    low += value.x * low_x;                              \
    high += value.x * high_x;                            \
    low += value.y * low_y;                              \
    high += value.y * high_y;                            \
    low += value.z * low_z;                              \
    high += value.z * high_z;                            \
    low += value.w * low_w;                              \
    high += value.w * high_w;                            \
  }

void main() {
  const int thread = thread_index();
  if (thread >= slots * tiles) return;
  const int tile = first_tile + thread / slots;
  const int slot = thread % slots;
  const int group = tile / group_tiles;
  const int quad = group * group_quads + first_quad;

  const ivec3 from0 = start(slot, quad);
  const ivec3 from1 = start(slot + slots, quad);
  const ivec3 from2 = start(slot + 2 * slots, quad);
  const ivec3 from3 = start(slot + 3 * slots, quad);
  const ivec3 from4 = start(slot + 4 * slots, quad);
  const ivec3 from5 = start(slot + 5 * slots, quad);
  const ivec3 from6 = start(slot + 6 * slots, quad);
  const ivec3 from7 = start(slot + 7 * slots, quad);
  vec4 low0 = vec4(0.0), low1 = vec4(0.0), low2 = vec4(0.0), low3 = vec4(0.0);
  vec4 low4 = vec4(0.0), low5 = vec4(0.0), low6 = vec4(0.0), low7 = vec4(0.0);
  vec4 high0 = vec4(0.0), high1 = vec4(0.0), high2 = vec4(0.0), high3 = vec4(0.0);
  vec4 high4 = vec4(0.0), high5 = vec4(0.0), high6 = vec4(0.0), high7 = vec4(0.0);

  int weight = weights_at + (tile * group_quads + first_quad) * kernel_h * kernel_w * 8;
  for (int c = 0; c < quads; ++c) {
    for (int row = 0; row < kernel_h * dilation; row += dilation) {
      for (int column = 0; column < kernel_w * dilation; column += dilation) {
        const int offset = (c * height + row) * width + column;
        const vec4 low_x = weights[weight];
        const vec4 high_x = weights[weight + 1];
        const vec4 low_y = weights[weight + 2];
        const vec4 high_y = weights[weight + 3];
        const vec4 low_z = weights[weight + 4];
        const vec4 high_z = weights[weight + 5];
        const vec4 low_w = weights[weight + 6];
        const vec4 high_w = weights[weight + 7];
        weight += 8;
        ADD(from0, low0, high0)
        ADD(from1, low1, high1)
        ADD(from2, low2, high2)
        ADD(from3, low3, high3)
        ADD(from4, low4, high4)
        ADD(from5, low5, high5)
        ADD(from6, low6, high6)
        ADD(from7, low7, high7)
      }
    }
  }

  const int map = group * group_maps + (tile % group_tiles) * 8;
  const int end = (group + 1) * group_maps;
  store(slot, map, end, low0, high0);
  store(slot + slots, map, end, low1, high1);
  store(slot + 2 * slots, map, end, low2, high2);
  store(slot + 3 * slots, map, end, low3, high3);
  store(slot + 4 * slots, map, end, low4, high4);
  store(slot + 5 * slots, map, end, low5, high5);
  store(slot + 6 * slots, map, end, low6, high6);
  store(slot + 7 * slots, map, end, low7, high7);
}

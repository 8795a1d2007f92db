// g (N, groups, quads of maps, h, w) at g_at -> gx (N, channels, H, W) at out_at, each element gathered from all that it went into. A thread computes
// 8 channels, a tile, at 8 places of one phase: places that are a multiple of the stride apart read the same taps of the kernel.
// NARROW: 4 channels, for pictures have three. g is interleaved (interleave.comp), weights are packed: [tile][quad, row, column][4 maps]
// [8 or 4 channels] (pack.comp).

#ifdef NARROW
const int kVectors = 1;  // of a tile
#else
const int kVectors = 2;
#endif

PARAMETERS {
  int slots;   // threads a tile and phase: an eighth of the places, rounded up
  int places;  // of one phase, of all items together
  int tiles;
  int first_tile;
  int first_item;
  int first_quad;  // of a group's maps
  int quads;       // that many are summed
  int group_tiles;
  int group_quads;
  int group_channels;
  int groups;
  int height;  // of g
  int width;
  int out_height;
  int out_width;
  int phase_height;  // of the places of one phase
  int phase_width;
  int kernel_h;
  int kernel_w;
  int stride;
  int pad;
  int dilation;
  int tap_step;  // from a tap that a phase reads to its next, the stride without dilation
  int g_step;    // and as many rows and columns of g back
  int more;  // gx holds the sum over earlier maps
  int g_at;        // in vectors
  int weights_at;  // in vectors
  int gx_at;
};

STORAGE(1) readonly buffer G { vec4 g[]; };
STORAGE(2) readonly buffer Weights { vec4 weights[]; };
STORAGE(3) readonly buffer Windows { ivec4 windows[]; };  // (image, y, x, -) of g, then of gx, each item's
STORAGE(4) buffer Gx { float gx[]; };

// An item's row and column of a place; they may lie behind the output's last.
ivec3 place_of(int place, ivec2 phase) {
  const int plane = phase_height * phase_width;
  const int item = first_item + place / plane;
  const int at = place % plane;
  const ivec4 to = windows[2 * item + 1];
  return ivec3(item, wrapped(phase.x - to.y - pad, stride) + at / phase_width * stride,
               wrapped(phase.y - to.z - pad, stride) + at % phase_width * stride);
}

// Where the phase's first tap of a place reads: its element in g, its row and column.
ivec3 start(int place, ivec2 phase, int quad) {
  if (place >= places) return ivec3(0, -1, 0);  // wholly outside, for later taps read rows above
  const ivec3 at = place_of(place, phase);
  const ivec4 from = windows[2 * at.x];
  const ivec4 to = windows[2 * at.x + 1];
  const int row = (to.y + at.y + pad - phase.x) / stride - from.y;
  const int column = (to.z + at.z + pad - phase.y) / stride - from.z;
  return ivec3(g_at + ((at.x * groups * group_quads + quad) * height + row) * width + column, row, column);
}

vec4 read(ivec3 from, int offset, int row, int column) {
  if (!inside(from.y - row, height) || !inside(from.z - column, width)) return vec4(0.0);
  return g[from.x + offset];
}

void finish(int at, int channel, int end, float sum) {
  if (channel < end) gx[at] = more != 0 ? gx[at] + sum : sum;
}

void store(int place, ivec2 phase, int channel, int end, vec4 low, vec4 high) {
  if (place >= places) return;
  const ivec3 to = place_of(place, phase);
  if (to.y >= out_height || to.z >= out_width) return;
  const int plane = out_height * out_width;
  const int at = gx_at + (to.x * groups * group_channels + channel) * plane + to.y * out_width + to.z;
  finish(at, channel, end, low.x);
  finish(at + plane, channel + 1, end, low.y);
  finish(at + 2 * plane, channel + 2, end, low.z);
  finish(at + 3 * plane, channel + 3, end, low.w);
#ifndef NARROW
  finish(at + 4 * plane, channel + 4, end, high.x);
  finish(at + 5 * plane, channel + 5, end, high.y);
  finish(at + 6 * plane, channel + 6, end, high.z);
  finish(at + 7 * plane, channel + 7, end, high.w);
#endif
}

#ifdef NARROW
#define ADD(from, low, high)                             \
  {                                                      \
    const vec4 value = read(from, offset, row, column);  \
    low += value.x * low_x;                              \
    low += value.y * low_y;                              \
    low += value.z * low_z;                              \
    low += value.w * low_w;                              \
  }
#else
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
#endif

void main() {
  int thread = thread_index();
  if (thread >= slots * tiles * stride * stride) return;
  const int slot = thread % slots;
  thread /= slots;
  const int tile = first_tile + thread % tiles;
  thread /= tiles;
  const ivec2 phase = ivec2(thread / stride, thread % stride);
  const int group = tile / group_tiles;
  const int quad = group * group_quads + first_quad;
  const ivec2 first =
      ivec2(first_tap(phase.x, stride, dilation, tap_step, kernel_h), first_tap(phase.y, stride, dilation, tap_step, kernel_w));

  const ivec3 from0 = start(slot, phase, quad);
  const ivec3 from1 = start(slot + slots, phase, quad);
  const ivec3 from2 = start(slot + 2 * slots, phase, quad);
  const ivec3 from3 = start(slot + 3 * slots, phase, quad);
  const ivec3 from4 = start(slot + 4 * slots, phase, quad);
  const ivec3 from5 = start(slot + 5 * slots, phase, quad);
  const ivec3 from6 = start(slot + 6 * slots, phase, quad);
  const ivec3 from7 = start(slot + 7 * slots, phase, quad);
  vec4 low0 = vec4(0.0), low1 = vec4(0.0), low2 = vec4(0.0), low3 = vec4(0.0);
  vec4 low4 = vec4(0.0), low5 = vec4(0.0), low6 = vec4(0.0), low7 = vec4(0.0);
  vec4 high0 = vec4(0.0), high1 = vec4(0.0), high2 = vec4(0.0), high3 = vec4(0.0);
  vec4 high4 = vec4(0.0), high5 = vec4(0.0), high6 = vec4(0.0), high7 = vec4(0.0);

  for (int m = 0; m < quads; ++m) {
    const int taps = weights_at + (tile * group_quads + first_quad + m) * kernel_h * kernel_w * 4 * kVectors;
    int row = (first.x * dilation - phase.x) / stride;
    for (int tap_row = first.x; tap_row < kernel_h; tap_row += tap_step, row += g_step) {
      int column = (first.y * dilation - phase.y) / stride;
      for (int tap_column = first.y; tap_column < kernel_w; tap_column += tap_step, column += g_step) {
        const int offset = (m * height - row) * width - column;
        const int weight = taps + (tap_row * kernel_w + tap_column) * 4 * kVectors;
        const vec4 low_x = weights[weight];
        const vec4 low_y = weights[weight + kVectors];
        const vec4 low_z = weights[weight + 2 * kVectors];
        const vec4 low_w = weights[weight + 3 * kVectors];
#ifndef NARROW
        const vec4 high_x = weights[weight + 1];
        const vec4 high_y = weights[weight + 3];
        const vec4 high_z = weights[weight + 5];
        const vec4 high_w = weights[weight + 7];
#endif
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

  const int channel = group * group_channels + (tile % group_tiles) * kVectors * 4;
  const int end = (group + 1) * group_channels;
  store(slot, phase, channel, end, low0, high0);
  store(slot + slots, phase, channel, end, low1, high1);
  store(slot + 2 * slots, phase, channel, end, low2, high2);
  store(slot + 3 * slots, phase, channel, end, low3, high3);
  store(slot + 4 * slots, phase, channel, end, low4, high4);
  store(slot + 5 * slots, phase, channel, end, low5, high5);
  store(slot + 6 * slots, phase, channel, end, low6, high6);
  store(slot + 7 * slots, phase, channel, end, low7, high7);
}

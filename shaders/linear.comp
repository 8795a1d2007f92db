// x (N, channels, h, w), a window of the map that the weights (maps, channels, H, W) cover -> y (N, maps). A group computes 8 maps
// of 8 items (ONE_ITEM: of one); its threads share the sum's terms, so that neighbours read neighbouring weights.
// WINDOW: x covers only a part of the map.

PARAMETERS {
  int map_blocks;  // of 8 maps
  int first_map;
  int maps;
  int first_item;
  int items;
  int terms;    // of a sum: x's elements an item
  int weights;  // elements a map
  int plane;       // WINDOW: x's elements a channel, its width and first element
  int width;
  int full_plane;  // of the weights
  int full_width;
  int corner;
  int y_maps;
  int biased;
  int relu;
  int x_at;
  int weights_at;
  int biases_at;
  int y_at;
};

STORAGE(1) readonly buffer X { float x[]; };
STORAGE(2) readonly buffer Weights { float weight[]; };
STORAGE(3) readonly buffer Biases { float biases[]; };
STORAGE(4) buffer Y { float y[]; };

#ifdef ONE_ITEM
const int kItems = 1;
#else
const int kItems = 8;
#endif
const int kSums = 8 * kItems;

shared float partial[kThreads * kSums];

int weight_of(int term) {
#ifdef WINDOW
  const int at = term % plane;
  return term / plane * full_plane + at / width * full_width + at % width + corner;
#else
  return term;
#endif
}

#define ADD(item, low, high)                      \
  {                                               \
    const float value = x[from + item * terms];   \
    low += value * weights_low;                   \
    high += value * weights_high;                 \
  }

void keep(int item, vec4 low, vec4 high) {
  const int at = int(gl_LocalInvocationIndex) * kSums + item * 8;
  partial[at] = low.x;
  partial[at + 1] = low.y;
  partial[at + 2] = low.z;
  partial[at + 3] = low.w;
  partial[at + 4] = high.x;
  partial[at + 5] = high.y;
  partial[at + 6] = high.z;
  partial[at + 7] = high.w;
}

void main() {
  const int thread = int(gl_LocalInvocationIndex);
  const int block = group_index() % map_blocks;
  const int item_block = group_index() / map_blocks;
  // Maps and items behind the last repeat it, and are not written.
  const int last = first_map + maps - 1;
  const int map = first_map + block * 8;
  const int row0 = weights_at + map * weights;
  const int row1 = weights_at + min(map + 1, last) * weights;
  const int row2 = weights_at + min(map + 2, last) * weights;
  const int row3 = weights_at + min(map + 3, last) * weights;
  const int row4 = weights_at + min(map + 4, last) * weights;
  const int row5 = weights_at + min(map + 5, last) * weights;
  const int row6 = weights_at + min(map + 6, last) * weights;
  const int row7 = weights_at + min(map + 7, last) * weights;
  const int item = item_block * kItems;
  const int left = items - 1 - item;

  vec4 low0 = vec4(0.0), high0 = vec4(0.0);
#ifndef ONE_ITEM
  vec4 low1 = vec4(0.0), low2 = vec4(0.0), low3 = vec4(0.0), low4 = vec4(0.0);
  vec4 low5 = vec4(0.0), low6 = vec4(0.0), low7 = vec4(0.0);
  vec4 high1 = vec4(0.0), high2 = vec4(0.0), high3 = vec4(0.0), high4 = vec4(0.0);
  vec4 high5 = vec4(0.0), high6 = vec4(0.0), high7 = vec4(0.0);
#endif
  for (int term = thread; term < terms; term += kThreads) {
    const int w = weight_of(term);
    const vec4 weights_low = vec4(weight[row0 + w], weight[row1 + w], weight[row2 + w], weight[row3 + w]);
    const vec4 weights_high = vec4(weight[row4 + w], weight[row5 + w], weight[row6 + w], weight[row7 + w]);
    const int from = x_at + (first_item + item) * terms + term;
    ADD(0, low0, high0)
#ifndef ONE_ITEM
    ADD(min(1, left), low1, high1)
    ADD(min(2, left), low2, high2)
    ADD(min(3, left), low3, high3)
    ADD(min(4, left), low4, high4)
    ADD(min(5, left), low5, high5)
    ADD(min(6, left), low6, high6)
    ADD(min(7, left), low7, high7)
#endif
  }
  keep(0, low0, high0);
#ifndef ONE_ITEM
  keep(1, low1, high1);
  keep(2, low2, high2);
  keep(3, low3, high3);
  keep(4, low4, high4);
  keep(5, low5, high5);
  keep(6, low6, high6);
  keep(7, low7, high7);
#endif
  barrier();

  // A thread now finishes one of the sums.
  const int to_item = item + thread / 8;
  const int to_map = map + thread % 8;
  if (thread >= kSums || to_item >= items || to_map > last) return;
  float sum = 0.0;
  for (int other = 0; other < kThreads; ++other) sum += partial[other * kSums + thread];
  if (biased != 0) sum += biases[biases_at + to_map];
  if (relu != 0 && !(sum > 0.0)) sum = 0.0;
  y[y_at + (first_item + to_item) * y_maps + to_map] = sum;
}

// g (N, maps) -> gx (N, elements) = g * weights (maps, elements). A thread computes 4 elements of 8 items (ONE_ITEM: of one). Maps
// whose signal is 0 in all of them, most in a projection, cost nothing.

PARAMETERS {
  int slots;  // threads an item block: a quarter of the elements, rounded up
  int elements;
  int first_item;
  int items;
  int first_map;
  int maps;  // that many are summed
  int g_maps;
  int more;  // gx holds the sum over earlier maps
  int g_at;
  int weights_at;
  int gx_at;
};

STORAGE(1) readonly buffer G { float g[]; };
STORAGE(2) readonly buffer Weights { float weights[]; };
STORAGE(3) buffer Gx { float gx[]; };

#ifdef ONE_ITEM
const int kItems = 1;
#else
const int kItems = 8;
#endif

void finish(int item, int element, float sum) {
  if (element >= elements) return;
  const int at = gx_at + (first_item + item) * elements + element;
  gx[at] = more != 0 ? gx[at] + sum : sum;
}

void store(int item, int slot, vec4 sums) {
  if (item >= items) return;
  finish(item, slot, sums.x);
  finish(item, slot + slots, sums.y);
  finish(item, slot + 2 * slots, sums.z);
  finish(item, slot + 3 * slots, sums.w);
}

float signal(int item, int map) {
  if (item >= items) return 0.0;
  return g[g_at + (first_item + item) * g_maps + map];
}

void main() {
  const int thread = thread_index();
  const int item = thread / slots * kItems;
  if (item >= items) return;
  const int slot = thread % slots;
  // Elements behind the last repeat it, and are not written.
  const ivec4 column = min(slot + ivec4(0, 1, 2, 3) * slots, ivec4(elements - 1));

  vec4 sum0 = vec4(0.0);
#ifndef ONE_ITEM
  vec4 sum1 = vec4(0.0), sum2 = vec4(0.0), sum3 = vec4(0.0), sum4 = vec4(0.0);
  vec4 sum5 = vec4(0.0), sum6 = vec4(0.0), sum7 = vec4(0.0);
#endif
  for (int map = first_map; map < first_map + maps; ++map) {
    const float g0 = signal(item, map);
    bool any = g0 != 0.0;
#ifndef ONE_ITEM
    const vec4 low = vec4(g0, signal(item + 1, map), signal(item + 2, map), signal(item + 3, map));
    const vec4 high = vec4(signal(item + 4, map), signal(item + 5, map), signal(item + 6, map), signal(item + 7, map));
    any = any || low != vec4(0.0) || high != vec4(0.0);
#endif
    if (any) {
      const ivec4 from = weights_at + map * elements + column;
      const vec4 row = vec4(weights[from.x], weights[from.y], weights[from.z], weights[from.w]);
      sum0 += g0 * row;
#ifndef ONE_ITEM
      sum1 += low.y * row;
      sum2 += low.z * row;
      sum3 += low.w * row;
      sum4 += high.x * row;
      sum5 += high.y * row;
      sum6 += high.z * row;
      sum7 += high.w * row;
#endif
    }
  }
  store(item, slot, sum0);
#ifndef ONE_ITEM
  store(item + 1, slot, sum1);
  store(item + 2, slot, sum2);
  store(item + 3, slot, sum3);
  store(item + 4, slot, sum4);
  store(item + 5, slot, sum5);
  store(item + 6, slot, sum6);
  store(item + 7, slot, sum7);
#endif
}

// Weights (maps, channels of a group, rows, columns) in the order that conv.comp reads: [tile of maps][channel, tap][8 maps]; or, where
// TRANSPOSED, conv_transpose.comp: [tile of channels][map, tap][8 or 4 channels]. Tiles do not cross groups; what they lack is 0.

PARAMETERS {
  int count;  // threads, one a packed element
  int tile_size;
  int first_tile;
  int group_tiles;
  int group_maps;
  int group_channels;
  int taps;
  int first_map;  // TRANSPOSED: of a group's maps
  int maps;
  int weights_at;
  int ordered_at;
};

STORAGE(1) readonly buffer Weights { float weights[]; };
STORAGE(2) buffer Ordered { float ordered[]; };

void main() {
  int thread = thread_index();
  if (thread >= count) return;
  const int lane = thread % tile_size;
  thread /= tile_size;
  const int tap = thread % taps;
  thread /= taps;
#ifdef TRANSPOSED
  const int from = first_map + thread % maps;
  const int tile = first_tile + thread / maps;
  const int depth = group_maps;
  const int to = (tile % group_tiles) * tile_size + lane;
  const bool there = to < group_channels;
  const int weight = ((tile / group_tiles * group_maps + from) * group_channels + to) * taps + tap;
#else
  const int from = thread % group_channels;
  const int tile = first_tile + thread / group_channels;
  const int depth = group_channels;
  const int to = (tile % group_tiles) * tile_size + lane;
  const bool there = to < group_maps;
  const int weight = ((tile / group_tiles * group_maps + to) * group_channels + from) * taps + tap;
#endif
  float value = 0.0;
  if (there) value = weights[weights_at + weight];
  ordered[ordered_at + ((tile * depth + from) * taps + tap) * tile_size + lane] = value;
}

// Weights (maps, channels of a group, rows, columns) in the order that conv.comp reads: [tile of maps][quad of channels, tap][4 channels]
// [8 maps]; or, where TRANSPOSED, conv_transpose.comp: [tile of channels][quad of maps, tap][4 maps][8 or 4 channels]. Tiles and quads do
// not cross groups; what they lack is 0.

PARAMETERS {
  int count;  // threads, one an element
  int tile_size;
  int first_tile;
  int group_tiles;
  int group_maps;
  int group_channels;
  int group_quads;
  int first_quad;
  int quads;  // of this part
  int taps;
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
  const int part = thread % 4;
  thread /= 4;
  const int tap = thread % taps;
  thread /= taps;
  const int quad = first_quad + thread % quads;
  const int tile = first_tile + thread / quads;
  const int outer = tile % group_tiles * tile_size + lane;
  const int inner = quad * 4 + part;
#ifdef TRANSPOSED
  const int map = inner;
  const int channel = outer;
#else
  const int map = outer;
  const int channel = inner;
#endif
  float value = 0.0;
  if (map < group_maps && channel < group_channels) {
    value = weights[weights_at + ((tile / group_tiles * group_maps + map) * group_channels + channel) * taps + tap];
  }
  ordered[ordered_at + (((tile * group_quads + quad) * taps + tap) * 4 + part) * tile_size + lane] = value;
}

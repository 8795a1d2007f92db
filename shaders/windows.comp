// Windows y (K, C, h, w) of maps x (images, C, H, W). OVERLAY: with changes (K, C, h', w') at their own windows laid over them. COVER:
// with a square laid over them.

PARAMETERS {
  int count;  // threads, one an element of the part
  int first_item;
  int first_channel;
  int part_channels;
  int channels;
  int height;  // of y
  int width;
  int full_height;  // of x
  int full_width;
  int over_height;  // of the changes or the square
  int over_width;
  int kind;  // OVERLAY: 0 replaces, 1 is the difference, 2 the sum
  int relu;
  float outside;    // where there is no map
  float soft_edge;  // COVER: 0 is sharp
  int x_at;
  int over_at;  // OVERLAY
  int y_at;
};

STORAGE(1) readonly buffer X { float x[]; };
STORAGE(2) readonly buffer Over { float over[]; };  // the changes, or the square's value of each channel
STORAGE(3) readonly buffer Windows { ivec4 windows[]; };  // (image, y, x, -) of y, then of what is laid over it, each item's
STORAGE(4) buffer Y { float y[]; };

#ifdef COVER
// How much of the map the square hides at a row and column of its own.
float cover(int row, int column) {
  if (soft_edge == 0.0) return 1.0;
  const int nearest = min(min(row, over_height - 1 - row), min(column, over_width - 1 - column));
  return min((float(nearest) + 0.5) / soft_edge, 1.0);
}
#endif

void main() {
  const int thread = thread_index();
  if (thread >= count) return;
  const int plane = height * width;
  const int item = first_item + thread / plane / part_channels;
  const int channel = first_channel + thread / plane % part_channels;
  const ivec4 at = windows[2 * item];
  const ivec4 over_from = windows[2 * item + 1];
  const int row = at.y + thread % plane / width;
  const int column = at.z + thread % plane % width;
  const int over_row = row - over_from.y;
  const int over_column = column - over_from.z;
  const bool on_map = inside(row, full_height) && inside(column, full_width);
  const bool changed = on_map && inside(over_row, over_height) && inside(over_column, over_width);

  float value = outside;
  if (on_map) value = x[x_at + ((at.x * channels + channel) * full_height + row) * full_width + column];
#ifdef COVER
  if (changed) value = mix(value, over[channel], cover(over_row, over_column));
#else
  if (changed) {
    const float change = over[over_at + ((item * channels + channel) * over_height + over_row) * over_width + over_column];
    if (kind == 0) value = change;
    if (kind == 1) value = change - value;
    if (kind == 2) value += change;
  } else if (kind == 1) {
    value = 0.0;
  }
  if (relu != 0 && value < 0.0) value = 0.0;
#endif
  y[y_at + (item * channels + channel) * plane + thread % plane] = value;
}

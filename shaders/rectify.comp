// RELU: x -> y = max(0, x). IN_PLACE: x = y. RELU_BACKWARD: a signal g (N, C, h, w) at windows of the forward output y, in place.

#ifndef RELU_BACKWARD

PARAMETERS {
  int count;
  int x_at;
  int y_at;
};

#ifdef IN_PLACE
STORAGE(1) buffer Y { float y[]; };
#define x y
#else
STORAGE(1) readonly buffer X { float x[]; };
STORAGE(2) buffer Y { float y[]; };
#endif

void main() {
  const int i = thread_index();
  if (i >= count) return;
  const float value = x[x_at + i];
  y[y_at + i] = value > 0.0 ? value : 0.0;
}

#else

PARAMETERS {
  int count;  // threads, one an element of the part
  int first_item;
  int first_channel;
  int part_channels;
  int channels;
  int height;  // of g
  int width;
  int full_height;  // of y
  int full_width;
  int rectify;  // negative signals stop, too
  int y_at;
  int g_at;
};

STORAGE(1) readonly buffer Y { float y[]; };
STORAGE(2) readonly buffer Windows { ivec4 windows[]; };  // (image, y, x, -) of g, twice an item
STORAGE(3) buffer G { float g[]; };

void main() {
  const int thread = thread_index();
  if (thread >= count) return;
  const int plane = height * width;
  const int item = first_item + thread / plane / part_channels;
  const int channel = first_channel + thread / plane % part_channels;
  const ivec4 at = windows[2 * item];
  const int row = at.y + thread % plane / width;
  const int column = at.z + thread % plane % width;
  bool on = false;
  if (inside(row, full_height) && inside(column, full_width)) {
    on = y[y_at + ((at.x * channels + channel) * full_height + row) * full_width + column] > 0.0;
  }
  const int to = g_at + (item * channels + channel) * plane + thread % plane;
  if (!on || (rectify != 0 && !(g[to] > 0.0))) g[to] = 0.0;
}

#endif

// LRN: x (N, C, H, W) -> y = x / (k + alpha/size * sum of the neighbouring maps' squares)^beta. LRN_BACKWARD: its derivative, of a signal
// g (N, C, h, w) at windows of x -> gx.

PARAMETERS {
  int count;  // threads, one an element of the part
  int first_item;
  int first_channel;
  int part_channels;
  int channels;
  int height;  // of the output
  int width;
  int full_height;  // of x
  int full_width;
  int half_size;  // neighbours on either side
  float alpha;    // over size
  float beta;
  float k;
  int x_at;
  int g_at;  // LRN_BACKWARD
  int y_at;
};

STORAGE(1) readonly buffer X { float x[]; };
STORAGE(2) buffer Y { float y[]; };
#ifdef LRN_BACKWARD
STORAGE(3) readonly buffer G { float g[]; };
STORAGE(4) readonly buffer Windows { ivec4 windows[]; };  // (image, y, x, -) of g, twice an item
#endif

// What map c's values are divided by, before the power; `at` is the place in map 0.
float scale(int at, int c) {
  const int plane = full_height * full_width;
  float sum = 0.0;
  for (int i = max(c - half_size, 0); i < min(c + half_size + 1, channels); ++i) {
    const float value = x[at + i * plane];
    sum += value * value;
  }
  return k + alpha * sum;
}

void main() {
  const int thread = thread_index();
  if (thread >= count) return;
  const int plane = height * width;
  const int item = first_item + thread / plane / part_channels;
  const int channel = first_channel + thread / plane % part_channels;
  const int place = thread % plane;
  const int to = (item * channels + channel) * plane + place;
#ifdef LRN_BACKWARD
  const ivec4 window = windows[2 * item];
  const int row = window.y + place / width;
  const int column = window.z + place % width;
  float result = 0.0;
  if (inside(row, full_height) && inside(column, full_width)) {
    const int full = full_height * full_width;
    const int at = x_at + window.x * channels * full + row * full_width + column;
    const int signal = g_at + item * channels * plane + place;
    float through = 0.0;  // the map in the scales of its neighbours
    for (int i = max(channel - half_size, 0); i < min(channel + half_size + 1, channels); ++i) {
      through += g[signal + i * plane] * x[at + i * full] * power(scale(at, i), -beta - 1.0);
    }
    result = g[signal + channel * plane] * power(scale(at, channel), -beta) - 2.0 * alpha * beta * x[at + channel * full] * through;
  }
  y[y_at + to] = result;
#else
  const int at = x_at + item * channels * plane + place;
  y[y_at + to] = x[at + channel * plane] * power(scale(at, channel), -beta);
#endif
}

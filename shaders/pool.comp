// MAX_POOL: x (planes, H, W) -> y, switches (planes, h, w). UNPOOL: g (N, C, h, w) at windows of the pooled maps, whose switches are of
// the whole maps -> gx (N, C, h, w) at windows of the maps, each element gathered from the pools over it.

#ifdef MAX_POOL

PARAMETERS {
  int count;  // threads, one a pool of the part
  int first_plane;
  int height;
  int width;
  int out_height;
  int out_width;
  int kernel;
  int stride;
  int pad;
  int x_at;
  int y_at;
  int switches_at;
};

STORAGE(1) readonly buffer X { float x[]; };
STORAGE(2) buffer Y { float y[]; };
STORAGE(3) buffer Switches { uint switches[]; };

void main() {
  const int thread = thread_index();
  if (thread >= count) return;
  const int pools = out_height * out_width;
  const int plane = first_plane + thread / pools;
  const int row = thread % pools / out_width * stride - pad;
  const int column = thread % pools % out_width * stride - pad;
  const int from = x_at + plane * height * width;
  int best = -1;
  float value = 0.0;
  for (int i = max(row, 0); i < min(row + kernel, height); ++i) {
    for (int j = max(column, 0); j < min(column + kernel, width); ++j) {
      const float candidate = x[from + i * width + j];
      if (best < 0 || candidate > value) {
        best = i * width + j;
        value = candidate;
      }
    }
  }
  const int to = plane * pools + thread % pools;
  y[y_at + to] = value;
  switches[switches_at + to] = uint(best);
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
  int pools_height;  // of the switches
  int pools_width;
  int plane_height;  // of the pooled maps
  int plane_width;
  int out_height;
  int out_width;
  int kernel;
  int stride;
  int pad;
  int g_at;
  int switches_at;
  int gx_at;
};

STORAGE(1) readonly buffer G { float g[]; };
STORAGE(2) readonly buffer Switches { uint switches[]; };
STORAGE(3) readonly buffer Windows { ivec4 windows[]; };  // (image, y, x, -) of g, then of gx, each item's
STORAGE(4) buffer Gx { float gx[]; };

void main() {
  const int thread = thread_index();
  if (thread >= count) return;
  const int plane = out_height * out_width;
  const int item = first_item + thread / plane / part_channels;
  const int channel = first_channel + thread / plane % part_channels;
  const ivec4 from = windows[2 * item];
  const ivec4 to = windows[2 * item + 1];
  const int row = to.y + thread % plane / out_width;
  const int column = to.z + thread % plane % out_width;
  float sum = 0.0;
  if (inside(row, plane_height) && inside(column, plane_width)) {
    const uint here = uint(row * plane_width + column);
    const int own = switches_at + (from.x * channels + channel) * pools_height * pools_width;
    const int signal = g_at + (item * channels + channel) * height * width;
    const int first_row = max(max(row + pad - kernel + stride, 0) / stride, from.y);
    const int end_row = min(min((row + pad) / stride + 1, pools_height), from.y + height);
    const int first_column = max(max(column + pad - kernel + stride, 0) / stride, from.z);
    const int end_column = min(min((column + pad) / stride + 1, pools_width), from.z + width);
    for (int i = first_row; i < end_row; ++i) {
      for (int j = first_column; j < end_column; ++j) {
        if (switches[own + i * pools_width + j] == here) sum += g[signal + (i - from.y) * width + j - from.z];
      }
    }
  }
  gx[gx_at + (item * channels + channel) * plane + thread % plane] = sum;
}

#endif

// AVERAGE_POOL: x (planes, H, W) -> y (planes, h, w). AVERAGE_UNPOOL: g (N, C, h, w) at windows of the pooled maps -> gx (N, C, h, w) at
// windows of the maps, each element gathered from the pools over it.

#ifdef AVERAGE_POOL

PARAMETERS {
  int count;  // threads, one a pool of the part
  int first_plane;
  int height;
  int width;
  int out_height;
  int out_width;
  int kernel_h;
  int kernel_w;
  int stride;
  int pad;
  int count_pad;  // means are over the padding, too
  int x_at;
  int y_at;
};

STORAGE(1) readonly buffer X { float x[]; };
STORAGE(2) buffer Y { float y[]; };

#else

PARAMETERS {
  int count;  // threads, one an element of the part
  int first_plane;  // of gx
  int channels;
  int height;  // of g
  int width;
  int pools_height;  // of the pooled maps
  int pools_width;
  int plane_height;  // of the maps
  int plane_width;
  int out_height;
  int out_width;
  int kernel_h;
  int kernel_w;
  int stride;
  int pad;
  int count_pad;
  int g_at;
  int gx_at;
};

STORAGE(1) readonly buffer G { float g[]; };
STORAGE(2) readonly buffer Windows { ivec4 windows[]; };  // (image, y, x, -) of g, then of gx, each item's
STORAGE(3) buffer Gx { float gx[]; };

#endif

// Of a pool along an axis of a map: its first element there, the one behind its last, and how many its mean counts.
ivec3 range(int pool, int kernel, int size) {
  const int begin = pool * stride - pad;
  const int end = min(begin + kernel, size + pad);
  const int first = max(begin, 0);
  const int last = min(end, size);
  return ivec3(first, last, count_pad != 0 ? end - begin : last - first);
}

#ifdef AVERAGE_POOL

void main() {
  const int thread = thread_index();
  if (thread >= count) return;
  const int pools = out_height * out_width;
  const int plane = first_plane + thread / pools;
  const ivec3 rows = range(thread % pools / out_width, kernel_h, height);
  const ivec3 columns = range(thread % pools % out_width, kernel_w, width);
  const int from = x_at + plane * height * width;
  float sum = 0.0;
  for (int row = rows.x; row < rows.y; ++row) {
    for (int column = columns.x; column < columns.y; ++column) sum += x[from + row * width + column];
  }
  y[y_at + plane * pools + thread % pools] = sum / float(rows.z * columns.z);
}

#else

// The first pool along an axis that covers a place.
int first_pool(int place, int kernel) { return max(place + pad - kernel + stride, 0) / stride; }

void main() {
  const int thread = thread_index();
  if (thread >= count) return;
  const int size = out_height * out_width;
  const int plane = first_plane + thread / size;
  const int item = plane / channels;
  const ivec4 from = windows[2 * item];
  const ivec4 to = windows[2 * item + 1];
  const int row = to.y + thread % size / out_width;
  const int column = to.z + thread % size % out_width;
  float sum = 0.0;
  if (inside(row, plane_height) && inside(column, plane_width)) {
    const int signal = g_at + plane * height * width;
    const int end_row = min(min((row + pad) / stride + 1, pools_height), from.y + height);
    const int end_column = min(min((column + pad) / stride + 1, pools_width), from.z + width);
    for (int i = max(first_pool(row, kernel_h), from.y); i < end_row; ++i) {
      const int rows = range(i, kernel_h, plane_height).z;
      for (int j = max(first_pool(column, kernel_w), from.z); j < end_column; ++j) {
        sum += g[signal + (i - from.y) * width + j - from.z] / float(rows * range(j, kernel_w, plane_width).z);
      }
    }
  }
  gx[gx_at + plane * size + thread % size] = sum;
}

#endif

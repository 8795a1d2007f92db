// x (N, C, H, W) -> y (N, C, times, h, w): each map of x through filters of its own, `times` of them. A thread computes 8 rows, a strip, at
// one column, whose neighbours the neighbouring threads compute. Weights are as they came: (C, times, rows, columns).

PARAMETERS {
  int count;        // threads of the part
  int first_plane;  // of x
  int channels;
  int times;
  int height;
  int width;
  int out_height;
  int out_width;
  int strips;
  int kernel_h;
  int kernel_w;
  int stride;
  int pad;
  int dilation;
  int biased;  // biases are added
  int relu;
  int x_at;
  int weights_at;
  int biases_at;
  int y_at;
};

STORAGE(1) readonly buffer X { float x[]; };
STORAGE(2) readonly buffer Weights { float weights[]; };
STORAGE(3) readonly buffer Biases { float biases[]; };
STORAGE(4) buffer Y { float y[]; };

float read(int from, int row) {
  if (!inside(row, height)) return 0.0;
  return x[from + row * width];
}

void finish(int at, int row, float sum) {
  if (row < out_height) y[at + row * out_width] = relu != 0 && !(sum > 0.0) ? 0.0 : sum;
}

void main() {
  int thread = thread_index();
  if (thread >= count) return;
  const int out_column = thread % out_width;
  thread /= out_width;
  const int out_row = thread % strips * 8;
  thread /= strips;
  const int plane = first_plane + thread / times;
  const int time = thread % times;
  const int map = plane % channels * times + time;

  vec4 low = vec4(0.0), high = vec4(0.0);
  int weight = weights_at + map * kernel_h * kernel_w;
  const int left = out_column * stride - pad;
  int top = out_row * stride - pad;
  for (int i = 0; i < kernel_h; ++i, top += dilation) {
    int column = left;
    for (int j = 0; j < kernel_w; ++j, column += dilation) {
      if (inside(column, width)) {
        const float factor = weights[weight];
        const int from = x_at + plane * height * width + column;
        const ivec4 row = top + ivec4(0, 1, 2, 3) * stride;
        const ivec4 below = row + 4 * stride;
        low += factor * vec4(read(from, row.x), read(from, row.y), read(from, row.z), read(from, row.w));
        high += factor * vec4(read(from, below.x), read(from, below.y), read(from, below.z), read(from, below.w));
      }
      ++weight;
    }
  }

  if (biased != 0) {
    low += biases[biases_at + map];
    high += biases[biases_at + map];
  }
  const int at = y_at + (plane * times + time) * out_height * out_width + out_column;
  finish(at, out_row, low.x);
  finish(at, out_row + 1, low.y);
  finish(at, out_row + 2, low.z);
  finish(at, out_row + 3, low.w);
  finish(at, out_row + 4, high.x);
  finish(at, out_row + 5, high.y);
  finish(at, out_row + 6, high.z);
  finish(at, out_row + 7, high.w);
}

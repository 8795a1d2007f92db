// g (N, C, times, h, w) at g_at -> gx (N, C, H, W) at out_at: depthwise.comp's transpose, each element gathered from all that it went into.
// A thread computes 8 rows, a strip, of one phase at one column: rows that are the stride apart read the same taps.

PARAMETERS {
  int count;        // threads of the part
  int first_plane;  // of gx
  int channels;
  int times;
  int height;  // of g
  int width;
  int out_height;
  int out_width;
  int strips;       // of one phase
  int phase_width;  // columns of one phase
  int kernel_h;
  int kernel_w;
  int stride;
  int pad;
  int dilation;
  int tap_step;  // from a tap that a phase reads to its next, the stride without dilation
  int g_step;    // and as many rows and columns of g back
  int g_at;
  int weights_at;
  int gx_at;
};

STORAGE(1) readonly buffer G { float g[]; };
STORAGE(2) readonly buffer Weights { float weights[]; };
STORAGE(3) readonly buffer Windows { ivec4 windows[]; };  // (image, y, x, -) of g, then of gx, each item's
STORAGE(4) buffer Gx { float gx[]; };

float read(int from, int row) {
  if (!inside(row, height)) return 0.0;
  return g[from + row * width];
}

void finish(int at, int row, float sum) {
  if (row < out_height) gx[at + row * out_width] = sum;
}

void main() {
  int thread = thread_index();
  if (thread >= count) return;
  const int phase_column = thread % phase_width;
  thread /= phase_width;
  const int strip = thread % strips;
  thread /= strips;
  const ivec2 phase = ivec2(thread / stride % stride, thread % stride);
  const int plane = first_plane + thread / stride / stride;
  const ivec4 from = windows[2 * (plane / channels)];
  const ivec4 to = windows[2 * (plane / channels) + 1];

  // Of the strip's first element, and of what its phase's tap 0 would read.
  const int out_row = wrapped(phase.x - to.y - pad, stride) + strip * 8 * stride;
  const int out_column = wrapped(phase.y - to.z - pad, stride) + phase_column * stride;
  if (out_row >= out_height || out_column >= out_width) return;
  const int row = (to.y + out_row + pad - phase.x) / stride - from.y;
  const int column = (to.z + out_column + pad - phase.y) / stride - from.z;

  const int first_row = first_tap(phase.x, stride, dilation, tap_step, kernel_h);
  const int first_column = first_tap(phase.y, stride, dilation, tap_step, kernel_w);
  vec4 low = vec4(0.0), high = vec4(0.0);
  for (int time = 0; time < times; ++time) {
    const int weight = weights_at + (plane % channels * times + time) * kernel_h * kernel_w;
    const int signal = g_at + (plane * times + time) * height * width;
    int top = row - (first_row * dilation - phase.x) / stride;
    for (int i = first_row; i < kernel_h; i += tap_step, top -= g_step) {
      int at_column = column - (first_column * dilation - phase.y) / stride;
      for (int j = first_column; j < kernel_w; j += tap_step, at_column -= g_step) {
        if (inside(at_column, width)) {
          const float factor = weights[weight + i * kernel_w + j];
          const int at = signal + at_column;
          low += factor * vec4(read(at, top), read(at, top + 1), read(at, top + 2), read(at, top + 3));
          high += factor * vec4(read(at, top + 4), read(at, top + 5), read(at, top + 6), read(at, top + 7));
        }
      }
    }
  }

  const int at = gx_at + plane * out_height * out_width + out_column;
  finish(at, out_row, low.x);
  finish(at, out_row + stride, low.y);
  finish(at, out_row + 2 * stride, low.z);
  finish(at, out_row + 3 * stride, low.w);
  finish(at, out_row + 4 * stride, high.x);
  finish(at, out_row + 5 * stride, high.y);
  finish(at, out_row + 6 * stride, high.z);
  finish(at, out_row + 7 * stride, high.w);
}

// x (N, C, h, w) -> y = f(x), elementwise. ACTIVATION_BACKWARD: a signal g (N, C, h, w) at windows of f's input x, in place.

PARAMETERS {
  int count;  // threads, one an element of the part
  int first_plane;  // of y or g
  int channels;
  int height;
  int width;
  int full_height;  // of x
  int full_width;
  int kind;     // Activation::Kind
  float low;    // of kClip; finite
  float high;
  float slope;  // of kLeakyRelu,
  int sloped;   // unless each map has its own
  int rectify;  // ACTIVATION_BACKWARD: the signal is rectified,
  int derive;   // and multiplied by the derivative
  int x_at;
  int slopes_at;
  int y_at;
};

STORAGE(1) readonly buffer X { float x[]; };
STORAGE(2) readonly buffer Slopes { float slopes[]; };
STORAGE(3) buffer Y { float y[]; };
#ifdef ACTIVATION_BACKWARD
STORAGE(4) readonly buffer Windows { ivec4 windows[]; };  // (image, y, x, -) of g, twice an item
#endif

const int kClip = 0;
const int kLeakyRelu = 1;
const int kSigmoid = 2;
const int kHardSigmoid = 3;
const int kTanh = 4;
const int kSilu = 5;
const int kHardSwish = 6;
const int kGelu = 7;

// 1 / (1 + e^-x), and of -x.
vec2 sigmoid(float at) {
  const float e = exponential(-abs(at));
  const float most = 1.0 / (1.0 + e);
  if (at < 0.0) return vec2(e * most, most);
  return vec2(most, e * most);
}

float hyperbolic_tangent(float at) {
  const float e = exponential(-2.0 * abs(at));
  const float t = (1.0 - e) / (1.0 + e);
  return at < 0.0 ? -t : t;
}

// The normal distribution's function, as erfc of Numerical Recipes (section 6.2, the Chebyshev fit of 1.2e-7), and density. Both reach their
// limits where a double's erf does.
const float kFarOut = 8.3;

float normal_below(float at) {
  if (abs(at) > kFarOut) return at > 0.0 ? 1.0 : 0.0;
  const float z = abs(at) * 0.70710678;
  const float t = 1.0 / (1.0 + 0.5 * z);
  float series = -0.82215223 + t * 0.17087277;
  series = 1.48851587 + t * series;
  series = -1.13520398 + t * series;
  series = 0.27886807 + t * series;
  series = -0.18628806 + t * series;
  series = 0.09678418 + t * series;
  series = 0.37409196 + t * series;
  series = 1.00002368 + t * series;
  const float tail = 0.5 * t * exponential(-z * z - 1.26551223 + t * series);
  return at > 0.0 ? 1.0 - tail : tail;
}

float normal_at(float at) {
  if (abs(at) > kFarOut) return 0.0;
  return 0.39894228 * exponential(-0.5 * at * at);
}

float value_of(float own_slope, float at) {
  if (kind == kClip) return at < low ? low : (at > high ? high : at);
  if (kind == kLeakyRelu) return at > 0.0 ? at : own_slope * at;
  if (kind == kSigmoid) return sigmoid(at).x;
  if (kind == kHardSigmoid) return clamp(at / 6.0 + 0.5, 0.0, 1.0);
  if (kind == kTanh) return hyperbolic_tangent(at);
  if (kind == kSilu) return at * sigmoid(at).x;
  if (kind == kHardSwish) return at * clamp(at / 6.0 + 0.5, 0.0, 1.0);
  return at * normal_below(at);
}

#ifdef ACTIVATION_BACKWARD
float derivative_of(float own_slope, float at) {
  if (kind == kClip) return at > low && at < high ? 1.0 : 0.0;
  if (kind == kLeakyRelu) return at > 0.0 ? 1.0 : own_slope;
  if (kind == kHardSigmoid) return at > -3.0 && at < 3.0 ? 1.0 / 6.0 : 0.0;
  if (kind == kHardSwish) return at >= 3.0 ? 1.0 : (at <= -3.0 ? 0.0 : at / 3.0 + 0.5);
  if (kind == kGelu) return normal_below(at) + at * normal_at(at);
  if (kind == kTanh) {
    const float t = hyperbolic_tangent(at);
    return 1.0 - t * t;
  }
  const vec2 share = sigmoid(at);
  if (kind == kSigmoid) return share.x * share.y;
  return share.x * (1.0 + at * share.y);
}
#endif

void main() {
  const int thread = thread_index();
  if (thread >= count) return;
  const int size = height * width;
  const int place = first_plane * size + thread;
  const int to = y_at + place;
  float own_slope = slope;
  if (sloped != 0) own_slope = slopes[slopes_at + (first_plane + thread / size) % channels];
#ifdef ACTIVATION_BACKWARD
  float value = y[to];
  if (rectify != 0) value = kind == kClip ? max(value, 0.0) : value_of(own_slope, value);
  if (derive != 0) {
    const int plane = first_plane + thread / size;
    const ivec4 window = windows[2 * (plane / channels)];
    const int row = window.y + thread % size / width;
    const int column = window.z + thread % size % width;
    float factor = 0.0;
    if (inside(row, full_height) && inside(column, full_width)) {
      const int full_plane = window.x * channels + plane % channels;
      factor = derivative_of(own_slope, x[x_at + (full_plane * full_height + row) * full_width + column]);
    }
    value *= factor;
  }
  y[to] = value;
#else
  y[to] = value_of(own_slope, x[x_at + place]);
#endif
}

// Where branches meet and part. ADD: y = a + b. MULTIPLY: y = a * b, an element of b for each of a or for a whole map. COPY_MAPS: some maps
// of x (N, C, H, W) into y (N, D, H, W).

#ifdef COPY_MAPS

PARAMETERS {
  int count;  // threads, one an element of the part
  int first_item;
  int first_channel;  // of those that are copied
  int part_channels;
  int plane;
  int from;  // the first channel in x
  int channels;
  int to;  // and in y
  int y_channels;
  int x_at;
  int y_at;
};

STORAGE(1) readonly buffer X { float x[]; };
STORAGE(2) buffer Y { float y[]; };

void main() {
  const int thread = thread_index();
  if (thread >= count) return;
  const int item = first_item + thread / plane / part_channels;
  const int channel = first_channel + thread / plane % part_channels;
  const int place = thread % plane;
  y[y_at + (item * y_channels + to + channel) * plane + place] = x[x_at + (item * channels + from + channel) * plane + place];
}

#else

PARAMETERS {
  int count;
  int first;      // element of b
  int shared_by;  // elements of a that one of b is for
  int relu;       // ADD
  int a_at;
  int b_at;
  int y_at;
};

STORAGE(1) readonly buffer A { float a[]; };
STORAGE(2) readonly buffer B { float b[]; };
STORAGE(3) buffer Y { float y[]; };

void main() {
  const int thread = thread_index();
  if (thread >= count) return;
  const int i = first * shared_by + thread;
#ifdef MULTIPLY
  y[y_at + i] = a[a_at + i] * b[b_at + first + thread / shared_by];
#else
  const float sum = a[a_at + i] + b[b_at + i];
  y[y_at + i] = relu != 0 && !(sum > 0.0) ? 0.0 : sum;
#endif
}

#endif

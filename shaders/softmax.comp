// x (N, C, places) -> y, over the maps of each item and place. A group does one.

PARAMETERS {
  int first;  // item and place
  int count;  // of them in this part
  int channels;
  int places;
  int x_at;
  int y_at;
};

STORAGE(1) readonly buffer X { float x[]; };
STORAGE(2) buffer Y { float y[]; };

shared float partial[kThreads];

void main() {
  const int thread = int(gl_LocalInvocationIndex);
  const int own = first + min(group_index(), count - 1);  // groups behind the last repeat it
  const int from = own / places * channels * places + own % places;

  float top = x[x_at + from + min(thread, channels - 1) * places];
  for (int c = thread; c < channels; c += kThreads) top = max(top, x[x_at + from + c * places]);
  partial[thread] = top;
  barrier();
  for (int other = 0; other < kThreads; ++other) top = max(top, partial[other]);
  barrier();

  float sum = 0.0;
  for (int c = thread; c < channels; c += kThreads) sum += exponential(x[x_at + from + c * places] - top);
  partial[thread] = sum;
  barrier();
  sum = 0.0;
  for (int other = 0; other < kThreads; ++other) sum += partial[other];
  for (int c = thread; c < channels; c += kThreads) {
    y[y_at + from + c * places] = exponential(x[x_at + from + c * places] - top) / sum;
  }
}

// x (planes, H, W) -> of each plane: CHANNEL_MAX its maximum and the flat place of the first of equals; CHANNEL_SUM its
// sum times a factor. A group does one.

PARAMETERS {
  int first_plane;
  int planes;
  int size;  // elements a plane
  float factor;  // CHANNEL_SUM
  int x_at;
  int values_at;
  int places_at;  // CHANNEL_MAX
};

STORAGE(1) readonly buffer X { float x[]; };
STORAGE(2) buffer Values { float values[]; };

shared float partial[kThreads];

#ifdef CHANNEL_MAX

STORAGE(3) buffer Places { uint places[]; };

shared int partial_place[kThreads];

void main() {
  const int thread = int(gl_LocalInvocationIndex);
  const int plane = first_plane + min(group_index(), planes - 1);  // groups behind the last repeat it
  const int from = x_at + plane * size;
  int place = min(thread, size - 1);
  float best = x[from + place];
  for (int i = thread + kThreads; i < size; i += kThreads) {
    const float value = x[from + i];
    if (value > best) {
      best = value;
      place = i;
    }
  }
  partial[thread] = best;
  partial_place[thread] = place;
  barrier();
  if (thread != 0) return;
  for (int other = 1; other < kThreads; ++other) {
    const float value = partial[other];
    if (value > best || (value == best && partial_place[other] < place)) {
      best = value;
      place = partial_place[other];
    }
  }
  values[values_at + plane] = best;
  places[places_at + plane] = uint(place);
}

#else

void main() {
  const int thread = int(gl_LocalInvocationIndex);
  const int plane = first_plane + min(group_index(), planes - 1);
  const int from = x_at + plane * size;
  float sum = 0.0;
  for (int i = thread; i < size; i += kThreads) sum += x[from + i];
  partial[thread] = sum;
  barrier();
  if (thread != 0) return;
  for (int other = 1; other < kThreads; ++other) sum += partial[other];
  values[values_at + plane] = factor * sum;
}

#endif

// x (N, groups, channels, places) -> y (N, groups, quads, places) of 4 channels each, 0 where a group has none left: convolutions read
// four channels at once.

PARAMETERS {
  int count;  // threads, one a vector of the part
  int first_item;
  int first_quad;  // of all groups' quads
  int part_quads;
  int groups;
  int group_channels;
  int group_quads;
  int places;
  int x_at;
  int y_at;  // in vectors
};

STORAGE(1) readonly buffer X { float x[]; };
STORAGE(2) buffer Y { vec4 y[]; };

void main() {
  const int thread = thread_index();
  if (thread >= count) return;
  const int place = thread % places;
  const int quad = first_quad + thread / places % part_quads;
  const int item = first_item + thread / places / part_quads;
  const int channel = quad % group_quads * 4;
  const int from = x_at + ((item * groups + quad / group_quads) * group_channels + channel) * places + place;
  vec4 value = vec4(x[from], 0.0, 0.0, 0.0);
  if (channel + 1 < group_channels) value.y = x[from + places];
  if (channel + 2 < group_channels) value.z = x[from + 2 * places];
  if (channel + 3 < group_channels) value.w = x[from + 3 * places];
  y[y_at + (item * groups * group_quads + quad) * places + place] = value;
}

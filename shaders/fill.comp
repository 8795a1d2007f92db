// y = value.

PARAMETERS {
  int count;
  float value;
  int y_at;
};

STORAGE(1) buffer Y { float y[]; };

void main() {
  const int i = thread_index();
  if (i < count) y[y_at + i] = value;
}

// Powers and exponentials to a few units in the last place everywhere; drivers' own differ and some are coarse.

float power_of_two(float x) {
  if (x < -126.0) return 0.0;
  const float whole = floor(x + 0.5);
  const float f = (x - whole) * 0.69314718056;  // within 0.35
  float series = 1.0 + f / 7.0;
  series = 1.0 + f / 6.0 * series;
  series = 1.0 + f / 5.0 * series;
  series = 1.0 + f / 4.0 * series;
  series = 1.0 + f / 3.0 * series;
  series = 1.0 + f / 2.0 * series;
  series = 1.0 + f * series;
  return series * intBitsToFloat((int(whole) + 127) << 23);
}

// Of a positive number.
float binary_logarithm(float x) {
  const int bits = floatBitsToInt(x);
  float exponent = float((bits >> 23) - 127);
  float mantissa = intBitsToFloat((bits & 0x7fffff) | 0x3f800000);
  if (mantissa > 1.41421356) {
    mantissa *= 0.5;
    exponent += 1.0;
  }
  const float t = (mantissa - 1.0) / (mantissa + 1.0);  // within 0.18
  const float t2 = t * t;
  return exponent + t * (2.88539008 + t2 * (0.961796694 + t2 * (0.577078016 + t2 * (0.412198583 + t2 * 0.320598898))));
}

// x > 0 to the power of y, where that is at most 1.
float power(float x, float y) { return power_of_two(y * binary_logarithm(x)); }

// e to the power of x, at most 0.
float exponential(float x) { return power_of_two(max(x, -150.0) * 1.44269504); }

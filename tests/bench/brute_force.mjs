// What the rivals' benchmarks run, under node and in a page.

/// The numbers of `n` images.
export function pixels(n, size) {
  return Float32Array.from({ length: n * 3 * size * size }, (_, i) => Math.sin(i * 12.9898) * 1.7);
}

/// Milliseconds of an occlusion map: `run(data, n)` runs the whole net on batches of 32 images, with a square of zeros at every place.
export async function occlusionTime(run, size, square, stride) {
  const image = pixels(1, size);
  const tops = Array.from({ length: Math.floor((size - square) / stride) + 1 }, (_, i) => i * stride);
  const places = tops.flatMap((y) => tops.map((x) => [y, x]));
  const start = performance.now();
  for (let first = 0; first < places.length; first += 32) {
    const batch = places.slice(first, first + 32);
    const data = new Float32Array(batch.length * image.length);
    batch.forEach(([y, x], k) => {
      data.set(image, k * image.length);
      for (let c = 0; c < 3; ++c) {
        for (let row = y; row < y + square; ++row) {
          const at = k * image.length + (c * size + row) * size + x;
          data.fill(0, at, at + square);
        }
      }
    });
    await run(data, batch.length);
  }
  return performance.now() - start;
}

/// The median of so many runs' milliseconds, after one that is not counted.
export async function medianTime(runs, run) {
  await run();
  const times = [];
  for (let i = 0; i < runs; ++i) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[runs >> 1];
}

// What the rivals' benchmarks run, under node and in a page.

/// The numbers of `n` images.
export function pixels(n, size) {
  return Float32Array.from({ length: n * 3 * size * size }, (_, i) => Math.sin(i * 12.9898) * 1.7);
}

/// The top-left corners of a square's places.
function placesOf(size, square, stride) {
  const tops = Array.from({ length: Math.floor((size - square) / stride) + 1 }, (_, i) => i * stride);
  return tops.flatMap((y) => tops.map((x) => [y, x]));
}

/// The image with a square of zeros at each place, as a batch.
function covered(image, size, square, places) {
  const data = new Float32Array(places.length * image.length);
  places.forEach(([y, x], k) => {
    data.set(image, k * image.length);
    for (let c = 0; c < 3; ++c) {
      for (let row = y; row < y + square; ++row) {
        const at = k * image.length + (c * size + row) * size + x;
        data.fill(0, at, at + square);
      }
    }
  });
  return data;
}

const kBatch = 32;

/// Milliseconds of an occlusion map: `run(data, n)` runs the whole net on batches of 32 images, with a square of zeros at every place.
export async function occlusionTime(run, size, square, stride) {
  const image = pixels(1, size);
  const places = placesOf(size, square, stride);
  const start = performance.now();
  for (let first = 0; first < places.length; first += kBatch) {
    const batch = places.slice(first, first + kBatch);
    await run(covered(image, size, square, batch), batch.length);
  }
  return performance.now() - start;
}

/// The same, from the faster of two batches, scaled to all places.
export async function occlusionSample(run, size, square, stride) {
  const image = pixels(1, size);
  const places = placesOf(size, square, stride);
  const batch = places.slice(0, kBatch);
  const time = await leastTime(2, () => run(covered(image, size, square, batch), batch.length));
  return time * (places.length / batch.length);
}

/// The least of so many runs' milliseconds, after one that is not counted.
export async function leastTime(runs, run) {
  return Math.min(...(await times(runs, run)));
}

/// The median, likewise.
export async function medianTime(runs, run) {
  return (await times(runs, run)).sort((a, b) => a - b)[runs >> 1];
}

async function times(runs, run) {
  await run();
  const found = [];
  for (let i = 0; i < runs; ++i) {
    const start = performance.now();
    await run();
    found.push(performance.now() - start);
  }
  return found;
}

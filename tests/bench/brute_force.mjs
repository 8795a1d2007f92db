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

/// The same in milliseconds and processor time, from the faster of two batches, scaled to all places.
export async function occlusionSample(run, size, square, stride) {
  const image = pixels(1, size);
  const places = placesOf(size, square, stride);
  const batch = places.slice(0, kBatch);
  const found = await least(2, () => run(covered(image, size, square, batch), batch.length));
  const scale = places.length / batch.length;
  return { ms: found.ms * scale, cpu: found.cpu * scale };
}

/// Milliseconds, and those of processors, since it was made.
export function stopwatch() {
  const [start, used] = [performance.now(), process.cpuUsage()];
  return () => {
    const cpu = process.cpuUsage(used);
    return { ms: performance.now() - start, cpu: (cpu.user + cpu.system) / 1e3 };
  };
}

/// The least of so many runs' times, after one that is not counted.
export async function least(runs, run) {
  await run();
  const found = { ms: Infinity, cpu: Infinity };
  for (let i = 0; i < runs; ++i) {
    const watch = stopwatch();
    await run();
    const { ms, cpu } = watch();
    found.ms = Math.min(found.ms, ms);
    found.cpu = Math.min(found.cpu, cpu);
  }
  return found;
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

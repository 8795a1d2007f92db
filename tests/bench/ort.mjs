// node ort.mjs MODEL.onnx SIZE THREADS: ONNX Runtime's native CPU forward pass and brute-force
// occlusion; prints JSON of milliseconds (medians, occlusion once).
// Run it in a folder whose node_modules holds onnxruntime-node.
import { createRequire } from 'module';

const ort = createRequire(`${process.cwd()}/x.js`)('onnxruntime-node');
const [model, size, threads] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const session = await ort.InferenceSession.create(model, {
  intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all',
});

function input(n) {
  const data = Float32Array.from({ length: n * 3 * size * size }, (_, i) => Math.sin(i * 12.9898) * 1.7);
  return new ort.Tensor('float32', data, [n, 3, size, size]);
}

async function median(runs, run) {
  await run();
  const times = [];
  for (let i = 0; i < runs; ++i) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[runs >> 1];
}

// Brute force in batches of 32: the whole net for every place of a square of zeros.
async function occlusion(square, stride) {
  const image = input(1).data;
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
    await session.run({ data: new ort.Tensor('float32', data, [batch.length, 3, size, size]) });
  }
  return performance.now() - start;
}

const [one, many] = [input(1), input(32)];
const forward1 = await median(15, () => session.run({ data: one }));
const forward32 = await median(3, () => session.run({ data: many }));
const [coarse, fine] = [await occlusion(56, 8), await occlusion(16, 4)];
console.log(JSON.stringify({ forward_1_ms: forward1, forward_32_ms: forward32, occlude_56_8_ms: coarse, occlude_16_4_ms: fine }));

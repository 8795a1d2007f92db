// node ort.mjs MODEL.onnx SIZE THREADS: ONNX Runtime's native CPU forward pass; prints JSON of milliseconds (medians).
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

const [one, many] = [input(1), input(32)];
const forward1 = await median(15, () => session.run({ data: one }));
const forward32 = await median(3, () => session.run({ data: many }));
console.log(JSON.stringify({ forward_1_ms: forward1, forward_32_ms: forward32 }));

// node ort_model.mjs MODEL.onnx THREADS WORK RUNS: what `zfscope bench MODEL --work WORK` times, in ONNX Runtime; prints JSON of
// milliseconds. Brute-force occlusion is timed on two batches of places and scaled to all.
// Run it in a folder whose node_modules holds onnxruntime-node.
import { createRequire } from 'module';
import { least, occlusionSample, pixels, stopwatch } from './brute_force.mjs';

const kSize = 224;
const ort = createRequire(`${process.cwd()}/x.js`)('onnxruntime-node');
const [model, threads, work, runs] = [process.argv[2], Number(process.argv[3]), process.argv[4], Number(process.argv[5])];

const watch = stopwatch();
const session = await ort.InferenceSession.create(model, {
  intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all',
});
const run = (data, n) => session.run({ [session.inputNames[0]]: new ort.Tensor('float32', data, [n, 3, kSize, kSize]) });
await run(pixels(1, kSize), 1);
const open = watch();

const forward = (n) => {
  const images = pixels(n, kSize);
  return least(runs, () => run(images, n));
};
const works = {
  open: () => open,
  forward_1: () => forward(1),
  forward_32: () => forward(32),
  occlude_56_8: () => occlusionSample(run, kSize, 56, 8),
};
const found = await works[work]();
console.log(JSON.stringify({ [`${work}_ms`]: found.ms, [`${work}_cpu_ms`]: found.cpu }));

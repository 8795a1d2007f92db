// node ort.mjs MODEL.onnx SIZE THREADS: ONNX Runtime's native CPU forward pass and brute-force
// occlusion; prints JSON of milliseconds (medians, occlusion once).
// Run it in a folder whose node_modules holds onnxruntime-node.
import { createRequire } from 'module';
import { medianTime, occlusionTime, pixels } from './brute_force.mjs';

const ort = createRequire(`${process.cwd()}/x.js`)('onnxruntime-node');
const [model, size, threads] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const session = await ort.InferenceSession.create(model, {
  intraOpNumThreads: threads, interOpNumThreads: 1, graphOptimizationLevel: 'all',
});

const run = (data, n) => session.run({ data: new ort.Tensor('float32', data, [n, 3, size, size]) });
const [one, many] = [pixels(1, size), pixels(32, size)];
const forward1 = await medianTime(15, () => run(one, 1));
const forward32 = await medianTime(3, () => run(many, 32));
const [coarse, fine] = [await occlusionTime(run, size, 56, 8), await occlusionTime(run, size, 16, 4)];
console.log(JSON.stringify({ forward_1_ms: forward1, forward_32_ms: forward32, occlude_56_8_ms: coarse, occlude_16_4_ms: fine }));

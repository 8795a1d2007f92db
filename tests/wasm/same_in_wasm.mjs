// node same_in_wasm.mjs ZFSCOPE WEB_FORWARD.js MODEL.safetensors: the same pixels give the same logits and the same five best
// classes natively and in WASM, to 1e-4. Exit code 77 where there is no WASM build.
import { execFileSync } from 'child_process';
import fs from 'fs';
import os from 'os';
import path from 'path';

const [zfscope, webForward, model] = process.argv.slice(2);
const tolerance = 1e-4; // of the largest logit: sums of some thousand float32 products in another order

if (!fs.existsSync(webForward)) {
  console.log(`skipped: ${webForward} is not built (preset web)`);
  process.exit(77);
}

// The input's dimensions and pixels' spread, from the model file's header.
function describe(file) {
  const handle = fs.openSync(file);
  const length = Buffer.alloc(8);
  fs.readSync(handle, length, 0, 8, 0);
  const header = Buffer.alloc(Number(length.readBigUInt64LE()));
  fs.readSync(handle, header, 0, header.length, 8);
  fs.closeSync(handle);
  const network = JSON.parse(JSON.parse(header).__metadata__['zfscope.network']);
  return { dims: [1, ...network.input], amplitude: (128 * network.preprocess.scale) / network.preprocess.std[0] };
}

// Smooth waves with some grain, about as large as a preprocessed photo.
function writeInput(file, { dims, amplitude }, phase) {
  const [, channels, height, width] = dims;
  const values = new Float32Array(channels * height * width);
  for (let i = 0; i < values.length; ++i) {
    const [x, y, c] = [i % width, Math.floor(i / width) % height, Math.floor(i / (width * height))];
    const wave = Math.sin(x * 0.07 * (c + 1) + phase) + Math.cos(y * 0.05 + c * phase) + 0.3 * Math.sin(i * 12.9898);
    values[i] = (amplitude * wave) / 2.3;
  }
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${dims.join(', ')}), }`;
  const padded = header.padEnd(Math.ceil((10 + header.length + 1) / 64) * 64 - 11) + '\n';
  const magic = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length & 255, padded.length >> 8]);
  fs.writeFileSync(file, Buffer.concat([magic, Buffer.from(padded), Buffer.from(values.buffer)]));
}

const classify = (program, args) => JSON.parse(execFileSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 })).results[0];

function compare(native, wasm) {
  const scale = Math.max(...native.logits.map(Math.abs));
  const difference = Math.max(...native.logits.map((value, i) => Math.abs(value - wasm.logits[i]))) / scale;
  const indices = (result) => result.top.map((entry) => entry.index).join(' ');
  const same = native.logits.length === wasm.logits.length && indices(native) === indices(wasm) && difference <= tolerance;
  console.log(`${same ? 'same' : 'DIFFERENT'}: top-5 ${indices(native)} and ${indices(wasm)}, logits differ by ${difference.toExponential(1)}`);
  return same;
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'same_in_wasm-'));
try {
  const description = describe(model);
  const results = [0, 1, 2].map((phase) => {
    const input = path.join(folder, 'input.npy');
    writeInput(input, description, phase);
    const native = classify(zfscope, ['classify', model, '--input-npy', input, '--json', '--threads', '2']);
    return compare(native, classify(process.execPath, ['--no-experimental-fetch', webForward, model, input]));
  });
  process.exitCode = results.every(Boolean) ? 0 : 1;
} finally {
  fs.rmSync(folder, { recursive: true });
}

// node translate.mjs spirv|wgsl WRITE_KERNELS FOLDER MODULES: translates every kernel to SPIR-V, by glslangValidator, and that to WGSL, by
// naga, and checks WebGPU's default limits. MODULES is a folder with naga-wasm in its node_modules. Exit code 77 where a tool is missing.
import assert from 'assert/strict';
import { execFileSync, spawnSync } from 'child_process';
import fs from 'fs';
import path from 'path';
import { pathToFileURL } from 'url';

const [target, writeKernels, folder, modules] = process.argv.slice(2);
const naga = path.resolve(modules, 'node_modules/naga-wasm/dist/node.js');

function skip(reason) {
  console.log(`skipped: needs ${reason}`);
  process.exit(77);
}

if (spawnSync('glslangValidator', ['--version']).error) skip("glslangValidator (Debian's package glslang-tools)");
if (target === 'wgsl' && !fs.existsSync(naga)) skip('naga-wasm (from npm, into build/peers)');

fs.rmSync(folder, { recursive: true, force: true });
execFileSync(writeKernels, [folder]);
const kernels = fs.readdirSync(folder).map((file) => path.join(folder, file));
assert(kernels.length > 20, `expected all kernels, found ${kernels.length}`);

function toSpirv(kernel) {
  const spirv = kernel.replace('.comp', '.spv');
  const run = spawnSync('glslangValidator', ['-V', '--target-env', 'vulkan1.0', kernel, '-o', spirv], { encoding: 'utf8' });
  assert.equal(run.status, 0, `${kernel}: ${run.stdout}`);
  return fs.readFileSync(spirv);
}

/// The product of the numbers that follow a word.
function numbersAfter(text, pattern) {
  return [...text.matchAll(pattern)].map((match) => match[1].split(',').reduce((product, n) => product * (parseInt(n) || 1), 1));
}

function checkLimits(kernel, wgsl) {
  const storage = numbersAfter(wgsl, /var<storage[^>]*>()/g).length;
  assert(storage >= 1 && storage <= 8, `${kernel}: expected at most 8 storage buffers, found ${storage}`);
  const [threads] = numbersAfter(wgsl, /@workgroup_size\(([^)]*)\)/g);
  assert(threads >= 1 && threads <= 256, `${kernel}: expected at most 256 threads a group, found ${threads}`);
  const shared = numbersAfter(wgsl, /var<workgroup> \w+: array<[fiu]32, (\d+)u?>/g).reduce((sum, n) => sum + 4 * n, 0);
  assert.equal(numbersAfter(wgsl, /var<workgroup>()/g).length, numbersAfter(wgsl, /var<workgroup> \w+: array<[fiu]32, (\d+)u?>/g).length);
  assert(shared <= 16384, `${kernel}: expected at most 16384 shared bytes, found ${shared}`);
}

for (const kernel of kernels) {
  const spirv = toSpirv(kernel);
  if (target === 'spirv') continue;
  const { translate } = await import(pathToFileURL(naga));
  const wgsl = translate({ from: 'spirv', source: new Uint8Array(spirv), to: 'wgsl' });
  fs.writeFileSync(kernel.replace('.comp', '.wgsl'), wgsl);
  checkLimits(kernel, wgsl);
}
console.log(`${kernels.length} kernels`);

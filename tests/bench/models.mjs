// node models.mjs ZFSCOPE MODELS PEERS THREADS ROUNDS [ROW...]: times models of MODELS (NAME.onnx and what `zfscope import` made of them) in
// ZFScope and in ONNX Runtime, which PEERS/node_modules holds, by turns, and prints a Markdown table of the least of all rounds. Rows are
// chosen by a part of their names; all by default. MODELS/times_THREADS.json keeps what was measured, so that a cut run can go on; a whole one
// leaves nothing, since another day's machine is another.
import { execFileSync } from 'child_process';
import fs from 'fs';
import os from 'os';
import path from 'path';
import { fileURLToPath } from 'url';

const [zfscope, models, peers, threads, rounds, ...wanted] = process.argv.slice(2);
const here = path.dirname(fileURLToPath(import.meta.url));

const row = (name, model, ours, work, asked) => ({ name, model, ours: ours ?? model, work, asked });
const rows = [
  ...[['ResNet-50', 'resnet50', 1], ['VGG-16', 'vgg16', 1], ['SqueezeNet 1.1', 'squeezenet1_1', 1], ['MobileNet V2', 'mobilenet_v2', 1.2]].flatMap(
    ([name, model, asked]) => [
      row(`${name}, batch 1`, model, undefined, 'forward_1', asked),
      row(`${name}, batch 32`, model, undefined, 'forward_32', asked)]),
  row('full ZFNet, batch 1, float16 here', 'zfnet', 'zfnet_f16', 'forward_1', 0.6),
  row('full ZFNet, open and first prediction', 'zfnet', undefined, 'open', 1),
  row('full ZFNet, open and first prediction, float16 here', 'zfnet', 'zfnet_f16', 'open', 1),
  row('VGG-16, open and first prediction', 'vgg16', undefined, 'open', 1),
  row('VGG-16, occlusion 56/8', 'vgg16', undefined, 'occlude_56_8', 1 / 3),
  row('ResNet-50, occlusion 56/8', 'resnet50', undefined, 'occlude_56_8', 1 / 1.3)];

const file = path.join(models, `times_${threads}.json`);
const times = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};

/// The milliseconds that a program's JSON says, by the clock and of processors.
function measure(command, args, cwd) {
  const [ms, cpu] = Object.values(JSON.parse(execFileSync(command, args, { cwd, encoding: 'utf8' })));
  return { ms, cpu };
}

/// Keeps the least of a row's times on one side.
function keep(name, side, found) {
  times[name] ??= {};
  const known = times[name][side] ?? { ms: Infinity, cpu: Infinity };
  times[name][side] = { ms: Math.min(found.ms, known.ms), cpu: Math.min(found.cpu, known.cpu) };
  fs.writeFileSync(file, JSON.stringify(times, null, 1));
}

const chosen = rows.filter((one) => wanted.length === 0 || wanted.some((part) => one.name.includes(part)));
for (let round = 0; round < Number(rounds); ++round) {
  for (const { name, model, ours, work } of chosen) {
    const onnx = path.resolve(models, `${model}.onnx`);
    const runs = work === 'forward_1' ? '10' : '2';
    const ourArgs = ['bench', path.join(models, `${ours}.safetensors`), '--json', '--threads', threads, '--work', work, '--runs', runs];
    keep(name, 'zfscope', measure(zfscope, ourArgs));
    keep(name, 'ort', measure('node', [path.join(here, 'ort_model.mjs'), onnx, threads, work, runs], peers));
    console.error(`load ${os.loadavg()[0].toFixed(1)}; ${name}: ${JSON.stringify(times[name])}`);
  }
}

console.log('| work | ZFScope | ONNX Runtime | ours of theirs | of processors: ZFScope | ONNX Runtime | ours of theirs | asked, at most |');
console.log('|---|---:|---:|---:|---:|---:|---:|---:|');
const text = (value) => `${value < 100 ? value.toFixed(1) : value.toFixed(0)} ms`;
for (const { name, asked } of rows) {
  if (!times[name]) continue;
  const { zfscope: us, ort } = times[name];
  const cells = ['ms', 'cpu'].flatMap((kind) => [text(us[kind]), text(ort[kind]), (us[kind] / ort[kind]).toFixed(2)]);
  console.log(`| ${name} | ${cells.join(' | ')} | ${asked.toFixed(2)} |`);
}
if (chosen.length === rows.length) fs.rmSync(file);

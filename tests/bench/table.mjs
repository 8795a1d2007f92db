// node table.mjs DIR: the Markdown table of the results that scripts/bench left in DIR.
import fs from 'fs';
import path from 'path';

const dir = process.argv[2];
const read = (name) => JSON.parse(fs.readFileSync(path.join(dir, `${name}.json`), 'utf8'));
const ours = read('zfscope');
const rivals = { full: { ort: read('ort_full'), torch: read('torch_full') }, half: { ort: read('ort_half'), torch: read('torch_half') } };

const ms = (value) => (value === undefined ? '–' : `${value < 100 ? value.toFixed(1) : value.toFixed(0)} ms`);

// What a row's target compares: our time with a rival's, and how many times faster (or what share of its time) was asked for.
function row(work, zfscope, ort, torch, rival, target) {
  return `| ${work} | ${ms(zfscope)} | ${ms(ort)} | ${ms(torch)} | ${(rival / zfscope).toFixed(2)}x | ${target} |`;
}

console.log(`${ours.backend}; medians\n`);
console.log('| work | ZFScope | ONNX Runtime | PyTorch | faster than the rival | asked |');
console.log('|---|---:|---:|---:|---:|---:|');
for (const net of ['full', 'half']) {
  const [us, { ort, torch }] = [ours[net], rivals[net]];
  console.log(row(`forward, batch 1, ${net}`, us.forward_1_ms, ort.forward_1_ms, torch.forward_1_ms, ort.forward_1_ms, '1x ONNX Runtime'));
  console.log(row(`forward, batch 32, ${net}`, us.forward_32_ms, ort.forward_32_ms, torch.forward_32_ms, ort.forward_32_ms,
    net === 'full' ? '1.33x ONNX Runtime' : '–'));
  console.log(row(`project 32 conv5 maps, ${net}`, us.project_32_ms, undefined, torch.project_32_ms, torch.project_32_ms,
    net === 'full' ? '12x PyTorch' : '10x PyTorch'));
  for (const [work, asked] of [['56/8', '4x'], ['16/4', '8x']]) {
    const key = `occlude_${work.replace('/', '_')}`;
    console.log(row(`occlusion ${work}, ${net}`, us[`${key}_ms`], ort[`${key}_ms`], undefined, ort[`${key}_ms`],
      net === 'full' ? `${asked} ONNX Runtime's brute force` : '–'));
    console.log(row(`its coarse map, ${net}`, us[`${key}_coarse_ms`], undefined, undefined, us[`${key}_ms`], '10x the whole'));
  }
  console.log(row(`training step, batch 32, ${net}`, us.train_32_ms, undefined, torch.train_32_ms, torch.train_32_ms,
    net === 'half' ? '1.5x PyTorch' : '–'));
}
const { rank_maps_ms: rank, forward_1_ms: forward } = ours.half;
console.log(row('every conv map muted once, half', rank, undefined, undefined, 688 * forward, '688 forward passes in the time of 120'));
const ortWeb = read('ort_web');
console.log(row('forward in WASM, batch 1, half', read('web').forward_1_ms, ortWeb.forward_1_ms, undefined, ortWeb.forward_1_ms, '1x ONNX Runtime Web'));

const { threads, single } = read('page');
console.log(`\nThe page in headless Chromium, whose graphics are software on the same processor: ${threads.backend}\n`);
console.log('| work | with threads | without | ONNX Runtime Web | asked |');
console.log('|---|---:|---:|---:|---:|');
for (const [work, key, rival, asked] of [
  ['usable after', 'usable_ms', undefined, '2000 ms'],
  ['forward, half', 'forward_1_ms', ortWeb.forward_1_ms, '1x ONNX Runtime Web'],
  ['a unit, shown', 'unit_ms', undefined, '50 ms'],
  ['coarse map of occlusion 56/8', 'occlude_56_8_coarse_ms', undefined, '300 ms'],
  ['occlusion 56/8', 'occlude_56_8_ms', ortWeb.occlude_56_8_ms, '2000 ms, 4x ONNX Runtime Web'],
  ['a frame, median', 'frame_ms', undefined, '16 ms'],
  ['the longest frame once usable', 'frame_ms_most', undefined, '16 ms'],
]) console.log(`| ${work} | ${ms(threads[key])} | ${ms(single[key])} | ${ms(rival)} | ${asked} |`);

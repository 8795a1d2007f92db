// node ort_web.mjs MODEL.onnx SIZE THREADS: ONNX Runtime Web (WASM, SIMD, threads) in headless Chromium, its forward pass
// and brute-force occlusion; prints JSON of milliseconds (median, occlusion once). Run it in a folder whose node_modules holds
// onnxruntime-web and playwright-core.
import fs from 'fs';
import http from 'http';
import path from 'path';
import { fileURLToPath } from 'url';
import { createRequire } from 'module';

const [model, size, threads] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const { chromium } = createRequire(`${process.cwd()}/x.js`)('playwright-core');

const page = `<script type="module">
import * as ort from '/ort/ort.wasm.min.mjs';
import { medianTime, occlusionTime, pixels } from '/brute_force.mjs';
ort.env.wasm.numThreads = ${threads};
ort.env.wasm.wasmPaths = '/ort/';
const session = await ort.InferenceSession.create('/model.onnx', { executionProviders: ['wasm'], graphOptimizationLevel: 'all' });
const run = (data, n) => session.run({ data: new ort.Tensor('float32', data, [n, 3, ${size}, ${size}]) });
const one = pixels(1, ${size});
const forward = await medianTime(15, () => run(one, 1));
window.result = { forward_1_ms: forward, occlude_56_8_ms: await occlusionTime(run, ${size}, 56, 8), isolated: crossOriginIsolated };
</script>`;

const types = { '.mjs': 'text/javascript', '.js': 'text/javascript', '.wasm': 'application/wasm' };
const server = http.createServer((request, response) => {
  const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
  if (request.url === '/') return response.writeHead(200, { ...headers, 'Content-Type': 'text/html' }).end(page);
  const file = {
    '/model.onnx': model, '/brute_force.mjs': fileURLToPath(new URL('brute_force.mjs', import.meta.url)),
  }[request.url] ?? path.join('node_modules/onnxruntime-web/dist', path.basename(request.url));
  if (!fs.existsSync(file)) return response.writeHead(404, headers).end();
  response.writeHead(200, { ...headers, 'Content-Type': types[path.extname(file)] ?? 'application/octet-stream' });
  return fs.createReadStream(file).pipe(response);
});
await new Promise((listening) => { server.listen(0, '127.0.0.1', listening); });

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
try {
  const tab = await browser.newPage();
  tab.on('pageerror', (error) => console.error(error.message));
  await tab.goto(`http://127.0.0.1:${server.address().port}/`);
  await tab.waitForFunction('window.result', null, { timeout: 300000 });
  console.log(JSON.stringify(await tab.evaluate('window.result')));
} finally {
  await browser.close();
  server.close();
}

// node journey.mjs SITE ZFSCOPE MODULES SHOTS: a person's way through the browser page in Chromium, with real clicks: with threads,
// without, and where a service worker brings them. What the page predicts is compared with the command line's numbers on the same
// pixels. MODULES is a folder with playwright-core in its node_modules. Exit code 77 where browser or page are missing.
import assert from 'assert/strict';
import { execFileSync } from 'child_process';
import fs from 'fs';
import os from 'os';
import path from 'path';
import { serve } from '../../web/serve.mjs';
import { Page, hasBrowser, launch } from './browser.mjs';
import { writePng } from './png.mjs';

const [site, zfscope, modules, shots] = process.argv.slice(2);
const tolerance = 1e-3;

if (!hasBrowser(modules) || !fs.existsSync(path.join(site, 'manifest.json'))) {
  console.log('skipped: needs Chromium, playwright-core (from npm, into build/peers) and build/site (scripts/web)');
  process.exit(77);
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zfscope-page-'));
const photo = path.join(folder, 'waves.png');
writePng(photo, 320, 280, (x, y) => [128 + 90 * Math.sin(x * 0.05 + y * 0.03), 128 + 100 * Math.cos(y * 0.07), 40 + ((x * y) % 160)]);
const truth = JSON.parse(execFileSync(zfscope, ['classify', photo, '--json'], { encoding: 'utf8' })).results[0];

function samePrediction(report) {
  assert.equal(report.top.length, truth.top.length);
  report.top.forEach((best, i) => {
    assert.equal(best.class, truth.top[i].class);
    assert.ok(Math.abs(best.p - truth.top[i].p) < tolerance, `${best.class}: ${best.p} in the page, ${truth.top[i].p} on the command line`);
  });
}

const shows = (name) => (report) => report.photo === name && report.top?.length > 0 && report.unit;

/// Photo, layer, map and pixel, by mouse; a broken model and a broken photo leave everything as it was.
async function journey(page, build) {
  await page.settled((report) => report.model);
  assert.equal(await page.tab.evaluate('zfscope.build()'), build);
  assert.match(await page.tab.textContent('#build'), build === 'threads' ? /SIMD, \d+ thread/ : /without threads/);

  await page.openFiles(photo);
  const first = await page.settled(shows('waves.png'));
  samePrediction(first);
  assert.match(await page.status(), /^waves\.png: .* %\. Layer conv5, map \d+/);

  await page.click('layer conv2');
  const layer = await page.settled((report) => report.layer === 'conv2' && report.unit);
  const inside = ({ y, h }) => y > 0 && y + h < page.tab.viewportSize().height - 60;
  const maps = (await page.tab.evaluate('zfscope.landmarks()')).filter((landmark) => /^map \d+$/.test(landmark.name) && inside(landmark));
  assert.ok(maps.length > 3, 'expected maps to click on');
  const other = maps.find(({ name }) => name !== `map ${layer.unit.map}`);
  await page.click(other.name);
  const chosen = await page.settled((report) => `map ${report.unit.map}` === other.name);
  assert.ok((await page.status()).includes(`Layer conv2, map ${chosen.unit.map}`));

  for (const [name, words] of [['broken.safetensors', /broken\.safetensors/], ['broken.png', /broken\.png: expected a photo/]]) {
    fs.writeFileSync(path.join(folder, name), 'this is something else');
    await page.openFiles(path.join(folder, name));
    const told = await page.settled((report) => report.notices.some((notice) => notice.error && words.test(notice.text)));
    assert.ok(told.notices.at(-1).advice, 'an error says what to do');
    assert.match(await page.status(), words);
    assert.equal(told.photo, 'waves.png');
    assert.equal(told.layer, 'conv2');
  }
  await page.tab.focus('#view');
  await page.tab.keyboard.press('Escape');
  await page.tab.keyboard.press('Escape');
  await page.settled((report) => !report.notices.length);
  assert.deepEqual(page.errors, []);
}

const readNpy = (file) => {
  const bytes = fs.readFileSync(file);
  const begin = 10 + bytes.readUInt16LE(8);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset + begin, bytes.byteOffset + bytes.length));
};

/// The map of Fig. 7 (d), which the command line computes from the same pixels.
async function occlusion(page) {
  await page.click('tab occlusion');
  const { occlusion: found } = await page.settled((report) => report.occlusion?.part === 1, 120000);
  const out = path.join(folder, 'occlusion');
  execFileSync(zfscope, ['occlude', photo, '--size', found.size, '--stride', found.stride, '--label', found.label, '--out', out].map(String));
  const truth = readNpy(path.join(out, 'probability.npy'));
  assert.equal(found.probability.length, truth.length);
  const worst = Math.max(...truth.map((p, i) => Math.abs(p - found.probability[i])));
  assert.ok(worst < tolerance, `occlusion differs by ${worst}`);
  await page.click('tab features');
}

/// Everything outside the canvas is reached by Tab, and the canvas lets go of it.
async function keyboard(page) {
  await page.tab.focus('#view');
  const reached = [];
  for (let i = 0; i < 5; ++i) {
    await page.tab.keyboard.press('Tab');
    reached.push(await page.tab.evaluate('document.activeElement.id'));
  }
  for (const id of ['files', 'control', 'about-open']) assert.ok(reached.includes(id), `expected Tab to reach #${id}, found ${reached}`);
  await page.tab.focus('#control');
  await page.tab.selectOption('#control', 'layer conv1');
  await page.tab.focus('#controls button');
  await page.tab.keyboard.press('Enter');
  await page.settled((report) => report.layer === 'conv1');
  await page.tab.focus('#view');
  await page.tab.keyboard.press('ArrowDown');
  await page.settled((report) => report.layer !== 'conv1');
  // Keys move the pointer, too: from a tab to the one beside it, and press there.
  await page.click('tab features');
  await page.tab.keyboard.press('Control+ArrowRight');
  await page.tab.keyboard.press('Enter', { delay: 80 });
  await page.settled((report) => report.tab === 'occlusion');
  await page.click('tab features');
}

/// What was chosen is chosen again after the page loads anew.
async function comesBack(page) {
  await page.click('layer conv3');
  await page.settled((report) => report.layer === 'conv3');
  await page.tab.reload();
  await page.settled((report) => report.layer === 'conv3' && report.top?.length > 0);
}

/// A worker that cannot start leaves the build without threads; lost graphics come back with what was open.
async function failures(browser, address) {
  const page = await Page.open(browser, 'about:blank');
  await page.tab.route('**/*.worker.js*', (route) => route.abort());
  await page.tab.goto(address);
  await page.settled((report) => report.model, 90000);
  assert.equal(await page.tab.evaluate('zfscope.build()'), 'single');
  await page.tab.unroute('**/*.worker.js*');

  await page.openFiles(photo);
  await page.settled(shows('waves.png'));
  await page.tab.evaluate(`{
    const lose = document.getElementById('view').getContext('webgl2').getExtension('WEBGL_lose_context');
    lose.loseContext();
    setTimeout(() => lose.restoreContext(), 300);
  }`);
  await page.tab.waitForSelector('#cover:not([hidden])');
  const back = await page.settled((report) => shows('waves.png')(report) && report.notices.length > 0);
  samePrediction(back);
  await page.close();
}

/// Live pictures of Chromium's own camera, whose pattern moves; and one that is refused.
async function camera(browser, address) {
  const page = await Page.open(browser, address, { permissions: ['camera'] });
  await page.settled((report) => report.top?.length > 0);
  await page.click('Live camera');
  const end = Date.now() + 30000; // live pictures never come to rest
  let live = 0;
  let report = {};
  for (let last = -1; live < 3; last = report.photos) {
    assert.ok(Date.now() < end, `expected live pictures, found ${JSON.stringify(report)}`);
    report = await page.report();
    if (report.photo === 'Camera' && report.unit && report.photos !== last) live += 1;
    await page.tab.waitForTimeout(50);
  }
  await page.shoot(shots, 'camera');
  await page.click('Live camera');
  await page.settled((report) => report.photo && report.photo !== 'Camera');
  await page.close();

  const refused = await Page.open(browser, address);
  await refused.tab.addInitScript(`navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))`);
  await refused.tab.reload();
  await refused.settled((report) => report.top?.length > 0);
  await refused.click('Live camera');
  const told = await refused.settled((report) => report.notices.length > 0);
  assert.match(told.notices[0].text, /camera was refused/);
  assert.notEqual(told.photo, 'Camera');
  await refused.close();
}

async function noSimd(browser, address) {
  const page = await Page.open(browser, 'about:blank');
  await page.tab.addInitScript('WebAssembly.validate = () => false');
  await page.tab.goto(address);
  await page.tab.waitForFunction("/SIMD/.test(document.getElementById('cover-words').textContent)");
  await page.close();
}

async function screenshots(browser, address) {
  for (const [width, height] of [[1600, 1000], [900, 700], [420, 800]]) {
    const page = await Page.open(browser, address, { width, height });
    await page.settled((report) => report.model && (report.unit || !report.photo));
    await page.tab.waitForTimeout(300);
    await page.shoot(shots, `${width}x${height}`);
    await page.close();
  }
}

const step = async (name, act) => {
  const begin = Date.now();
  await act();
  console.log(`${name}: ${((Date.now() - begin) / 1000).toFixed(1)} s`);
};

const isolated = await serve(site);
const plain = await serve(site, { plain: true });
const at = (server) => `http://localhost:${server.address().port}/`;
const browser = await launch(modules);
try {
  await step('isolated', async () => {
    const page = await Page.open(browser, at(isolated));
    await journey(page, 'threads');
    await occlusion(page);
    await keyboard(page);
    await comesBack(page);
    await page.close();
  });
  await step('not isolated, without service worker', async () => {
    const page = await Page.open(browser, at(plain), { serviceWorkers: 'block' });
    await journey(page, 'single');
    await occlusion(page);
    await page.close();
  });
  await step('isolated by the service worker', async () => {
    const page = await Page.open(browser, at(plain));
    await page.settled((report) => report.model);
    assert.equal(await page.tab.evaluate('zfscope.build()'), 'threads');
    await page.close();
  });
  await step('failures', () => failures(browser, at(isolated)));
  await step('camera', () => camera(browser, at(isolated)));
  await step('without SIMD', () => noSimd(browser, at(isolated)));
  await step('screenshots', () => screenshots(browser, at(isolated)));
} finally {
  await browser.close();
  isolated.close();
  plain.close();
  fs.rmSync(folder, { recursive: true });
}

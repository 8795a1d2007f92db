// node journey.mjs SITE ZFSCOPE MODULES SHOTS [STEP]: a person's way through the browser page in Chromium, with real clicks: with threads,
// without, and where a service worker brings them. What the page predicts is compared with the command line's numbers on the same
// pixels. STEP runs one step alone. MODULES is a folder with playwright-core in its node_modules. Exit code 77 where browser or page are missing.
import assert from 'assert/strict';
import { execFileSync } from 'child_process';
import fs from 'fs';
import http from 'http';
import os from 'os';
import path from 'path';
import { serve } from '../../web/serve.mjs';
import { Page, hasBrowser, launch } from './browser.mjs';
import { writePng } from '../../web/png.mjs';

const [site, zfscope, modules, shots, only] = process.argv.slice(2);
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
  await page.tab.addInitScript(() => {
    window.Worker = class extends Worker {
      constructor(script, options) { super(new URL('missing.js', location), options); }
    };
  });
  await page.tab.goto(address);
  await page.settled((report) => report.model, 90000);
  assert.equal(await page.tab.evaluate('zfscope.build()'), 'single');

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

const colours = [[200, 60, 40], [40, 90, 200], [60, 170, 70]];

/// Photos of a kind that a network can learn: stripes of a colour and a direction of their own.
function writeClass(kind, count) {
  const place = path.join(folder, `class-${kind}`);
  fs.mkdirSync(place, { recursive: true });
  return Array.from({ length: count }, (_, i) => {
    const file = path.join(place, `${i}.png`);
    writePng(file, 260, 240, (x, y) => {
      const stripe = Math.floor(((kind === 0 ? x : kind === 1 ? y : x + y) + 7 * i) / (12 + i % 5)) % 2;
      return colours[kind].map((level, c) => (stripe ? level : 235 - level / (2 + c)) + ((x * 31 + y * 17 + i * 13) % 23));
    });
    return file;
  });
}

/// Two classes from files, taught; the result is in the other tabs, comes as a download that the command line knows, and gives way to the
/// network that was there.
async function teach(page) {
  await page.tab.evaluate("location.hash = '#tab=teach'");
  await page.settled((report) => report.tab === 'teach');
  for (const kind of [0, 1]) {
    await page.click(`Name of class ${kind + 1}`);
    await page.tab.keyboard.press('Control+A');
    await page.tab.keyboard.type(kind === 0 ? 'red' : 'blau ');
    if (kind === 1) await page.tab.evaluate("document.getElementById('view').dispatchEvent(new KeyboardEvent('keydown', { key: 'ß', code: 'Minus' }))");
    await page.openFiles(...writeClass(kind, 12));
    await page.settled((report) => report.teach.classes[kind].photos === 12);
  }
  const collected = await page.settled((report) => report.teach.unread === 0);
  assert.deepEqual(collected.teach.classes.map(({ name }) => name), ['red', 'blau ß']);
  assert.equal(collected.photo, 'waves.png', 'photos of classes are not among those to look at');
  await page.shoot(shots, 'teach-collected');
  await page.tab.evaluate('zfscope.frameTimes().splice(0)');
  await page.click('Teach');
  const { teach: result } = await page.settled((report) => report.teach?.done, 120000);
  const longest = Math.max(...await page.tab.evaluate('zfscope.frameTimes()'));
  console.log(`  taught in ${result.seconds.toFixed(1)} s, ${(100 * result.error).toFixed(0)} % error on ${result.held_out} photos, longest frame ${longest.toFixed(0)} ms`);
  assert.equal(result.held_out, 4);
  assert.ok(result.error <= 0.25, `expected stripes to be told apart, found an error of ${result.error}`);
  const taught = await page.settled((report) => report.top?.length === 2);
  await page.shoot(shots, 'teach-done');

  const download = page.tab.waitForEvent('download');
  await page.click('Save model');
  const model = path.join(folder, 'taught.safetensors');
  await (await download).saveAs(model);
  const { results: [same] } = JSON.parse(execFileSync(zfscope, ['classify', model, photo, '--json'], { encoding: 'utf8' }));
  assert.deepEqual(same.top.map((best) => best.class), taught.top.map((best) => best.class));
  assert.ok(Math.abs(same.top[0].p - taught.top[0].p) < tolerance);
  await page.click('Back to zfnet');
  await page.settled((report) => report.top?.length === 5);
  await page.click('tab features');
  assert.deepEqual(page.errors, []);
}

/// Classes from the camera, which are collected while a button is held.
async function teachFromCamera(browser, address) {
  const page = await Page.open(browser, `${address}#tab=teach`, { permissions: ['camera'] });
  await page.settled((report) => report.tab === 'teach' && report.top?.length > 0);
  for (const kind of [0, 1]) {
    const end = Date.now() + 30000;
    await page.press(`Collect class ${kind + 1}`);
    for (let photos = 0; photos < 6; photos = (await page.report()).teach.classes[kind].photos) {
      assert.ok(Date.now() < end, 'expected pictures while the button is held');
      await page.tab.waitForTimeout(50);
    }
    await page.tab.mouse.up();
    await page.tab.waitForTimeout(300);
    const before = (await page.report()).teach.classes[kind].photos;
    await page.tab.waitForTimeout(500);
    assert.equal((await page.report()).teach.classes[kind].photos, before, 'a button that is not held collects nothing');
  }
  await page.click('Live camera');
  await page.settled();
  await page.click('Teach');
  await page.settled((report) => report.teach?.done, 120000);
  await page.shoot(shots, 'teach-camera');
  await page.close();
}

/// A folder of folders, as a drop gives it.
async function teachFromDrop(page) {
  await page.tab.evaluate("location.hash = '#tab=teach'");
  await page.settled((report) => report.tab === 'teach');
  const bytes = [0, 1, 2].map((kind) => writeClass(kind, 5).map((file) => fs.readFileSync(file).toString('base64')));
  await page.tab.evaluate((classes) => {
    const file = (name, data) => ({ name, isFile: true, file: (take) => take(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name)) });
    const folderOf = (name, inner) => ({ name, isFile: false, createReader: () => { const parts = [inner, []]; return { readEntries: (take) => take(parts.shift()) }; } });
    const dropped = folderOf('things', classes.map((photos, kind) => folderOf(`thing ${kind}`, [...photos.map((data, i) => file(`${i}.png`, data)), file('.DS_Store', '')])));
    const event = new Event('drop', { cancelable: true });
    Object.assign(event, { clientX: 600, clientY: 10 });
    event.dataTransfer = { items: [{ webkitGetAsEntry: () => dropped }], files: [] };
    dispatchEvent(event);
  }, bytes);
  const { teach: { classes } } = await page.settled((report) => report.teach.classes.length === 5 && report.teach.unread === 0);
  assert.deepEqual(classes.slice(2), [0, 1, 2].map((kind) => ({ name: `thing ${kind}`, photos: 5, unreadable: 0 })));
}

/// A link brings tab, layer, unit and sample photo; what it cannot bring it says; the address follows what is shown.
async function links(browser, address) {
  const page = await Page.open(browser, `${address}#tab=occlusion&layer=conv3&unit=7&photo=cat.png`);
  const shown = (report) => report.tab === 'occlusion' && report.layer === 'conv3' && report.unit?.map === 7 && report.photo === 'cat.png';
  await page.settled(shown, 120000);
  await page.click('layer conv2');
  const { unit } = await page.settled((report) => report.layer === 'conv2' && report.unit);
  const wanted = `tab=occlusion&layer=conv2&unit=${unit.map}&photo=cat.png`;
  await page.tab.waitForURL((url) => url.hash === `#${wanted}`, { timeout: 5000 });
  await page.tab.evaluate("location.hash = '#tab=features&layer=conv3&unit=7'");
  await page.settled((report) => report.tab === 'features' && report.layer === 'conv3' && report.unit?.map === 7);
  await page.tab.evaluate("location.hash = '#tab=nothing&layer=conv99&photo=%3Cb%3E.png'");
  const { notices } = await page.settled((report) => report.notices.length === 3);
  for (const words of [/the tab “nothing”/, /the photo “<b>\.png”/, /the layer “conv99”; zfnet has none/]) {
    assert.ok(notices.some(({ text }) => words.test(text)), `expected ${words} among ${JSON.stringify(notices)}`);
  }
  await page.tab.evaluate("location.hash = '#layer=conv3&unit=100000'");
  await page.settled((report) => report.notices.some(({ text }) => /conv3 has units 0 to \d+/.test(text)));
  await page.tab.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.tab.waitForTimeout(1000);
  await page.tab.click('#link');
  assert.match(await page.tab.evaluate('navigator.clipboard.readText()'), /^http:.*#tab=features&layer=conv3&unit=\d+&photo=cat\.png$/);
  await page.close();
}

/// The browser refuses what would leave the machine.
async function policy(browser, address) {
  const seen = [];
  const elsewhere = http.createServer((request, response) => {
    seen.push(request.url);
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' }).end('here');
  });
  await new Promise((resolve) => { elsewhere.listen(0, '127.0.0.1', resolve); });
  const target = `http://localhost:${elsewhere.address().port}/`;
  assert.equal(await (await fetch(target)).text(), 'here');
  seen.length = 0;
  const page = await Page.open(browser, address);
  await page.settled((report) => report.top?.length > 0);
  const outcomes = await page.tab.evaluate(async (url) => {
    const violations = [];
    addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
    const refused = await fetch(`${url}fetch`).then(() => false, () => true);
    const picture = new Image();
    const noPicture = await new Promise((resolve) => { picture.onload = () => resolve(false); picture.onerror = () => resolve(true); picture.src = `${url}image`; });
    navigator.sendBeacon(`${url}beacon`, 'x');
    let evaluated = true;
    try { (0, eval)('1'); } catch { evaluated = false; }
    await new Promise((resolve) => { setTimeout(resolve, 200); });
    return { refused, noPicture, evaluated, violations };
  }, target);
  assert.ok(outcomes.refused && outcomes.noPicture && !outcomes.evaluated, JSON.stringify(outcomes));
  for (const directive of ['connect-src', 'img-src', 'script-src']) assert.ok(outcomes.violations.includes(directive), JSON.stringify(outcomes));
  // Workers take their policy from what they come with.
  const [worker] = page.tab.workers();
  const theirs = await page.tab.evaluate((script) => fetch(script).then((answer) => answer.headers.get('Content-Security-Policy')), worker.url());
  assert.match(theirs, /connect-src 'self';/);
  assert.deepEqual(seen, []);
  await page.close();
  elsewhere.close();
}

/// After one visit the page opens without its server, with what was chosen.
async function offline(browser, build) {
  const server = await serve(site, { plain: build !== 'threads' });
  const address = `${at(server)}${build === 'single' ? '?build=single' : ''}`;
  const page = await Page.open(browser, address);
  await page.settled((report) => report.top?.length > 0);
  const end = Date.now() + 60000;
  while (!await page.tab.evaluate('zfscope.kept()').catch(() => false)) {
    assert.ok(Date.now() < end, 'expected the page to be kept');
    await page.tab.waitForTimeout(100);
  }
  server.closeAllConnections();
  await new Promise((resolve) => { server.close(resolve); });
  const times = [];
  for (let visit = 0; visit < 4; ++visit) {
    await page.tab.reload();
    await page.settled((report) => report.top?.length > 0 && report.unit);
    assert.equal(await page.tab.evaluate('zfscope.build()'), build);
    times.push(await page.tab.evaluate('zfscope.usableAfter()'));
  }
  console.log(`  ${build}: usable after ${times.map((time) => `${(time / 1000).toFixed(2)} s`).join(', ')} without a server`);
  await page.click('tab evolution');
  await page.settled((report) => report.tab === 'evolution');
  // A sample that is not the first comes before the others, and all of them are there in the end.
  await page.click('tab features');
  await page.tab.evaluate("location.hash = '#photo=cat.png'");
  await page.settled((report) => report.photo === 'cat.png');
  await page.tab.reload();
  await page.settled((report) => report.photo === 'cat.png' && report.top?.length > 0);
  const named = (name) => page.tab.evaluate('zfscope.landmarks()').then((landmarks) => landmarks.some((landmark) => landmark.name === name));
  while (!await named('Next photo')) await page.tab.waitForTimeout(100);
  await page.click('Next photo');
  await page.settled((report) => report.photo === 'dogs.jpg');
  assert.deepEqual(page.errors, []);
  await page.close();
}

/// A photo whose name is taken, files from before the start, noise, and a state that ends every start.
async function oddities(browser, address) {
  const twice = ['first', 'second'].map((place, k) => {
    fs.mkdirSync(path.join(folder, place), { recursive: true });
    const file = path.join(folder, place, 'image.png');
    writePng(file, 250, 250, (x, y) => [k * 200, (x + y) % 256, 90]);
    return file;
  });
  const page = await Page.open(browser, 'about:blank');
  await page.tab.route('**/manifest.json', async (route) => { await page.tab.waitForTimeout(1500); await route.continue(); });
  await page.tab.goto(address, { waitUntil: 'domcontentloaded' });
  await page.openFiles(twice[0]);
  await page.settled((report) => report.photo === 'image.png' && report.top?.length > 0);
  await page.openFiles(twice[1]);
  await page.settled((report) => report.photo === 'image (2).png' && report.top?.length > 0);
  await page.openFiles(twice[0]);
  await page.settled((report) => report.photo === 'image.png' && report.top?.length > 0);
  await page.close();

  const noisy = await Page.open(browser, 'about:blank');
  await noisy.tab.addInitScript(() => {
    const read = OffscreenCanvasRenderingContext2D.prototype.getImageData;
    OffscreenCanvasRenderingContext2D.prototype.getImageData = function noise(...area) {
      const image = read.apply(this, area);
      image.data[0] ^= 1;
      return image;
    };
  });
  await noisy.tab.goto(address);
  const { notices } = await noisy.settled((report) => report.top?.length > 0 && report.notices.length > 0);
  assert.match(notices[0].text, /adds noise to pictures/);
  await noisy.close();

  const broken = await Page.open(browser, address);
  await broken.settled((report) => report.top?.length > 0);
  await broken.tab.evaluate("sessionStorage.setItem('breaks', 'yes')");
  await broken.tab.addInitScript(() => {
    if (!sessionStorage.getItem('breaks') || !localStorage.getItem('zfscope')) return;
    WebAssembly.instantiateStreaming = WebAssembly.instantiate = () => Promise.reject(new Error('this state ends the program'));
  });
  await broken.tab.reload();
  await broken.tab.waitForSelector('#cover.failed #fresh');
  await broken.tab.waitForTimeout(200);
  await broken.tab.click('#fresh');
  await broken.settled((report) => report.top?.length > 0);
  await broken.close();
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
  if (only && name !== only) return;
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
    await teach(page);
    await teachFromDrop(page);
    await comesBack(page);
    await page.close();
  });
  await step('not isolated, without service worker', async () => {
    const page = await Page.open(browser, at(plain), { serviceWorkers: 'block' });
    await journey(page, 'single');
    await occlusion(page);
    await teach(page);
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
  await step('classes from the camera', () => teachFromCamera(browser, at(isolated)));
  await step('links', () => links(browser, at(isolated)));
  await step('policy, headers', () => policy(browser, at(isolated)));
  await step('policy, service worker', () => policy(browser, at(plain)));
  await step('offline', async () => {
    await offline(browser, 'threads');
    await offline(browser, 'single');
  });
  await step('oddities', () => oddities(browser, at(isolated)));
  await step('without SIMD', () => noSimd(browser, at(isolated)));
  await step('screenshots', () => screenshots(browser, at(isolated)));
} finally {
  await browser.close();
  isolated.close();
  plain.close();
  fs.rmSync(folder, { recursive: true });
}

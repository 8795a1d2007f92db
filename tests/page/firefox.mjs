// node firefox.mjs SITE ZFSCOPE MODULES: the page in Firefox, with threads and without: it predicts what the command line does on the same
// pixels, and teaches two classes. MODULES is a folder with puppeteer-core in its node_modules. Exit code 77 where browser or page are
// missing. Needs a display (xvfb-run): Firefox gives no WebGL without one.
import assert from 'assert/strict';
import { execFileSync } from 'child_process';
import fs from 'fs';
import os from 'os';
import path from 'path';
import { createRequire } from 'module';
import { serve } from '../../web/serve.mjs';
import { writePng } from '../../web/png.mjs';

const [site, zfscope, modules] = process.argv.slice(2);
const executablePath = '/usr/bin/firefox-esr';
const tolerance = 2e-3;

if (!fs.existsSync(executablePath) || !fs.existsSync(path.join(modules, 'node_modules/puppeteer-core')) || !fs.existsSync(path.join(site, 'manifest.json'))) {
  console.log('skipped: needs firefox-esr, puppeteer-core (from npm, into build/peers) and build/site (scripts/web)');
  process.exit(77);
}

const puppeteer = createRequire(`${path.resolve(modules)}/x.js`)('puppeteer-core');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zfscope-firefox-'));
const photo = path.join(folder, 'waves.png');
writePng(photo, 320, 280, (x, y) => [128 + 90 * Math.sin(x * 0.05 + y * 0.03), 128 + 100 * Math.cos(y * 0.07), 40 + ((x * y) % 160)]);
const truth = JSON.parse(execFileSync(zfscope, ['classify', photo, '--json'], { encoding: 'utf8' })).results[0];

async function settled(tab, condition, timeout = 90000) {
  const end = Date.now() + timeout;
  for (let report = {}; ; await new Promise((resolve) => { setTimeout(resolve, 100); })) {
    report = await tab.evaluate('self.zfscope ? zfscope.report() : {}').catch(() => ({}));
    if (report.settled && condition(report)) return report;
    if (Date.now() > end) throw new Error(`the page did not come to rest in time: ${JSON.stringify(report)}`);
  }
}

async function click(tab, name) {
  const found = (await tab.evaluate('zfscope.landmarks()')).find((landmark) => landmark.name === name);
  assert.ok(found, `expected a control called "${name}"`);
  const canvas = await (await tab.$('#view')).boundingBox();
  await tab.mouse.move(canvas.x + found.x + found.w / 2, canvas.y + found.y + found.h / 2);
  await tab.mouse.down();
  await new Promise((resolve) => { setTimeout(resolve, 120); });
  await tab.mouse.up();
  await new Promise((resolve) => { setTimeout(resolve, 120); });
}

async function journey(browser, address, build) {
  const room = await browser.createBrowserContext();
  const tab = await room.newPage();
  const errors = [];
  tab.on('pageerror', (error) => errors.push(error.message));
  await tab.setViewport({ width: 1400, height: 900 });
  await tab.goto(address);
  await settled(tab, (report) => report.top?.length > 0);
  assert.equal(await tab.evaluate('zfscope.build()'), build);
  await (await tab.$('#files')).uploadFile(photo);
  const report = await settled(tab, (now) => now.photo === 'waves.png' && now.top?.length > 0 && now.unit);
  report.top.forEach((best, i) => {
    assert.equal(best.class, truth.top[i].class);
    assert.ok(Math.abs(best.p - truth.top[i].p) < tolerance, `${best.class}: ${best.p} in the page, ${truth.top[i].p} on the command line`);
  });
  await click(tab, 'tab teach');
  for (const kind of [0, 1]) {
    const photos = Array.from({ length: 6 }, (_, i) => {
      const file = path.join(folder, `${kind}-${i}.png`);
      writePng(file, 240, 240, (x, y) => (Math.floor(((kind ? x : y) + 5 * i) / 14) % 2 ? [200, 60 + kind * 120, 40] : [30, 40, 90]));
      return file;
    });
    await click(tab, `Name of class ${kind + 1}`);
    await (await tab.$('#files')).uploadFile(...photos);
    await settled(tab, (now) => now.teach?.classes[kind].photos === 6);
  }
  await click(tab, 'Teach');
  await settled(tab, (now) => now.teach?.done && now.top?.length === 2);
  assert.deepEqual(errors, []);
  await room.close();
}

const server = await serve(site);
const address = `http://localhost:${server.address().port}/`;
const extraPrefsFirefox = { 'webgl.force-enabled': true }; // where there is no card, too
const browser = await puppeteer.launch({ browser: 'firefox', executablePath, extraPrefsFirefox, headless: false });
try {
  console.log(await browser.version());
  for (const [build, query] of [['threads', ''], ['single', '?build=single']]) {
    const begin = Date.now();
    await journey(browser, address + query, build);
    console.log(`${build}: ${((Date.now() - begin) / 1000).toFixed(1)} s`);
  }
} finally {
  await browser.close();
  server.close();
  fs.rmSync(folder, { recursive: true });
}

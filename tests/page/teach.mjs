// node teach.mjs SITE MODULES DATA ZFSCOPE [single]: teaches the page the classes of DATA/train/CLASS/* and has the command line measure
// the error of the model that it saves, on DATA/val (or test). Prints both with the seconds that each part took.
import { execFileSync } from 'child_process';
import fs from 'fs';
import os from 'os';
import path from 'path';
import { serve } from '../../web/serve.mjs';
import { Page, launch } from './browser.mjs';

const [site, modules, data, zfscope, build = 'threads'] = process.argv.slice(2);
const server = await serve(site);
const browser = await launch(modules);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zfscope-teach-'));
try {
  const page = await Page.open(browser, `http://localhost:${server.address().port}/?build=${build}#tab=teach`);
  await page.settled((report) => report.tab === 'teach' && report.top?.length > 0);
  const classes = fs.readdirSync(path.join(data, 'train')).sort();
  while ((await page.report()).teach.classes.length < classes.length) await page.click('Add a class');
  let photos = 0;
  const begin = Date.now();
  for (const [i, name] of classes.entries()) {
    const files = fs.readdirSync(path.join(data, 'train', name)).map((file) => path.join(data, 'train', name, file));
    photos += files.length;
    await page.click(`Name of class ${i + 1}`);
    await page.tab.keyboard.press('Control+A');
    await page.tab.keyboard.type(name);
    await page.openFiles(...files);
    await page.settled((report) => report.teach.classes[i].photos === files.length, 120000);
  }
  const read = (Date.now() - begin) / 1000;
  await page.tab.evaluate('zfscope.frameTimes().splice(0)');
  await page.click('Teach');
  const { teach } = await page.settled((report) => report.teach?.done && report.top?.length === Math.min(5, classes.length), 600000);
  const frames = (await page.tab.evaluate('zfscope.frameTimes()')).sort((a, b) => a - b);
  console.log(`${photos} photos of ${classes.length} classes: read in ${read.toFixed(1)} s, taught in ${teach.seconds.toFixed(1)} s (${build})`);
  console.log(`${(100 * teach.error).toFixed(1)} % error on ${teach.held_out} of them, which were held out`);
  console.log(`frames meanwhile: median ${frames[frames.length >> 1].toFixed(1)} ms, longest ${frames.at(-1).toFixed(1)} ms`);
  const download = page.tab.waitForEvent('download');
  await page.click('Save model');
  const model = path.join(folder, 'taught.safetensors');
  await (await download).saveAs(model);
  const { images, top1_error: error } = JSON.parse(execFileSync(zfscope, ['eval', model, '--data', data, '--json'], { encoding: 'utf8' }));
  console.log(`${(100 * error).toFixed(1)} % error on ${images} other photos (zfscope eval)`);
} finally {
  await browser.close();
  server.close();
  fs.rmSync(folder, { recursive: true });
}

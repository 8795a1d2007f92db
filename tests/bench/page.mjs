// node page.mjs SITE MODULES: times the browser page in headless Chromium, with its threads and without, on the shipped photos;
// prints JSON. MODULES is a folder with playwright-core in its node_modules.
import { serve } from '../../web/serve.mjs';
import { Page, launch } from '../page/browser.mjs';

const [site, modules] = process.argv.slice(2);
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

// Counts inside the page, where nothing of the test's own traffic disturbs: milliseconds from `act` until each condition on the report
// holds. The browser then still has to show the frame, which takes it long where it draws without a GPU.
const timesUntil = (page, act, ...conditions) => page.tab.evaluate(`(async () => {
  const times = [];
  const conditions = [${conditions.join(', ')}];
  const begin = performance.now();
  const look = () => {
    while (times.length < conditions.length && conditions[times.length](zfscope.report())) times.push(performance.now() - begin);
  };
  addEventListener('zfscope', look);
  ${act};
  while (times.length < conditions.length) await new Promise((resolve) => setTimeout(resolve, 1));
  removeEventListener('zfscope', look);
  return times;
})()`);

const pressKey = (key) => `for (const type of ['keydown', 'keyup']) {
  document.getElementById('view').dispatchEvent(new KeyboardEvent(type, { key: '${key}', code: '${key}' }));
}`;

const pressControl = (name) => `{
  const controls = document.getElementById('controls');
  controls.dispatchEvent(new FocusEvent('focusin'));
  document.getElementById('control').value = '${name}';
  controls.requestSubmit();
}`;

async function measure(browser, address) {
  const page = await Page.open(browser, address);
  const first = await page.settled((report) => report.top?.length > 0);
  const usable = await page.tab.evaluate('zfscope.usableAfter()');
  const startFrames = await page.tab.evaluate('zfscope.frameTimes().length');
  const forward = [];
  await page.tab.focus('#view');
  for (let i = 0; i < 24; ++i) {
    await page.tab.keyboard.press('ArrowRight');
    forward.push(1000 * (await page.settled((report) => report.top?.length > 0)).seconds);
  }
  await page.settled();
  const unit = [];
  for (let i = 0; i < 16; ++i) {
    const { map } = (await page.settled((report) => report.unit)).unit;
    unit.push((await timesUntil(page, pressKey(']'), `(report) => report.unit && report.unit.map !== ${map}`))[0]);
  }
  await page.settled();
  const [coarse, whole] = await timesUntil(page, pressControl('tab occlusion'), '(report) => report.occlusion', '(report) => report.occlusion?.part === 1');
  const frames = (await page.tab.evaluate('zfscope.frameTimes()')).slice(startFrames);
  await page.close();
  return {
    backend: first.backend,
    usable_ms: usable,
    forward_1_ms: median(forward),
    unit_ms: median(unit),
    occlude_56_8_coarse_ms: coarse,
    occlude_56_8_ms: whole,
    frame_ms: median(frames),
    frame_ms_most: Math.max(...frames),
    frames_over_16_ms: frames.filter((ms) => ms > 16).length,
    frames: frames.length,
  };
}

const server = await serve(site);
const browser = await launch(modules);
try {
  await (await browser.newPage()).close(); // the browser's own start is not the page's
  const address = `http://localhost:${server.address().port}/`;
  console.log(JSON.stringify({ threads: await measure(browser, address), single: await measure(browser, `${address}?build=single`) }, null, 1));
} finally {
  await browser.close();
  server.close();
}

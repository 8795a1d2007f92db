// What the page's tests share: a browser, the page on it, its controls clicked as people click them.
import fs from 'fs';
import path from 'path';
import { createRequire } from 'module';

const chromiumPath = '/usr/bin/chromium';
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--use-fake-device-for-media-stream'];

/// Starts Chromium through playwright-core, which lies in `modules`.
export async function launch(modules) {
  const { chromium } = createRequire(`${path.resolve(modules)}/x.js`)('playwright-core');
  return chromium.launch({ executablePath: chromiumPath, args: flags });
}

export const hasBrowser = (modules) => fs.existsSync(chromiumPath) && fs.existsSync(path.join(modules, 'node_modules/playwright-core'));

/// The page, driven from outside.
export class Page {
  constructor(tab) {
    this.tab = tab;
    this.errors = [];
    tab.on('pageerror', (error) => this.errors.push(String(error.message ?? error)));
  }

  static async open(browser, address, { width = 1600, height = 1000, ...context } = {}) {
    const room = await browser.newContext({ viewport: { width, height }, ...context });
    const page = new Page(await room.newPage());
    await page.tab.goto(address);
    return page;
  }

  close() { return this.tab.context().close(); }

  report() { return this.tab.evaluate('zfscope.report()'); }

  status() { return this.tab.textContent('#status'); }

  /// Waits until all is computed and `condition`, a function of the report, holds; gives the report.
  async settled(condition = () => true, timeout = 60000) {
    const end = Date.now() + timeout;
    let before;
    for (;;) {
      // A page that loads anew for its service worker cannot answer for a moment.
      const report = await this.report().catch(() => ({}));
      // What comes late moves what a test is about to press.
      const complete = !report.model || (await this.tab.evaluate('zfscope.complete()').catch(() => false));
      if (report.settled && complete && condition(report)) {
        const now = JSON.stringify(report); // the same twice, so that the window's last frame is drawn, too
        if (now === before) return report;
        before = now;
      }
      if (Date.now() > end) throw new Error(`the page did not come to rest in time: ${JSON.stringify(report)}; ${this.errors.join('; ')}`);
      await this.tab.waitForTimeout(60);
    }
  }

  /// Presses a control of the window with the mouse, and holds the button.
  async press(name, across = 0.5, down = 0.5) {
    const found = (await this.tab.evaluate('zfscope.landmarks()')).find((landmark) => landmark.name === name);
    if (!found) throw new Error(`expected a control called "${name}", found none`);
    const canvas = await this.tab.locator('#view').boundingBox();
    await this.tab.mouse.move(canvas.x + found.x + found.w * across, canvas.y + found.y + found.h * down);
    await this.tab.mouse.down();
  }

  /// Clicks it, holding the button as people do.
  async click(name, across = 0.5, down = 0.5) {
    await this.press(name, across, down);
    await this.tab.waitForTimeout(80);
    await this.tab.mouse.up();
    await this.tab.waitForTimeout(80);
  }

  openFiles(...files) { return this.tab.setInputFiles('#files', files); }

  shoot(folder, name) {
    fs.mkdirSync(folder, { recursive: true });
    return this.tab.screenshot({ path: path.join(folder, `${name}.png`) });
  }
}

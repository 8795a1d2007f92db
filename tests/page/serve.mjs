// node serve.mjs: requests that no file answers leave the development server running.
import assert from 'assert/strict';
import fs from 'fs';
import os from 'os';
import path from 'path';
import { serve } from '../../web/serve.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'zfscope-serve-'));
fs.writeFileSync(path.join(folder, 'index.html'), 'here');
fs.symlinkSync('circle', path.join(folder, 'circle'));
const server = await serve(folder);
const base = `http://127.0.0.1:${server.address().port}`;
const wanted = [['/%00', 404], ['/index.html%00', 404], [`/${'a'.repeat(5000)}`, 404], ['/circle', 404], ['/index.html/x', 404], ['/%zz', 400], ['/', 200]];
try {
  for (const [name, status] of wanted) assert.equal((await fetch(base + name)).status, status, name.slice(0, 20));
  assert.equal(await (await fetch(`${base}/index.html`)).text(), 'here');
} finally {
  server.close();
  fs.rmSync(folder, { recursive: true });
}

// node manifest.mjs SITE PHOTOS.tsv: writes SITE/manifest.json: size and hash of every file that the page downloads, the sample photos
// with their authors, and the page's policy. Prints how large the page's own code is, compressed as hosts do (gzip -9).
import crypto from 'crypto';
import fs from 'fs';
import path from 'path';
import zlib from 'zlib';
import { policyOf } from './policy.mjs';

const [site, list] = process.argv.slice(2);
const mostCode = 2 * 1024 * 1024;

const names = fs.readdirSync(site, { withFileTypes: true, recursive: false })
  .flatMap((entry) => (entry.isDirectory() ? fs.readdirSync(path.join(site, entry.name)).map((name) => `${entry.name}/${name}`) : [entry.name]))
  .filter((name) => name !== 'manifest.json');

const files = {};
const code = {};
for (const name of names) {
  const bytes = fs.readFileSync(path.join(site, name));
  files[name] = { size: bytes.length, hash: crypto.createHash('sha256').update(bytes).digest('hex').slice(0, 12) };
  if (/\.(wasm|js|css|html)$/.test(name)) code[name] = zlib.gzipSync(bytes, { level: 9 }).length;
}

const samples = fs.readFileSync(list, 'utf8').split('\n')
  .filter((line) => line && !line.startsWith('#'))
  .map((line) => line.split('\t'))
  .filter(([name], at, all) => `photos/${name}` in files && all.findIndex(([other]) => other === name) === at)
  .map(([name, , , author, licence]) => ({ name, author, licence }));

const policy = policyOf(site);
fs.writeFileSync(path.join(site, 'manifest.json'), `${JSON.stringify({ files, samples, policy }, null, 1)}\n`);

// A visit takes one of the two builds.
const sizeOf = (build) => Object.entries(code).filter(([name]) => !name.startsWith('zfscope-') || name.startsWith(`zfscope-${build}`))
  .reduce((sum, [, size]) => sum + size, 0);
for (const build of ['threads', 'single']) {
  const size = sizeOf(build);
  console.log(`${build}: ${(size / 1024).toFixed(0)} KiB of code, compressed (at most ${mostCode / 1024})`);
  if (size > mostCode) process.exitCode = 1;
}

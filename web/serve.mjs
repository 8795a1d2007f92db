// node serve.mjs DIR [--port N] [--plain]: serves a folder on localhost, with the headers that give a page threads and repeat its policy;
// --plain leaves them out, as most static hosts do. Prints the address.
import fs from 'fs';
import http from 'http';
import path from 'path';
import { pathToFileURL } from 'url';
import { policyOf } from './policy.mjs';

const types = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm', '.svg': 'image/svg+xml', '.png': 'image/png', '.jpg': 'image/jpeg',
};
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/// What the file is, or null where there is none, its name cannot be one (a NUL, too long) or it must not be read.
function status(file) {
  try {
    return fs.statSync(file, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

function answer(root, headers, request, response) {
  const refuse = (status) => response.writeHead(status, headers).end(http.STATUS_CODES[status]);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);
  let name;
  try {
    name = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
  } catch {
    return refuse(400);
  }
  const file = path.join(root, path.normalize(name.endsWith('/') ? `${name}index.html` : name));
  const stat = file.startsWith(root + path.sep) ? status(file) : null;
  if (!stat?.isFile()) return refuse(404);
  const type = types[path.extname(file)] ?? 'application/octet-stream';
  const begin = () => response.writeHead(200, { ...headers, 'Content-Type': type, 'Content-Length': stat.size, 'Cache-Control': 'no-cache' });
  if (request.method === 'HEAD') return begin().end();
  const stream = fs.createReadStream(file);
  stream.once('open', () => stream.pipe(begin()));
  return stream.once('error', () => (response.headersSent ? response.destroy() : refuse(404)));
}

/// Serves the folder; gives the server, which listens.
export function serve(folder, { port = 0, plain = false } = {}) {
  const root = fs.realpathSync(folder);
  const policy = policyOf(root);
  const headers = plain ? {} : { ...isolation, ...(policy && { 'Content-Security-Policy': `${policy}; frame-ancestors 'none'` }) };
  const server = http.createServer((request, response) => answer(root, headers, request, response));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [folder, ...options] = process.argv.slice(2);
  const port = options.includes('--port') ? Number(options[options.indexOf('--port') + 1]) : 0;
  try {
    const server = await serve(folder, { port, plain: options.includes('--plain') });
    console.log(`http://localhost:${server.address().port}/`);
  } catch (error) {
    console.error(`serve: ${error.message}`);
    process.exitCode = 1;
  }
}

// Keeps the page, so that it opens at once and without a network, and adds the headers that isolate it from other origins, without which
// browsers give no shared memory and so no threads. Files are kept under the hashes that manifest.json names: the one that is kept says
// which belong together, and a new one takes its place when all that it changes has come. Nothing is asked of anyone else.
const store = 'zfscope';
const scope = new URL(self.registration.scope);
const manifestAddress = new URL('manifest.json', scope).href;

self.addEventListener('install', (event) => {
  self.skipWaiting();
  event.waitUntil(renew([]).catch(() => {}));
});
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

/// With the headers, and the policy that the page's own is: workers take theirs from what they come with.
function isolated(response, policy) {
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  if (policy) headers.set('Content-Security-Policy', policy);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/// The name of one of the page's files; that of a visit's address is index.html.
function nameOf(url) {
  return url.pathname.startsWith(scope.pathname) ? decodeURIComponent(url.pathname.slice(scope.pathname.length)) || 'index.html' : '';
}

const addressOf = (name, { hash }) => new URL(`${name}?v=${hash}`, scope).href;

let remembered; // a promise of what is kept, while this worker runs

/// What is kept: the server's manifest, and in `kept` those of its files that are.
function keptManifest(cache) {
  remembered ??= cache.match(manifestAddress).then((answer) => (answer ? answer.json() : { files: {}, kept: {} }));
  return remembered;
}

async function keepFile(cache, name, file, policy) {
  const address = addressOf(name, file);
  if (await cache.match(address)) return;
  const answer = await fetch(address, { cache: 'no-cache' });
  if (!answer.ok) throw new Error(`${name}: the server answered ${answer.status}`);
  const bytes = await answer.clone().arrayBuffer();
  const digest = [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (!digest.startsWith(file.hash)) throw new Error(`${name}: the server has another one by now`);
  await cache.put(address, isolated(answer, policy));
}

/// Keeps the server's manifest with all `names` of it, or those that are kept of the one before, and lets go of what it does not name.
async function renew(names) {
  const cache = await caches.open(store);
  const answer = await fetch(manifestAddress, { cache: 'no-cache' });
  if (!answer.ok) return;
  const manifest = await answer.json();
  const wanted = names ?? Object.keys((await keptManifest(cache)).kept);
  manifest.kept = Object.fromEntries(wanted.filter((name) => name in manifest.files).map((name) => [name, manifest.files[name]]));
  for (const [name, file] of Object.entries(manifest.kept)) await keepFile(cache, name, file, manifest.policy);
  const headers = { 'Content-Type': 'application/json' };
  await cache.put(manifestAddress, isolated(new Response(JSON.stringify(manifest), { headers }), manifest.policy));
  remembered = undefined;
  const named = new Set([manifestAddress, ...Object.entries(manifest.kept).map(([name, file]) => addressOf(name, file))]);
  for (const { url } of await cache.keys()) {
    if (!named.has(url)) await cache.delete(url);
  }
}

async function answer(event, url) {
  const cache = await caches.open(store);
  const { kept, policy } = await keptManifest(cache);
  const name = nameOf(url);
  if ('index.html' in kept) {
    if (name === 'index.html') event.waitUntil(renew().catch(() => {})); // for the next visit
    if (name === 'manifest.json') return cache.match(manifestAddress);
  }
  const file = kept[name];
  const wanted = url.searchParams.get('v') ?? file?.hash;
  const found = file && file.hash === wanted ? await cache.match(addressOf(name, file)) : null;
  return found ?? isolated(await fetch(event.request), policy);
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method === 'GET' && url.origin === scope.origin) event.respondWith(answer(event, url));
});

/// { keep: names }: the page has all that it needs, which is to be kept.
self.addEventListener('message', (event) => {
  if (event.data?.keep) event.waitUntil(renew(event.data.keep).then(() => event.source?.postMessage({ kept: true }), () => {}));
});

// Which build of the program this browser can run, and its download.

// A module with one function that makes a vector of 16 bytes: only browsers with WASM SIMD take it.
const simdModule = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);

/// What is missing, in words for people; empty where nothing is.
export function missing() {
  if (typeof WebAssembly !== 'object' || !WebAssembly.validate(simdModule)) {
    return 'ZFScope needs WebAssembly with SIMD, which this browser does not have. Chrome 97, Firefox 105, Safari 16.4 and newer do.';
  }
  if (!document.createElement('canvas').getContext('webgl2')) {
    return 'ZFScope needs WebGL 2, which this browser does not offer. Switch on hardware acceleration in its settings, or try another browser.';
  }
  return '';
}

/// Registers the worker that isolates the page and loads the page once more, where the server did not isolate it. Never comes
/// back where it loads anew.
async function isolate() {
  const tried = 'zfscope-isolation-tried';
  const patience = 5000; // milliseconds
  if (self.crossOriginIsolated || !self.isSecureContext || !navigator.serviceWorker) return;
  try {
    if (sessionStorage.getItem(tried)) return;
    await navigator.serviceWorker.register('sw.js');
    await Promise.race([navigator.serviceWorker.ready, new Promise((_, reject) => { setTimeout(reject, patience); })]);
    sessionStorage.setItem(tried, 'yes');
    location.reload();
    await new Promise(() => {});
  } catch {
    // Without it there is the build without threads.
  }
}

/// The build to run: "threads" or "single". `?build=single` asks for the latter.
export async function choose() {
  if (new URLSearchParams(location.search).get('build') === 'single') return 'single';
  await isolate();
  return self.crossOriginIsolated && typeof SharedArrayBuffer === 'function' ? 'threads' : 'single';
}

/// A file that sw.js has kept, or nothing.
async function keptFile(address) {
  try {
    const answer = await caches.match(address);
    return answer && new Uint8Array(await answer.arrayBuffer());
  } catch {
    return undefined; // pages without https, and some private windows, keep nothing
  }
}

/// Downloads files of the manifest side by side; tells how much of them all is there, from 0 to 1.
export class Downloads {
  constructor(manifest, tell) {
    this.manifest = manifest;
    this.tell = tell;
    this.expected = 0;
    this.received = 0;
  }

  /// The address that changes with the file's contents, so that caches never mix two versions.
  address(name) {
    return `${name}?v=${this.manifest.files[name].hash}`;
  }

  /// What is kept is taken as a whole; what has to come is told of piece by piece.
  async get(name) {
    const kept = await keptFile(this.address(name));
    if (kept?.length === this.manifest.files[name].size) return kept;
    this.expected += this.manifest.files[name].size;
    const response = await fetch(this.address(name));
    if (!response.ok) throw new Error(`${name}: the server answered ${response.status} ${response.statusText}`.trim());
    const bytes = new Uint8Array(this.manifest.files[name].size);
    let at = 0;
    for (const reader = response.body.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (at + value.length > bytes.length) throw new Error(`${name}: expected ${bytes.length} bytes, found more`);
      bytes.set(value, at);
      at += value.length;
      this.received += value.length;
      this.tell(this.received / this.expected);
    }
    if (at !== bytes.length) throw new Error(`${name}: expected ${bytes.length} bytes, found ${at}`);
    return bytes;
  }
}

/// Has the browser download a file that a script will ask for.
export function preload(address) {
  const link = document.createElement('link');
  Object.assign(link, { rel: 'preload', as: 'fetch', crossOrigin: 'anonymous', href: address });
  document.head.append(link);
}

/// Loads a build's script, which defines createViewer.
export function loadScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address;
    script.onload = () => { script.remove(); resolve(self.createViewer); };
    script.onerror = () => { script.remove(); reject(new Error(`${address}: cannot be loaded`)); };
    document.head.append(script);
  });
}

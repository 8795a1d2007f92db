// The page around the program: downloads and starts it, brings files in and out, says what it shows, and starts it again with all
// that was open where it fails.

import { Downloads, choose, loadScript, missing, preload } from './build.js';
import { decode } from './photos.js';
import { Viewer } from './viewer.js';

const stateKey = 'zfscope';
const mostThreads = 8;
const mostModelBytes = 1.2e9; // beside its packed copy it has to fit into the 2 GB that the program may take
const mostPhotoBytes = 1.5e9;
const mostFailures = 3; // in a row
// What panels show of the demo model, downloaded once the page is usable: in this order, since a strip's JSON names its picture.
const extras = ['evolution_strip.png', 'evolution_strip.json', 'demo.atlas.safetensors', 'alexnet.safetensors'];

const element = (id) => document.getElementById(id);
const files = new Map(); // what is in the program's file system: paths and bytes
let downloads;
let build;
let viewer;
let report = {};
let failures = 0;
let pasted = 0;
let extrasCome; // a promise, once they were asked for
let usableAfter; // milliseconds from the navigation until the first photo was looked at

const percent = (part) => `${(100 * part).toFixed(1)} %`;
const read = (key) => { try { return localStorage.getItem(key) ?? ''; } catch { return ''; } };
const keep = (key, text) => { try { localStorage.setItem(key, text); } catch { /* private windows keep nothing */ } };

// ---- What the page says

function cover(words, note = '', buttons = false) {
  element('cover').hidden = false;
  element('cover').classList.toggle('failed', buttons);
  element('cover-words').textContent = words;
  element('cover-note').textContent = note;
  element('cover-buttons').hidden = !buttons;
}

function sayStatus(words, error = false) {
  const status = element('status');
  if (status.textContent !== words) status.textContent = words;
  status.title = words;
  status.classList.toggle('error', error);
}

function unitWords() {
  const { layer, unit } = report;
  if (!layer) return '';
  return unit ? ` Layer ${layer}, map ${unit.map}, row ${unit.y}, column ${unit.x}: ${unit.value.toPrecision(4)}.` : ` Layer ${layer}.`;
}

function sayReport() {
  const error = report.notices?.filter((notice) => notice.error).at(-1);
  document.documentElement.classList.toggle('light', report.dark === false);
  if (error) sayStatus(`${error.text} ${error.advice}`.trim(), true);
  else if (!report.model) sayStatus('Loading the model.');
  else if (!report.photo) sayStatus('Open a photo to begin.');
  else if (!report.top?.length) sayStatus(`Looking at ${report.photo}.`);
  else sayStatus(`${report.photo}: ${report.top[0].words} ${percent(report.top[0].p)}.${unitWords()}`);
}

function sayBuild(threads) {
  const words = build === 'threads' ? `WASM SIMD, ${threads} ${threads === 1 ? 'thread' : 'threads'}` : 'WASM SIMD, without threads';
  element('build').textContent = words;
  const why = new URLSearchParams(location.search).get('build') === 'single' ? 'as the address asks' : 'since this page is not isolated from other origins';
  element('about-build').textContent = build === 'threads'
    ? `This browser runs the build with SIMD and ${threads} threads.`
    : `This browser runs the build with SIMD and without threads, ${self.crossOriginIsolated ? 'since workers did not start' : why}; it works between frames.`;
}

function sayCredits(samples) {
  const credits = samples.map(({ name, author, licence }) => `${name}: ${author}, ${licence}`);
  element('credits').textContent = credits.length ? `Sample photos: ${credits.join('; ')}.` : '';
}

// ---- Files in and out

const nameOf = (file) => file.name.replaceAll(/[/\n]/g, '_') || `pasted-${pasted += 1}.png`;

async function bring(file) {
  const name = nameOf(file);
  if (/\.(safetensors|onnx|pt|pth|ckpt|h5|keras|caffemodel|prototxt|pb|tflite)$/i.test(name)) {
    if (file.size > mostModelBytes) {
      throw new Error(`${name}: expected a model of at most ${mostModelBytes / 1e9} GB, which is what a page may hold, found ${(file.size / 1e9).toFixed(1)} GB.`);
    }
    return [`/models/${name}`, new Uint8Array(await file.arrayBuffer())];
  }
  const bytes = await decode(file);
  let held = bytes.length;
  for (const [path, photo] of files) held += path.startsWith('/photos/') ? photo.length : 0;
  if (held > mostPhotoBytes) throw new Error(`${name}: no memory is left for more photos.`);
  return [`/photos/${name}`, bytes];
}

async function open(list) {
  const paths = [];
  for (const file of list) {
    sayStatus(`Reading ${file.name}.`);
    try {
      const [path, bytes] = await bring(file);
      files.set(path, bytes);
      viewer.write(path, bytes);
      paths.push(path);
    } catch (error) {
      viewer?.tell(error.message, 'Open fewer or smaller files, or use the desktop program.', true);
    }
  }
  if (paths.length) viewer?.open(paths);
}

function save(name, bytes) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

function connectFiles() {
  const input = element('files');
  input.addEventListener('change', () => { open([...input.files]); input.value = ''; });
  const main = document.querySelector('main');
  for (const type of ['dragenter', 'dragover']) {
    addEventListener(type, (event) => { event.preventDefault(); main.classList.add('over'); });
  }
  addEventListener('dragleave', (event) => { if (!event.relatedTarget) main.classList.remove('over'); });
  addEventListener('drop', (event) => {
    event.preventDefault();
    main.classList.remove('over');
    open([...event.dataTransfer.files]);
  });
  addEventListener('paste', (event) => {
    const pictures = [...event.clipboardData.files];
    if (pictures.length) open(pictures.map((file) => new File([file], `pasted-${pasted += 1}.png`)));
    else if (document.activeElement === element('view')) viewer?.paste(event.clipboardData.getData('text'));
  });
}

function connectControls() {
  const controls = element('controls');
  controls.addEventListener('focusin', (event) => {
    if (controls.contains(event.relatedTarget)) return;
    element('control').replaceChildren(...(viewer?.landmarks() ?? []).map(({ name }) => new Option(name)));
  });
  controls.addEventListener('submit', (event) => {
    event.preventDefault();
    viewer?.press(element('control').value);
  });
  element('about-open').addEventListener('click', () => element('about').showModal());
  element('again').addEventListener('click', () => location.reload());
}

// ---- The program

function freshCanvas() {
  const old = element('view');
  const canvas = old.cloneNode();
  old.replaceWith(canvas);
  return canvas;
}

const threadsOf = (which) => (which === 'threads' ? Math.min(mostThreads, Math.max(1, navigator.hardwareConcurrency || 1)) : 0);

async function startProgram() {
  const base = `zfscope-${build}`;
  const address = new URL(downloads.address(`${base}.js`), location.href).href;
  preload(downloads.address(`${base}.wasm`));
  const shipped = bringShipped(); // comes while the program starts
  shipped.catch(() => {}); // is awaited below
  const create = await loadScript(address);
  const threads = threadsOf(build);
  sayBuild(threads);
  const program = { create, address, threads, locate: (name) => downloads.address(name) };
  const started = await Viewer.start(freshCanvas(), program, read(stateKey), {
    ask: () => element('files').click(),
    save,
    store: (state) => keep(stateKey, state),
    report: (now) => { report = now; takeReport(); },
    failed: (error) => recover(error),
    lost: () => cover('The browser took the graphics away.', 'ZFScope goes on as soon as they are back.'),
    restored: () => startAgain('The browser had taken the graphics away.'),
  });
  viewer = started;
  try {
    await shipped;
  } catch (error) {
    viewer.stop();
    throw error;
  }
  if (viewer !== started) return; // it failed meanwhile, and another runs
  viewer.begin(files);
  extrasCome?.then(() => viewer?.complete());
  element('cover').hidden = true;
  if (document.activeElement === document.body) element('view').focus({ preventScroll: true });
}

function takeReport() {
  if (report.settled && report.top?.length) {
    failures = 0;
    usableAfter ??= performance.now();
  }
  if (report.settled && report.model && !extrasCome) {
    extrasCome = bringExtras();
    extrasCome.then(() => viewer?.complete());
  }
  sayReport();
  dispatchEvent(new Event('zfscope'));
}

async function bringExtras() {
  for (const name of extras) {
    if (!(name in downloads.manifest.files) || files.has(`/${name}`)) continue;
    try {
      const raw = await downloads.get(name);
      const bytes = name.endsWith('.png') ? await decode(new Blob([raw])) : raw;
      files.set(`/${name}`, bytes);
      viewer?.write(`/${name}`, bytes);
      viewer?.ask();
    } catch (error) {
      console.warn(error); // the panel that misses it says so
    }
  }
}

/// The demo model, its small tables and the first of the sample photos, which come with the page; the other photos follow, unless
/// they were open.
async function bringShipped() {
  if (files.size) return;
  const sample = async (name) => [`/samples/${name}`, await decode(new Blob([await downloads.get(`photos/${name}`)]))];
  const [first, ...others] = downloads.manifest.samples.map(({ name }) => name).sort();
  const shipped = ['demo.safetensors', 'table3.csv'].map(async (name) => [`/${name}`, await downloads.get(name)]);
  for (const [path, bytes] of await Promise.all(first ? [...shipped, sample(first)] : shipped)) files.set(path, bytes);
  const rest = Promise.all(others.map(sample)).then(takeSamples, console.warn); // without them there are fewer to try
  if (read(stateKey).includes('"/samples/')) await rest;
}

function takeSamples(samples) {
  for (const [path, bytes] of samples) {
    files.set(path, bytes);
    viewer?.write(path, bytes);
  }
  viewer?.takeSamples();
}

/// Starts the program anew with what was open.
async function startAgain(words) {
  viewer?.stop();
  viewer = null;
  cover('Starting again.', words);
  await run();
  viewer?.tell(words, build === 'single' ? 'What was open is open again; it now runs without threads.' : 'What was open is open again.', true);
}

/// The running program failed.
async function recover(error) {
  console.error(error);
  failures += 1;
  if (failures > 1) build = 'single';
  if (failures <= mostFailures) await startAgain(`ZFScope had to start again: ${error.message}.`);
  else giveUp(error);
}

function giveUp(error) {
  viewer?.stop();
  viewer = null;
  cover('ZFScope stopped.', `${error.message}. Your settings are kept.`, true);
  sayStatus(`ZFScope stopped: ${error.message}`, true);
}

async function run() {
  try {
    await startProgram();
  } catch (error) {
    console.error(error);
    if (build === 'single') return giveUp(error);
    build = 'single'; // whose start needs less: no workers, no shared memory
    await run();
  }
}

async function begin() {
  connectControls();
  const lack = missing();
  if (lack) {
    cover(lack, '', true);
    sayStatus(lack, true);
    return;
  }
  build = await choose();
  connectFiles();
  try {
    const manifest = await (await fetch('manifest.json', { cache: 'no-cache' })).json();
    downloads = new Downloads(manifest, (part) => {
      element('cover-bar').value = part;
      element('cover-note').textContent = `${Math.round(100 * part)} %`;
    });
    sayCredits(manifest.samples);
  } catch (error) {
    cover('The page is not complete.', error.message, true);
    return;
  }
  await run();
}

// For tests and whoever scripts the page; the event "zfscope" says that there is a new report.
self.zfscope = {
  report: () => report,
  landmarks: () => viewer?.landmarks() ?? [],
  build: () => build,
  frameTimes: () => viewer?.frameTimes ?? [],
  usableAfter: () => usableAfter,
};

begin();

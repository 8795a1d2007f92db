// The page around the program: downloads and starts it, brings files in and out, says what it shows, and starts it again with all
// that was open where it fails.

import { Downloads, choose, loadScript, missing, preload } from './build.js';
import { keepPage } from './offline.js';
import { addsNoise, decode } from './photos.js';
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
let taught = 0; // times that photos of classes were opened
let begun = false; // whether the program takes files
const early = []; // what was opened before
let extrasCome; // a promise, once they were asked for
let complete = false; // whether they came
let linked = false; // whether the address was followed
let linkText = ''; // what the address is to be
let linkTimer;
let awaited = ''; // a sample photo that a link names, until it comes
let kept = false; // whether the page opens without a network
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

const isModel = (name) => /\.(safetensors|onnx|pt|pth|ckpt|h5|keras|caffemodel|prototxt|pb|tflite)$/i.test(name);
const nameOf = (file) => file.name.replaceAll(/[/\n]/g, '_') || `pasted-${pasted += 1}.png`;
const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

/// A path of its own: two photos of one name are two photos, one that is opened again is the same.
function photoPath(name, bytes) {
  const [, stem, ending] = /^(.*?)(\.[^.]*)?$/.exec(name);
  for (let copy = 1; ; ++copy) {
    const path = `/photos/${copy > 1 ? `${stem} (${copy})${ending ?? ''}` : name}`;
    const there = files.get(path);
    if (!there || same(there, bytes)) return path;
  }
}

async function bring(file) {
  const name = nameOf(file);
  if (isModel(name)) {
    if (file.size > mostModelBytes) {
      throw new Error(`${name}: expected a model of at most ${mostModelBytes / 1e9} GB, which is what a page may hold, found ${(file.size / 1e9).toFixed(1)} GB.`);
    }
    return [`/models/${name}`, new Uint8Array(await file.arrayBuffer())];
  }
  const bytes = await decode(file);
  let held = bytes.length;
  for (const [path, photo] of files) held += path.startsWith('/photos/') ? photo.length : 0;
  if (held > mostPhotoBytes) throw new Error(`${name}: no memory is left for more photos.`);
  return [photoPath(name, bytes), bytes];
}

/// `list`: { file, path } each, where path is the file's in what was dropped.
async function open(list) {
  if (!begun) {
    early.push(...list);
    return;
  }
  if (report.tab === 'teach' && list.every(({ file }) => !isModel(file.name))) {
    await openToTeach(list);
    return;
  }
  const paths = [];
  for (const { file } of list) {
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

/// Photos of classes: only as large as the network needs them, and only until it has seen them. Folders stay folders, since their names
/// are those of classes.
async function openToTeach(list) {
  const place = `/teach/${taught += 1}`;
  const side = viewer.photoSide();
  const top = new Set();
  for (const [i, { file, path }] of list.entries()) {
    sayStatus(`Reading photo ${i + 1} of ${list.length}.`);
    viewer?.write(`${place}/${path}`, await decode(file, side));
    top.add(`${place}/${path.split('/')[0]}`);
  }
  if (top.size) viewer?.open([...top]);
}

const flat = (chosen) => [...chosen].map((file) => ({ file, path: nameOf(file) }));

/// The files of an entry of a drop, those of folders with their paths.
async function filesOf(entry, above = '') {
  const path = above + entry.name.replaceAll(/[/\n]/g, '_');
  if (entry.isFile) return [{ file: await new Promise((resolve, reject) => { entry.file(resolve, reject); }), path }];
  const found = [];
  for (const reader = entry.createReader(); ;) {
    const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (!some.length) return found;
    for (const inner of some.filter(({ name }) => !name.startsWith('.'))) found.push(...await filesOf(inner, `${path}/`));
  }
}

async function openDropped(entries, plain) {
  const found = [];
  for (const entry of entries) found.push(...await filesOf(entry).catch(() => []));
  await open(found.length ? found : flat(plain));
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
  input.addEventListener('change', () => { open(flat(input.files)); input.value = ''; });
  const main = document.querySelector('main');
  for (const type of ['dragenter', 'dragover']) {
    addEventListener(type, (event) => { event.preventDefault(); main.classList.add('over'); });
  }
  addEventListener('dragleave', (event) => { if (!event.relatedTarget) main.classList.remove('over'); });
  addEventListener('drop', (event) => {
    event.preventDefault();
    main.classList.remove('over');
    const place = element('view').getBoundingClientRect();
    viewer?.aim(event.clientX - place.x, event.clientY - place.y);
    // Entries are gone once the event is over; those of all items are taken at once.
    openDropped([...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean), [...event.dataTransfer.files]);
  });
  addEventListener('paste', (event) => {
    const pictures = [...event.clipboardData.files];
    if (pictures.length) open(flat(pictures.map((file) => new File([file], `pasted-${pasted += 1}.png`))));
    else if (document.activeElement === element('view')) viewer?.paste(event.clipboardData.getData('text'));
  });
}

// ---- The link to what is shown

const linkKeys = ['tab', 'layer', 'unit', 'photo'];
const linkPace = 500; // milliseconds between changes of the address, which browsers limit

function readLink(address = location.href) {
  const asked = new URLSearchParams(new URL(address).hash.slice(1));
  return Object.fromEntries(linkKeys.filter((key) => asked.get(key)).map((key) => [key, asked.get(key)]));
}

const isSample = (name) => sampleNames().includes(name);

/// Follows the address once, when there is something to follow it in; from then on the address follows what is shown. One that is our own,
/// as when the page loads anew, is not followed: what is kept is newer. Photos of one's own are not in it.
function linkReport() {
  if (!report.settled || !report.model) return;
  if (!linked) {
    linked = true;
    if (location.hash.length > 1 && !history.state?.own) viewer.follow(readLink());
    return;
  }
  const { tab, layer, unit, photo } = report;
  const now = new URLSearchParams({ tab, ...(layer && { layer }), ...(unit && { unit: unit.map }), ...(photo && isSample(photo) && { photo }) });
  linkText = `#${now}`;
  linkTimer ??= setTimeout(() => {
    linkTimer = undefined;
    if (linkText !== location.hash) history.replaceState({ own: true }, '', linkText);
  }, linkPace);
}

/// A sample photo that has not come yet is shown when it does.
function followLink(link) {
  const early = link.photo && isSample(link.photo) && !files.has(`/samples/${link.photo}`);
  awaited = early ? link.photo : '';
  viewer?.follow(early ? { ...link, photo: '' } : link);
}

async function copyLink() {
  const address = new URL(linkText || location.hash, location.href).href;
  try {
    await navigator.clipboard.writeText(address);
    sayStatus('The link to what is shown is in the clipboard.');
  } catch {
    sayStatus(address); // to be copied by hand
  }
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
  element('fresh').addEventListener('click', startFresh);
  element('link').addEventListener('click', copyLink);
  addEventListener('hashchange', (event) => followLink(readLink(event.newURL))); // the address may be ours again by now
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
  begun = true;
  warn();
  if (early.length) open(early.splice(0));
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
    extrasCome.then(() => { complete = true; viewer?.complete(); });
    extrasCome.then(() => keepPage(neededFiles(), () => { kept = true; }));
  }
  sayReport();
  linkReport();
  dispatchEvent(new Event('zfscope'));
}

/// All files of the page but those of the other build.
function neededFiles() {
  const other = `zfscope-${build === 'threads' ? 'single' : 'threads'}.`;
  return Object.keys(downloads.manifest.files).filter((name) => !name.startsWith(other) && name !== 'sw.js');
}

/// What a person should know of this browser.
function warn() {
  if (addsNoise()) {
    viewer.tell('This browser adds noise to pictures that pages read, so that numbers differ from those of the same photo elsewhere.',
      'A privacy setting does that; it can be lifted for this page, which sends nothing anywhere.', false);
  }
}

const decoded = async (name) => decode(new Blob([await downloads.get(name)]));

/// What follows once the page is usable: the other sample photos, and the extras.
async function bringExtras() {
  const samples = sampleNames().filter((name) => !files.has(`/samples/${name}`));
  await Promise.all(samples.map(async (name) => [`/samples/${name}`, await decoded(`photos/${name}`)])).then(takeSamples, console.warn);
  for (const name of extras) {
    if (!(name in downloads.manifest.files) || files.has(`/${name}`)) continue;
    try {
      const bytes = await (name.endsWith('.png') ? decoded(name) : downloads.get(name));
      files.set(`/${name}`, bytes);
      viewer?.write(`/${name}`, bytes);
      viewer?.ask();
    } catch (error) {
      console.warn(error); // the panel that misses it says so
    }
  }
}

const sampleNames = () => downloads.manifest.samples.map(({ name }) => name).sort();

/// The sample photo to begin with: the link's, the one that was open, or the first.
function firstSample() {
  const names = sampleNames();
  let open;
  try {
    const { photos, photo } = JSON.parse(read(stateKey)).choice;
    open = photos[photo];
  } catch { /* nothing is kept */ }
  const asked = history.state?.own ? undefined : readLink().photo;
  return names.find((name) => name === asked) ?? names.find((name) => open === `/samples/${name}`) ?? names[0];
}

/// The demo model, its small tables and a sample photo, without which there is nothing to look at.
async function bringShipped() {
  if (files.size) return;
  const shipped = ['demo.safetensors', 'table3.csv'].map(async (name) => [`/${name}`, await downloads.get(name)]);
  const name = firstSample();
  if (name) shipped.push(decoded(`photos/${name}`).then((bytes) => [`/samples/${name}`, bytes]));
  for (const [path, bytes] of await Promise.all(shipped)) files.set(path, bytes);
}

function takeSamples(samples) {
  for (const [path, bytes] of samples) {
    files.set(path, bytes);
    viewer?.write(path, bytes);
  }
  if (samples.length) viewer?.takeSamples();
  if (awaited && files.has(`/samples/${awaited}`)) viewer?.follow({ photo: awaited });
  awaited = '';
}

/// Starts the program anew with what was open.
async function startAgain(words) {
  viewer?.stop();
  viewer = null;
  begun = false;
  cover('Starting again.', words);
  await run();
  viewer?.tell(words, build === 'single' ? 'What was open is open again; it now runs without threads.' : 'What was open is open again.', true);
}

/// Leaves behind what was kept, where that may be what fails.
function startFresh() {
  viewer?.stop(); // which keeps what it can
  viewer = null;
  try { localStorage.removeItem(stateKey); } catch { /* nothing is kept */ }
  history.replaceState(null, '', location.pathname + location.search);
  location.reload();
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
  connectFiles();
  const lack = missing();
  if (lack) {
    cover(lack, '', true);
    sayStatus(lack, true);
    return;
  }
  build = await choose();
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
  complete: () => complete,
  kept: () => kept,
};

begin();

// One running program on one canvas: starts it, draws its frames when something happened, and stops it.

import { Camera } from './camera.js';
import { Input } from './input.js';

const frameTime = 12; // milliseconds; frames are not drawn more often
const startSeconds = 30; // a browser that cannot start the workers in this time will not

/// Until a worker of Emscripten's pool has the program.
const loaded = (worker) => worker.loaded || new Promise((resolve) => {
  worker.addEventListener('message', ({ data }) => { if (data.cmd === 'loaded') resolve(); });
});

export class Viewer {
  /// `program`: create (createViewer), address, threads, locate(file name). `hooks`: functions ask(), save(name, bytes),
  /// store(state), report(object), failed(error), lost(), restored(). Throws where it cannot start. It begins its work with begin().
  static async start(canvas, program, state, hooks) {
    const viewer = new Viewer(canvas, hooks);
    try {
      await viewer.launch(program, state);
    } catch (error) {
      viewer.stop();
      throw error;
    }
    return viewer;
  }

  async launch(program, state) {
    const cannotStart = new Promise((_, reject) => {
      this.fail = reject;
      setTimeout(() => reject(new Error(`the program did not start within ${startSeconds} seconds`)), 1000 * startSeconds);
    });
    this.module = await Promise.race([program.create(this.options(program)), cannotStart]);
    const workers = [...this.module.PThread?.unusedWorkers ?? []];
    const error = this.module.ccall('zf_start', 'string', ['number', 'string'], [program.threads, state]);
    if (error) throw new Error(error);
    this.connect(); // draws while the workers start
    await Promise.race([Promise.all(workers.map(loaded)), cannotStart]);
    this.fail = this.hooks.failed;
  }

  /// `files`: Map of path and bytes of what ships with the page, and of what was open.
  begin(files) {
    for (const [path, bytes] of files) this.write(path, bytes);
    this.call('ready');
    this.ask();
  }

  constructor(canvas, hooks) {
    this.canvas = canvas;
    this.hooks = hooks;
    this.due = 0; // frames still to draw
    this.drawn = 0; // when the latest frame was
    this.frameTimes = []; // our own milliseconds of the latest frames
    this.cleanup = new AbortController();
    this.between = new MessageChannel();
    this.between.port1.onmessage = () => {
      this.updating = false;
      this.update();
    };
  }

  options(program) {
    return {
      threads: program.threads,
      mainScriptUrlOrBlob: program.address,
      locateFile: program.locate,
      print: (text) => console.log(text),
      printErr: (text) => {
        console.warn(text);
        if (/sent an error!/.test(text)) this.failed(new Error(text.replace(/^.*sent an error! */, 'a worker failed: ')));
      },
      onAbort: (reason) => this.failed(new Error(String(reason))),
      onWake: () => { this.woken = true; this.updateSoon(); },
      onAsk: () => this.hooks.ask(),
      onSave: (name, bytes) => this.hooks.save(name, bytes),
      onStore: (state) => this.hooks.store(state),
      onCamera: (on) => this.film(on),
      onCopy: (text) => navigator.clipboard?.writeText(text).catch(() => {}),
    };
  }

  connect() {
    const tell = (name, ...args) => (name === 'text' ? this.text(name, ...args) : this.call(name, ...args));
    this.input = new Input(this.canvas, tell, () => this.ask());
    const signal = { signal: this.cleanup.signal };
    this.canvas.addEventListener('webglcontextlost', (event) => {
      event.preventDefault(); // which lets it come back
      this.asleep = true;
      this.hooks.lost();
    }, signal);
    this.canvas.addEventListener('webglcontextrestored', () => this.hooks.restored(), signal);
    document.addEventListener('visibilitychange', () => (document.hidden ? this.store() : this.ask()), signal);
    addEventListener('pagehide', () => this.store(), signal);
    this.observer = new ResizeObserver(([entry]) => this.resize(entry));
    this.observer.observe(this.canvas);
  }

  failed(error) {
    if (this.stopped) return;
    this.asleep = true;
    this.fail(error);
  }

  /// Runs `action` on the program; what it wakes meanwhile waits for the next frame.
  run(action) {
    if (this.stopped || this.asleep) return undefined;
    const nested = this.inside;
    this.inside = true;
    try {
      return action(this.module);
    } catch (error) {
      this.failed(error instanceof Error ? error : new Error('the program ran out of memory or into an error'));
      return undefined;
    } finally {
      this.inside = nested;
    }
  }

  /// Calls zf_NAME with numbers.
  call(name, ...args) {
    return this.run((module) => module[`_zf_${name}`](...args));
  }

  /// Calls zf_NAME with texts, for a text.
  text(name, ...texts) {
    return this.run((module) => module.ccall(`zf_${name}`, 'string', texts.map(() => 'string'), texts)) ?? '';
  }

  resize(entry) {
    const ratio = devicePixelRatio || 1;
    const exact = entry.devicePixelContentBoxSize?.[0];
    const width = Math.max(1, exact?.inlineSize ?? Math.round(entry.contentRect.width * ratio));
    const height = Math.max(1, exact?.blockSize ?? Math.round(entry.contentRect.height * ratio));
    this.canvas.width = width;
    this.canvas.height = height;
    this.call('resize', width, height, ratio);
    this.draw(); // at once, since the canvas is empty now
    this.ask();
  }

  /// Draws some frames: ImGui takes a few to settle. What comes while nothing is drawn is answered at once, so that jobs start and
  /// results are there for the browser's next picture.
  ask(frames = 3) {
    this.due = Math.max(this.due, frames);
    if (this.waiting || this.stopped) return;
    if (!this.inside && performance.now() - this.drawn > frameTime) {
      this.advance();
    } else {
      this.waiting = requestAnimationFrame(() => {
        this.waiting = 0;
        this.advance();
      });
    }
  }

  advance() {
    this.due -= 1;
    const next = this.draw();
    if (next === 0) this.ask(); // input waits for a frame of its own
    else if (this.due > 0) this.ask(this.due);
    clearTimeout(this.timer);
    if (next <= 0) return;
    this.timer = setTimeout(() => this.ask(1), next);
    this.updateSoon();
  }

  /// Takes what jobs delivered, so that those that follow need not wait for a frame; where there are no threads, jobs work.
  update() {
    const more = this.call('update');
    this.tellReport();
    if (more) {
      this.updateSoon(); // frames come as progress asks for them, since each takes time from the jobs
    } else if (this.woken) {
      this.woken = false;
      this.ask();
    }
  }

  /// Behind what the browser has to do now.
  updateSoon() {
    if (this.updating || this.stopped) return;
    this.updating = true;
    this.between.port2.postMessage(null);
  }

  draw() {
    const begin = performance.now();
    const next = this.call('frame');
    this.frameTimes.push(performance.now() - begin);
    if (this.frameTimes.length > 600) this.frameTimes.shift();
    this.drawn = performance.now();
    if (next === undefined) return -1;
    this.input.showCursor(this.call('cursor'));
    this.tellReport();
    return next;
  }

  tellReport() {
    const report = this.text('report');
    if (report && report !== this.reported) {
      this.reported = report;
      this.hooks.report(JSON.parse(report));
    }
  }

  write(path, bytes) {
    const fs = this.module.FS;
    const folder = path.slice(0, path.lastIndexOf('/'));
    if (folder) fs.mkdirTree(folder);
    fs.writeFile(path, bytes, { canOwn: true });
  }

  /// Starts or ends the camera's pictures.
  film(on) {
    this.camera?.stop();
    this.camera = !on ? null : new Camera(() => this.call('camera_wants') === 1, (bytes) => {
      this.write('/camera', bytes);
      this.call('camera_gave');
      this.ask(1);
    }, (words) => {
      this.text('camera_failed', words);
      this.ask();
    });
  }

  /// All that ships with the page is in the file system.
  complete() {
    this.call('complete');
    this.ask();
  }

  /// More sample photos are in the file system.
  takeSamples() {
    this.call('samples');
    this.ask();
  }

  open(paths) {
    this.text('open', paths.join('\n'));
    this.ask();
  }

  /// What is opened next was dropped at this place of the canvas, in CSS pixels.
  aim(x, y) {
    const scale = this.canvas.width / Math.max(1, this.canvas.clientWidth);
    this.call('move', x * scale, y * scale);
    this.draw(); // so that what lies there knows it
    this.call('aim');
  }

  /// Pixels that a photo's shorter side never needs more of.
  photoSide() { return this.call('photo_side') || Infinity; }

  /// Shows what a link says; what is empty stays.
  follow({ tab = '', layer = '', unit = '', photo = '' }) {
    this.text('follow', tab, layer, unit, photo);
    this.ask();
  }

  paste(text) {
    this.text('text', text);
    this.ask();
  }

  tell(text, advice, error) {
    this.run((module) => module.ccall('zf_tell', null, ['string', 'string', 'number'], [text, advice, error ? 1 : 0]));
    this.ask();
  }

  store() { this.call('store'); }

  /// The controls of the latest frame, in CSS pixels of the canvas.
  landmarks() {
    const scale = Math.max(1, this.canvas.clientWidth) / this.canvas.width;
    return JSON.parse(this.text('landmarks') || '[]')
      .map(({ name, x, y, w, h }) => ({ name, x: x * scale, y: y * scale, w: w * scale, h: h * scale }));
  }

  /// Presses a control in its middle, as a click does.
  press(name) {
    const found = this.landmarks().find((landmark) => landmark.name === name);
    if (!found) return;
    const scale = this.canvas.width / Math.max(1, this.canvas.clientWidth);
    this.call('move', (found.x + found.w / 2) * scale, (found.y + found.h / 2) * scale);
    this.call('button', 0, 1);
    this.call('button', 0, 0);
    this.call('leave');
    this.ask(6);
  }

  stop() {
    this.stopped = true;
    this.camera?.stop();
    try {
      if (this.observer) this.module._zf_store();
    } catch {
      // What it kept last stays kept.
    }
    this.cleanup.abort();
    this.between.port1.close();
    this.observer?.disconnect();
    this.module?.PThread?.terminateAllThreads();
  }
}

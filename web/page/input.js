// Pointer, wheel and keys of the canvas, told to the program. Tab is the page's own, so that the keyboard reaches everything.

// GLFW's numbers of keys that print nothing.
const named = {
  Escape: 256, Enter: 257, Backspace: 259, Insert: 260, Delete: 261, ArrowRight: 262, ArrowLeft: 263, ArrowDown: 264, ArrowUp: 265,
  PageUp: 266, PageDown: 267, Home: 268, End: 269, F1: 290, Shift: 340, Control: 341, Alt: 342,
};
const withControl = 'AOSVXYZ'; // what the program takes together with Ctrl; the rest is the browser's
const cursors = ['default', 'text', 'move', 'ns-resize', 'ew-resize', 'nesw-resize', 'nwse-resize', 'pointer', 'not-allowed'];
const slack = 8; // CSS pixels that a finger may move and still tap
const patience = 300; // milliseconds after which a finger that rests holds the button down
const wheelStep = 100; // CSS pixels of one of ImGui's steps

/// The program's number of a key event and its modifiers (1 Ctrl, 2 Shift, 4 Alt), or nothing where it is not for the program.
export function readKey(event) {
  const graph = event.getModifierState('AltGraph');
  const control = (event.ctrlKey || event.metaKey) && !graph;
  let shift = event.shiftKey;
  const modifiers = () => (control ? 1 : 0) | (shift ? 2 : 0) | (event.altKey && !graph ? 4 : 0);
  if (event.key in named) return { key: named[event.key], modifiers: modifiers() };
  if (event.key.length !== 1 || event.key < ' ' || event.key > '~') return null;
  let key = event.key.toUpperCase();
  if (control && !withControl.includes(key)) return null;
  // What other keyboards print with other modifiers, as the program's shortcuts name it.
  if (key === '+') [key, shift] = ['=', false];
  if (key === '?') [key, shift] = ['/', true];
  return { key: key.charCodeAt(0), modifiers: modifiers() };
}

/// Connects a canvas with a program: `tell(name, ...numbers)` calls its function, 'text' with a text; `ask()` asks for frames.
export class Input {
  constructor(canvas, tell, ask) {
    this.canvas = canvas;
    this.tell = (name, ...args) => { tell(name, ...args); ask(); };
    this.held = new Map(); // physical keys that are down, with the program's numbers
    this.finger = null;
    const on = (target, type, act, options) => target.addEventListener(type, act, options);
    on(canvas, 'pointerdown', (event) => this.down(event));
    on(canvas, 'pointermove', (event) => this.move(event));
    on(canvas, 'pointerup', (event) => this.up(event));
    on(canvas, 'pointercancel', () => { this.finger = null; this.tell('release_all'); });
    on(canvas, 'pointerleave', () => this.tell('leave'));
    on(canvas, 'contextmenu', (event) => event.preventDefault());
    on(canvas, 'wheel', (event) => this.wheel(event), { passive: false });
    on(canvas, 'keydown', (event) => this.keyDown(event));
    on(canvas, 'keyup', (event) => this.keyUp(event));
    on(canvas, 'blur', () => { this.held.clear(); this.tell('release_all'); });
  }

  place(event) {
    const scale = this.canvas.width / Math.max(1, this.canvas.clientWidth);
    return [event.offsetX * scale, event.offsetY * scale];
  }

  down(event) {
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    if (event.pointerType === 'touch') {
      const finger = { x: event.clientX, y: event.clientY, kind: 'tap' };
      this.finger = finger;
      this.tell('move', ...this.place(event));
      setTimeout(() => {
        if (this.finger !== finger || finger.kind !== 'tap') return;
        finger.kind = 'drag';
        this.tell('button', 0, 1);
      }, patience);
      return;
    }
    this.tell('move', ...this.place(event));
    this.tell('button', [0, 2, 1][event.button] ?? 3, 1);
  }

  // A finger that moves up or down scrolls, sideways it drags, where it rests it holds, and else it taps.
  move(event) {
    const finger = event.pointerType === 'touch' ? this.finger : null;
    if (!finger) {
      if (event.pointerType !== 'touch') this.tell('move', ...this.place(event));
      return;
    }
    const [x, y] = [event.clientX - finger.x, event.clientY - finger.y];
    if (finger.kind === 'tap' && Math.hypot(x, y) > slack) {
      finger.kind = Math.abs(y) > Math.abs(x) ? 'scroll' : 'drag';
      if (finger.kind === 'drag') this.tell('button', 0, 1);
    }
    if (finger.kind === 'drag') this.tell('move', ...this.place(event));
    if (finger.kind === 'scroll') {
      this.tell('wheel', 0, y / wheelStep);
      finger.y = event.clientY;
    }
  }

  up(event) {
    if (event.pointerType === 'touch') {
      if (this.finger?.kind === 'tap') this.tell('button', 0, 1);
      if (this.finger && this.finger.kind !== 'scroll') this.tell('button', 0, 0);
      this.finger = null;
      this.tell('leave');
      return;
    }
    this.tell('move', ...this.place(event));
    this.tell('button', [0, 2, 1][event.button] ?? 3, 0);
  }

  wheel(event) {
    event.preventDefault();
    const unit = [1 / wheelStep, 1 / 3, 1][event.deltaMode];
    if (event.ctrlKey !== this.ctrl) {
      this.ctrl = event.ctrlKey;
      this.tell('key', named.Control, event.ctrlKey ? 1 : 0, event.ctrlKey ? 1 : 0);
    }
    this.tell('wheel', -event.deltaX * unit, -event.deltaY * unit);
  }

  keyDown(event) {
    const read = readKey(event);
    if (!read && [...event.key].length === 1 && !event.ctrlKey && !event.metaKey) this.tell('text', event.key); // a letter of another script
    if (!read) return;
    this.ctrl = event.ctrlKey;
    if (!(read.modifiers & 1 && read.key === 86)) event.preventDefault(); // Ctrl+V: the browser pastes
    this.held.set(event.code, read.key);
    this.tell('key', read.key, 1, read.modifiers);
    if (event.key.length === 1 && !(read.modifiers & 1)) this.tell('text', event.key);
  }

  keyUp(event) {
    const read = readKey(event);
    const key = this.held.get(event.code) ?? read?.key;
    this.held.delete(event.code);
    this.ctrl = event.ctrlKey;
    if (key !== undefined) this.tell('key', key, 0, (event.ctrlKey ? 1 : 0) | (event.shiftKey ? 2 : 0) | (event.altKey ? 4 : 0));
  }

  showCursor(number) {
    this.canvas.style.cursor = number < 0 ? 'none' : cursors[number] ?? 'default';
  }
}

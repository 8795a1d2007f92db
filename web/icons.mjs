// node icons.mjs SITE: writes SITE/icon-192.png and SITE/icon-512.png, the drawing of icon.svg filled to its edges, so that systems may
// cut it to a shape of their own.
import path from 'path';
import { writePng } from './png.mjs';

const [site] = process.argv.slice(2);
const ground = [0x15, 0x18, 0x1e];
const tile = [0x2b, 0x31, 0x3b];
const accent = [0x5e, 0xea, 0xd4];
const side = 128; // of the drawing
const inner = 0.8; // of the picture, so that round cuts leave it whole
const rays = 4; // a pixel, along each side

/// The drawing's colour at a place.
function colourAt(x, y) {
  const distance = Math.hypot(x - 64, y - 64);
  if (distance < 12 || Math.abs(distance - 30) < 4.5) return accent;
  if (distance < 30) return ground;
  const inTile = (at) => [20, 51, 82].some((begin) => at >= begin && at < begin + 26);
  const centre = x >= 51 && x < 77 && y >= 51 && y < 77;
  return inTile(x) && inTile(y) && !centre ? tile : ground;
}

for (const size of [192, 512]) {
  const place = (pixel) => ((pixel / size - 0.5) / inner + 0.5) * side;
  writePng(path.join(site, `icon-${size}.png`), size, size, (x, y) => {
    const sum = [0, 0, 0];
    for (let i = 0; i < rays * rays; ++i) {
      colourAt(place(x + (i % rays + 0.5) / rays), place(y + (Math.floor(i / rays) + 0.5) / rays)).forEach((v, c) => { sum[c] += v; });
    }
    return sum.map((v) => v / (rays * rays));
  });
}

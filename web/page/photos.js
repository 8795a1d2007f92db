// Photos as the program reads them (PixelDecoder in web/host_web.h): decoded by the browser, upright, without colour management,
// as the command line decodes them, too.

const mostPixels = 100e6;
const magic = new TextEncoder().encode('ZFRGBA  ');

/// Pixels (ImageData) behind their header, then the file whose orientation they still need.
export function pack(image, unturned = new Uint8Array()) {
  const bytes = new Uint8Array(16 + image.data.length + unturned.length);
  const header = new DataView(bytes.buffer);
  bytes.set(magic);
  header.setUint32(8, image.width, true);
  header.setUint32(12, image.height, true);
  bytes.set(image.data, 16);
  bytes.set(unturned, 16 + image.data.length);
  return bytes;
}

const tag = (bytes, at) => String.fromCharCode(...bytes.subarray(at, at + 4));

/// A WebP file without its EXIF data: some browsers turn it as these say and some do not, but all turn JPEG and PNG.
function withoutExif(bytes) {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (let at = 12; at + 8 <= copy.length; at += 8 + view.getUint32(at + 4, true) + (view.getUint32(at + 4, true) & 1)) {
    if (tag(copy, at) === 'EXIF') copy.set(new TextEncoder().encode('none'), at);
  }
  return new Blob([copy]);
}

/// Whether this browser adds noise to pictures that pages read, as privacy settings do: reads pixels back that it was just given.
export function addsNoise() {
  const context = new OffscreenCanvas(16, 16).getContext('2d', { willReadFrequently: true });
  const given = new ImageData(16, 16);
  given.data.forEach((_, i) => { given.data[i] = i % 4 === 3 ? 255 : (i * 37) % 256; });
  context.putImageData(given, 0, 0);
  return context.getImageData(0, 0, 16, 16).data.some((value, i) => value !== given.data[i]);
}

/// A photo's pixels, shrunk to a shorter side of `side` pixels where that is given; its own bytes where the browser cannot read it or it
/// is too large, which the program then refuses in words.
export async function decode(blob, side = Infinity) {
  let bitmap;
  try {
    const start = new Uint8Array(await blob.slice(0, 12).arrayBuffer());
    const webp = tag(start, 0) === 'RIFF' && tag(start, 8) === 'WEBP' ? new Uint8Array(await blob.arrayBuffer()) : null;
    bitmap = await createImageBitmap(webp ? withoutExif(webp) : blob, { imageOrientation: 'from-image', colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
    if (bitmap.width * bitmap.height > mostPixels) throw new Error('too large');
    const scale = Math.min(1, side / Math.min(bitmap.width, bitmap.height));
    const [width, height] = [bitmap.width, bitmap.height].map((length) => Math.max(1, Math.round(length * scale)));
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, width, height);
    return pack(context.getImageData(0, 0, width, height), webp ?? undefined);
  } catch {
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    bitmap?.close();
  }
}

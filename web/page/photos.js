// Photos as the program reads them (PixelDecoder in web/host_web.h): decoded by the browser, upright, without colour management,
// as the command line decodes them, too.

const mostPixels = 100e6;
const magic = new TextEncoder().encode('ZFRGBA  ');

/// Pixels (ImageData) behind their header.
export function pack(image) {
  const bytes = new Uint8Array(16 + image.data.length);
  const header = new DataView(bytes.buffer);
  bytes.set(magic);
  header.setUint32(8, image.width, true);
  header.setUint32(12, image.height, true);
  bytes.set(image.data, 16);
  return bytes;
}

/// A photo's pixels; its own bytes where the browser cannot read it or it is too large, which the program then refuses in words.
export async function decode(blob) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(blob, { imageOrientation: 'from-image', colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
    if (bitmap.width * bitmap.height > mostPixels) throw new Error('too large');
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(bitmap, 0, 0);
    return pack(context.getImageData(0, 0, bitmap.width, bitmap.height));
  } catch {
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    bitmap?.close();
  }
}

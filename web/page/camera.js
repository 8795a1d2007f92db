// The camera's pictures, handed to the program at the pace at which it takes them.

import { pack } from './photos.js';

const pace = 50; // milliseconds at least between pictures
const reasons = {
  NotAllowedError: 'The camera was refused.',
  NotFoundError: 'Expected a camera, found none.',
  NotReadableError: 'The camera cannot be read: another program may have it.',
};

export class Camera {
  /// `wanted()`: whether the next picture is welcome; `give(bytes)`: one as the program reads it; `failed(words)`: no more will come.
  constructor(wanted, give, failed) {
    Object.assign(this, { wanted, give, failed });
    this.begin();
  }

  async begin() {
    try {
      if (!navigator.mediaDevices) throw new Error('This browser gives no camera to pages that come without https.');
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 640 }, facingMode: 'environment' } });
      if (this.stopped) return this.stop();
      this.stream.getVideoTracks()[0].onended = () => this.end('The camera was unplugged or taken away.');
      this.video = Object.assign(document.createElement('video'), { srcObject: this.stream, muted: true, playsInline: true });
      await this.video.play();
      this.look();
    } catch (error) {
      this.end(reasons[error.name] ?? error.message);
    }
    return undefined;
  }

  look() {
    if (this.stopped) return;
    const { videoWidth: width, videoHeight: height } = this.video;
    if (width > 0 && height > 0 && this.wanted()) {
      this.canvas ??= new OffscreenCanvas(width, height);
      Object.assign(this.canvas, { width, height });
      const context = this.canvas.getContext('2d', { willReadFrequently: true });
      context.drawImage(this.video, 0, 0);
      this.give(pack(context.getImageData(0, 0, width, height)));
    }
    setTimeout(() => this.look(), pace);
  }

  end(words) {
    if (this.stopped) return;
    this.stop();
    this.failed(words);
  }

  stop() {
    this.stopped = true;
    this.stream?.getTracks().forEach((track) => track.stop());
    if (this.video) this.video.srcObject = null;
  }
}

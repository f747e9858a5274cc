/** Files of the kinds that people send, made here. */
import { crc32, deflateSync } from "node:zlib";
import type { Page } from "playwright-core";

/** A file as Playwright hands it to a page. */
export interface Sent {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A picture of a low sun over the sea; each number of `hour` makes another one. */
export function picture(name: string, width: number, height: number, hour = 1): Sent {
  const row = 1 + width * 3;
  const pixels = Buffer.alloc(height * row);
  const horizon = 0.62;
  const sun = { x: ((hour * 29) % 80) / 100 + 0.1, y: 0.3 + ((hour * 13) % 20) / 100 };
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [across, down] = [x / width, y / height];
      const depth = down / horizon;
      const far = Math.hypot((across - sun.x) * (width / height), down - sun.y);
      const glow = Math.max(0, 1 - far * 2.2);
      const wave = Math.sin(down * 260 + Math.sin(across * 40 + hour) * 2) * 10;
      const sky = [70 + depth * 130 + glow * 90, 110 + depth * 70 + glow * 60, 170 - depth * 30 + (hour % 4) * 10];
      const sea = [30 + glow * 120 + wave, 80 + glow * 60 + wave, 105 + wave];
      const colour = far < 0.06 ? [255, 236, 190] : down < horizon ? sky : sea;
      for (const [at, value] of colour.entries()) {
        pixels[y * row + 1 + x * 3 + at] = Math.min(Math.max(Math.round(value), 0), 255);
      }
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [chunk("IHDR", head), chunk("IDAT", deflateSync(pixels)), chunk("IEND", Buffer.alloc(0))];
  return { name, mimeType: "image/png", buffer: Buffer.concat([signature, ...parts]) };
}

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const out = Buffer.alloc(8 + body.length);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), 4 + body.length);
  return out;
}

/** Bytes of no kind that anybody knows, the same each time. */
export function noise(name: string, size: number): Sent {
  const buffer = Buffer.alloc(size);
  let state = 0x9e3779b9;
  for (let at = 0; at + 4 <= size; at += 4) {
    state = Math.imul(state ^ (state >>> 15), 0x85ebca6b) + at;
    buffer.writeInt32LE(state | 0, at);
  }
  return { name, mimeType: "application/octet-stream", buffer };
}

/** A PDF of one empty page. */
export function paper(name: string): Sent {
  const text =
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
  return { name, mimeType: "application/pdf", buffer: Buffer.from(text) };
}

export function words(name: string, text: string): Sent {
  return { name, mimeType: "text/plain", buffer: Buffer.from(text) };
}

/** A sound of two seconds, as a WAV file. */
export function tone(name: string): Sent {
  const rate = 8_000;
  const samples = rate * 2;
  const buffer = Buffer.alloc(44 + samples);
  buffer.write("RIFF", 0, "latin1");
  buffer.writeUInt32LE(36 + samples, 4);
  buffer.write("WAVEfmt ", 8, "latin1");
  buffer.writeUInt32LE(16, 16);
  buffer.writeUInt16LE(1, 20);
  buffer.writeUInt16LE(1, 22);
  buffer.writeUInt32LE(rate, 24);
  buffer.writeUInt32LE(rate, 28);
  buffer.writeUInt16LE(1, 32);
  buffer.writeUInt16LE(8, 34);
  buffer.write("data", 36, "latin1");
  buffer.writeUInt32LE(samples, 40);
  for (let at = 0; at < samples; at += 1) buffer[44 + at] = 128 + Math.round(90 * Math.sin(at / 3));
  return { name, mimeType: "audio/wav", buffer };
}

/** A film of a moving square, recorded by the browser itself. */
export async function film(page: Page, name: string): Promise<Sent> {
  const base64 = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    canvas.width = 320;
    canvas.height = 180;
    const context = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: "video/webm;codecs=vp8" });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const done = new Promise((resolve) => {
      recorder.onstop = resolve;
    });
    recorder.start();
    for (let frame = 0; frame < 50; frame += 1) {
      if (context) {
        context.fillStyle = `hsl(${frame * 7} 60% 50%)`;
        context.fillRect(0, 0, 320, 180);
        context.fillStyle = "white";
        context.fillRect(frame * 5, 60, 60, 60);
      }
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    recorder.stop();
    await done;
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  });
  return { name, mimeType: "video/webm", buffer: Buffer.from(base64, "base64") };
}

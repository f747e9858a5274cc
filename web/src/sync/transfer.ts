/** One file's way to the server: begun once, then piece by piece from wherever the server says that it stands. */
import { type Api, NetworkError, Problem, refusal } from "../api/client.ts";
import type { StoredFile, Upload } from "../api/types.ts";
import type { Clock } from "./clock.ts";
import type { FileWorks } from "./contract.ts";

/** Large enough to keep a fast line busy, small enough that a cut at its end costs little where only whole pieces count. */
const PIECE_BYTES = 6 * 1024 * 1024;
/** A link that takes nothing for so long is dead. */
const STALL_MS = 30_000;
/** Once all bytes are there the server looks at the whole file before it answers. */
const FINISH_MS = 180_000;
/** Disagreements about where an upload stands that are settled by asking. */
const ASKED_MAX = 5;

export interface Transfer {
  readonly name: string;
  readonly type: string;
  readonly bytes: Blob;
  /** The server's name for an upload that was begun before. */
  readonly upload: string | null;
  readonly signal: AbortSignal;
  onBegun(upload: string): void;
  onSent(bytes: number): void;
}

export interface TransferOptions {
  readonly api: Api;
  readonly baseUrl: string;
  readonly files: FileWorks;
  readonly clock: Clock;
}

/** Sends what the server lacks. Rejects with `Problem` or `NetworkError`; calling again goes on where it ended. */
export async function transfer(options: TransferOptions, file: Transfer): Promise<StoredFile> {
  let upload = await standing(options.api, file);
  let asked = 0;
  while (!upload.file) {
    file.onSent(upload.offset);
    try {
      const next = await sendPiece(options, file, upload);
      if (!next.file && next.offset <= upload.offset) throw new NetworkError("The server takes nothing more.");
      upload = next;
    } catch (error) {
      const mismatch = error instanceof Problem && error.code === "offset_mismatch";
      if (!mismatch || asked >= ASKED_MAX) throw error;
      asked += 1;
      upload = await options.api.upload(upload.id);
    }
  }
  file.onSent(upload.size);
  return upload.file;
}

/** Where the upload stands; one that the server has forgotten begins anew. */
async function standing(api: Api, { name, type, bytes, upload, onBegun, signal }: Transfer): Promise<Upload> {
  if (upload !== null) {
    try {
      return await api.upload(upload);
    } catch (error) {
      if (!(error instanceof Problem && error.status === 404)) throw error;
    }
  }
  const begun = await api.beginUpload({ name, size: bytes.size, ...(type ? { type } : {}) });
  if (signal.aborted) void api.dropUpload(begun.id).catch(() => {});
  onBegun(begun.id);
  return begun;
}

async function sendPiece(
  { baseUrl, files, clock }: TransferOptions,
  { bytes, signal, onSent }: Transfer,
  { id, offset }: Upload,
): Promise<Upload> {
  const piece = bytes.slice(offset, offset + PIECE_BYTES);
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  let cancel = clock.timer(stop, STALL_MS);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  try {
    const { status, text, retryAfter } = await files.send({
      url: `${baseUrl}/api/v1/uploads/${id}`,
      headers: {
        accept: "application/json",
        "content-type": "application/octet-stream",
        "upload-offset": String(offset),
      },
      bytes: piece,
      signal: abort.signal,
      onSent(sent) {
        cancel();
        cancel = clock.timer(stop, sent >= piece.size ? FINISH_MS : STALL_MS);
        onSent(offset + Math.min(sent, piece.size));
      },
    });
    if (status < 200 || status > 299) throw refusal(status, retryAfter, text);
    return JSON.parse(text) as Upload;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new NetworkError("The upload was cut.", { cause: error });
  } finally {
    cancel();
    signal.removeEventListener("abort", stop);
  }
}

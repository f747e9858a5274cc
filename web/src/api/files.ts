/** Files as the server tells of them, and where their bytes are. */
import type { Message, Page, RoomId, Time, Ts, UserId } from "./types.ts";

/** A file that the server has. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  /** The media type as sniffed. */
  readonly type: string;
  readonly size: number;
  /** Of an image as it is to be seen; `null` for all else. */
  readonly width: number | null;
  readonly height: number | null;
  /** A thumbhash, base64. */
  readonly placeholder: string | null;
  /** There is a small picture of it. */
  readonly thumbnail: boolean;
  readonly created_at: Time;
}

/** A file that is sent piece by piece. */
export interface Upload {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  /** How many bytes the server has. */
  readonly offset: number;
  readonly expires_at: Time;
  /** Once all bytes are there. */
  readonly file: StoredFile | null;
}

export interface NewUpload {
  readonly name: string;
  readonly size: number;
  readonly type?: string;
}

/** The beginning of a text file. */
export interface TextPreview {
  readonly text: string;
  readonly truncated: boolean;
}

/** A file and the message that carries it. */
export interface RoomFile {
  readonly file: StoredFile;
  readonly message: Message["id"];
  readonly room: RoomId;
  /** The message's place in the room. */
  readonly ts: Ts;
  readonly author: UserId;
  readonly created_at: Time;
}

export type RoomFiles = Page<RoomFile>;

/** Where a file's bytes are. */
export function fileUrl(id: string): string {
  return `/api/v1/files/${id}`;
}

/** The same, to be saved whatever it is. */
export function downloadUrl(id: string): string {
  return `${fileUrl(id)}?download=1`;
}

/** A small picture of an image. */
export function thumbnailUrl(id: string): string {
  return `${fileUrl(id)}/thumbnail`;
}

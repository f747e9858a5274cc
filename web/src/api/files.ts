/** Where files are. */

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

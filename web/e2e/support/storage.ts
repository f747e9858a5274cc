/** What a browser keeps on its disk. */
import type { Page } from "playwright-core";

/** The rows that this browser's storage holds, in the database whose name begins so. */
export async function stored(page: Page | undefined, prefix: string, store: string): Promise<unknown[]> {
  const rows = await page?.evaluate(
    async ([begin, from]) => {
      const name = (await indexedDB.databases())
        .map((known) => known.name ?? "")
        .find((known) => known.startsWith(begin));
      if (!name) return [];
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      const all = await new Promise<unknown[]>((resolve, reject) => {
        const reading = database.transaction(from).objectStore(from).getAll();
        reading.onsuccess = () => resolve(reading.result);
        reading.onerror = () => reject(reading.error);
      });
      database.close();
      return all;
    },
    [prefix, store] as const,
  );
  return rows ?? [];
}

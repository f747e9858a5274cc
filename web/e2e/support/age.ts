/** Makes what was said in a room older, in the database of a server that stands still meanwhile. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Server } from "./server.ts";

const DAY_US = 86_400_000_000;

export async function ageRoom(server: Server, room: string, days: number): Promise<void> {
  await server.kill();
  const database = new DatabaseSync(join(server.data, "parley.db"));
  try {
    const id = Buffer.from(room.replaceAll("-", ""), "hex");
    for (const table of ["messages", "mentions"]) {
      database.prepare(`UPDATE ${table} SET ts = ts - ? WHERE room = ?`).run(days * DAY_US, id);
    }
  } finally {
    database.close();
  }
  await server.start();
}

/**
 * Where the cache, the outbox and the drafts lie: a few named stores of keyed rows, each write one transaction.
 * IndexedDB in a browser; memory where that is missing or forbidden, so that the client still works, for as
 * long as the page lives.
 */
import { deleteDB, type IDBPDatabase, openDB } from "idb";

/** The stores of a database, each with the property that is its rows' key. */
export type Schema = Readonly<Record<string, string>>;

export type Write =
  | { readonly store: string; readonly put: object }
  | { readonly store: string; readonly remove: string }
  | { readonly store: string; readonly clear: true };

export interface Database {
  /** All rows of these stores as they were at one moment. */
  read(stores: readonly string[]): Promise<ReadonlyMap<string, readonly unknown[]>>;
  /** All of it or nothing. */
  write(writes: readonly Write[]): Promise<void>;
  close(): void;
}

export interface Storage {
  /** `onLost`: the database was taken away while it was open, by a newer page or by the browser; every call fails from then on. */
  open(name: string, schema: Schema, onLost?: () => void): Promise<Database>;
  remove(name: string): Promise<void>;
}

/** Raised when a store is added or its rows change their shape. */
const VERSION = 3;
/** Databases from before this version are emptied: their rows have another shape. */
const SHAPE = 1;

export function indexedDbStorage(): Storage {
  return {
    async open(name, schema, onLost = () => {}) {
      const db = await openDB(name, VERSION, {
        upgrade(database, from) {
          if (from < SHAPE) for (const store of [...database.objectStoreNames]) database.deleteObjectStore(store);
          for (const [store, keyPath] of Object.entries(schema)) {
            if (!database.objectStoreNames.contains(store)) database.createObjectStore(store, { keyPath });
          }
        },
        // Another tab wants to delete or upgrade it; holding on would block that tab for ever.
        blocking: (_current, _blocked, event) => {
          (event.target as IDBDatabase).close();
          onLost();
        },
        terminated: onLost,
      });
      return indexedDatabase(db);
    },
    remove: (name) => deleteDB(name),
  };
}

function indexedDatabase(db: IDBPDatabase): Database {
  return {
    async read(stores) {
      const transaction = db.transaction(stores, "readonly");
      const rows = await Promise.all(stores.map((store) => transaction.objectStore(store).getAll()));
      await transaction.done;
      return new Map(stores.map((store, index) => [store, rows[index] ?? []]));
    },
    async write(writes) {
      if (writes.length === 0) return;
      const stores = [...new Set(writes.map((write) => write.store))];
      const transaction = db.transaction(stores, "readwrite", { durability: "strict" });
      const steps: Promise<unknown>[] = [transaction.done];
      for (const write of writes) {
        const store = transaction.objectStore(write.store);
        if ("put" in write) steps.push(store.put(write.put));
        else if ("remove" in write) steps.push(store.delete(write.remove));
        else steps.push(store.clear());
      }
      // Nothing more comes: a page that is on its way out need not live until the rows are answered for.
      transaction.commit();
      await Promise.all(steps);
    },
    close: () => db.close(),
  };
}

/** Keeps everything in `databases`; whoever passes the same map finds it again, as a browser would. */
export function memoryStorage(databases = new Map<string, Map<string, Map<string, object>>>()): Storage {
  return {
    open(name, schema) {
      let stores = databases.get(name);
      if (!stores) {
        stores = new Map(Object.keys(schema).map((store) => [store, new Map()]));
        databases.set(name, stores);
      }
      return Promise.resolve(memoryDatabase(stores, schema));
    },
    remove(name) {
      databases.delete(name);
      return Promise.resolve();
    },
  };
}

function memoryDatabase(stores: Map<string, Map<string, object>>, schema: Schema): Database {
  return {
    read: (names) =>
      Promise.resolve(new Map(names.map((name) => [name, structuredClone([...(stores.get(name)?.values() ?? [])])]))),
    write(writes) {
      for (const write of writes) {
        const rows = stores.get(write.store);
        if (!rows) continue;
        if ("put" in write) rows.set(keyOf(write.put, schema[write.store]), structuredClone(write.put));
        else if ("remove" in write) rows.delete(write.remove);
        else rows.clear();
      }
      return Promise.resolve();
    },
    close: () => {},
  };
}

function keyOf(row: object, property: string | undefined): string {
  return String(Reflect.get(row, property ?? "id"));
}

/** Uses `first`; falls back to memory for good when it fails to open. */
export function withMemoryFallback(first: Storage): Storage {
  const memory = memoryStorage();
  return {
    open: (name, schema, onLost) => first.open(name, schema, onLost).catch(() => memory.open(name, schema)),
    remove: (name) => first.remove(name).catch(() => memory.remove(name)),
  };
}

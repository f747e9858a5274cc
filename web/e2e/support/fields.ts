/** Every text that a call takes, as the served description of the API lists them. */
import type { Server } from "./server.ts";

/** One text of one call. */
export interface Field {
  /** `POST /rooms`, below `/api/v1`. */
  readonly call: string;
  readonly media: string;
  /** Where in the body, or the one name in the query. */
  readonly place: readonly string[];
  readonly within: "body" | "query";
}

/** Stands in a field's place for each item of a list, and for each value of an object with any keys. */
export const EACH = "*";

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export async function textFields(server: Server): Promise<Field[]> {
  const document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as Document;
  const fields: Field[] = [];
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (!path.startsWith("/api/v1/") || method === "parameters") continue;
      const call = `${method.toUpperCase()} ${path.slice("/api/v1".length)}`;
      for (const { in: within, name, schema } of operation.parameters ?? []) {
        if (within === "query" && texts(document, schema).length > 0)
          fields.push({ call, media: "", place: [name], within: "query" });
      }
      for (const [media, { schema }] of Object.entries(operation.requestBody?.content ?? {})) {
        if (!/json|csp-report/.test(media)) continue;
        for (const place of texts(document, schema ?? {})) fields.push({ call, media, place, within: "body" });
      }
    }
  }
  return fields;
}

/** The places of texts within what a schema describes. */
function texts(document: Document, schema: Schema, open: readonly string[] = []): string[][] {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
    const target = document.components.schemas[name];
    if (!target) throw new Error(`the description has no ${name}`);
    return open.includes(name) ? [] : texts(document, target, [...open, name]);
  }
  const below = (part: string, inner: Schema) => texts(document, inner, open).map((place) => [part, ...place]);
  const found = [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].flatMap((one) =>
    texts(document, one, open),
  );
  if ([schema.type].flat().includes("string")) found.push([]);
  if (schema.items) found.push(...below(EACH, schema.items));
  if (typeof schema.additionalProperties === "object") found.push(...below(EACH, schema.additionalProperties));
  for (const [name, inner] of Object.entries(schema.properties ?? {})) found.push(...below(name, inner));
  const seen = new Map(found.map((place) => [place.join("."), place]));
  return [...seen.values()];
}

/** The same body with `text` at a place in it. */
export function withText(body: unknown, [part, ...rest]: readonly string[], text: string): unknown {
  if (part === undefined) return text;
  if (part === EACH) return [withText(undefined, rest, text)];
  const fields = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  return { ...fields, [part]: withText(fields[part], rest, text) };
}

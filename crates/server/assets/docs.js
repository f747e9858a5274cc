// Renders /api/openapi.json. Everything is made of nodes and text, never of HTML strings.

const VERBS = ["get", "post", "put", "patch", "delete"];

/** Makes an element; attributes by name, children nodes or texts. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== ""));
  return element;
}

/** A text whose `code` spans become elements. */
function prose(text) {
  const parts = (text ?? "").split("`");
  return parts.map((part, index) => (index % 2 === 1 ? make("code", {}, part) : part));
}

function paragraphs(text) {
  return (text ?? "").split("\n\n").filter(Boolean).map((part) => make("p", {}, prose(part)));
}

const nameOf = (reference) => reference.split("/").pop();

/** The type of a schema in a few words, its names linked. */
function typeOf(schema) {
  if (schema === undefined || schema === true) return ["anything"];
  if (schema.$ref) {
    const name = nameOf(schema.$ref);
    return [make("a", { href: `#type-${name}`, class: "type" }, name)];
  }
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return between(choices.map(typeOf), " or ");
  if (schema.allOf) return between(schema.allOf.map(typeOf), " with ");
  if (schema.enum) return between(schema.enum.map((value) => [make("code", {}, JSON.stringify(value))]), " ");
  const kinds = [schema.type ?? "object"].flat();
  return between(kinds.map((kind) => ofKind(kind, schema)), " or ");
}

function ofKind(kind, schema) {
  if (kind === "array") return ["list of ", ...typeOf(schema.items)];
  if (kind === "object" && schema.additionalProperties) return ["map to ", ...typeOf(schema.additionalProperties)];
  return [kind === "string" && schema.format ? schema.format : kind];
}

function between(lists, separator) {
  return lists.flatMap((list, index) => (index === 0 ? list : [separator, ...list]));
}

/** The bounds of a value, in words. */
function bounds(schema) {
  const words = [];
  if (schema.minLength !== undefined || schema.maxLength !== undefined) {
    words.push(`${schema.minLength ?? 0}–${schema.maxLength ?? "∞"} characters`);
  }
  if (schema.minimum !== undefined) words.push(`from ${schema.minimum}`);
  if (schema.maximum !== undefined) words.push(`to ${schema.maximum}`);
  if (schema.maxItems !== undefined) words.push(`at most ${schema.maxItems}`);
  if (schema.default !== undefined) words.push(`default ${JSON.stringify(schema.default)}`);
  return words.length > 0 ? ` (${words.join(", ")})` : "";
}

function row(term, ...definition) {
  return make("div", {}, make("dt", {}, term), make("dd", {}, ...definition));
}

/** The fields of an object, or whatever else a schema is. */
function body(schema) {
  if (schema.$ref) return make("p", {}, typeOf(schema));
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) {
    return make("dl", {}, choices.map((choice, index) => row(choice.title ?? `${index + 1}.`, paragraphs(choice.description), body(choice))));
  }
  if (schema.allOf) return make("div", {}, schema.allOf.map(body));
  if (!schema.properties) return make("p", { class: "type" }, typeOf(schema), bounds(schema));
  const needed = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties).map(([name, field]) => {
    const nested = field.properties ? body(field) : undefined;
    const term = make("span", { class: needed.has(name) ? "path needed" : "path" }, name);
    return row(term, make("span", { class: "type" }, typeOf(field), bounds(field)), paragraphs(field.description), nested);
  });
  return make("dl", {}, fields);
}

function operation(verb, path, call, open) {
  const id = `call-${call.operationId}`;
  const parts = [
    make("h3", {}, make("a", { href: `#${id}` }, call.summary ?? call.operationId)),
    make(
      "div",
      { class: "call" },
      make("span", { class: `verb ${verb}` }, verb),
      make("span", { class: "path" }, path),
      open ? make("span", { class: "tag" }, "no sign-in") : undefined,
    ),
    ...paragraphs(call.description),
  ];
  if (call.parameters?.length > 0) {
    const rows = call.parameters.map((parameter) =>
      row(
        make("span", { class: parameter.required ? "path needed" : "path" }, parameter.name),
        make("span", { class: "type" }, typeOf(parameter.schema), bounds(parameter.schema ?? {}), ` in the ${parameter.in}`),
        paragraphs(parameter.description),
      ),
    );
    parts.push(make("h4", {}, "Parameters"), make("dl", {}, rows));
  }
  for (const [kind, content] of Object.entries(call.requestBody?.content ?? {})) {
    parts.push(make("h4", {}, `Body, ${kind}`), body(content.schema ?? {}));
  }
  const answers = Object.entries(call.responses ?? {}).map(([status, answer]) => {
    const good = Number(status) < 400;
    const contents = Object.values(answer.content ?? {});
    const types = good ? contents.map((content) => make("span", { class: "type" }, typeOf(content.schema))) : [];
    return row(status, ...types, make("p", {}, prose(answer.description)));
  });
  parts.push(make("h4", {}, "Answers"), make("dl", {}, answers));
  return make("article", { id, "data-text": `${verb} ${path} ${call.summary ?? ""}`.toLowerCase() }, parts);
}

/** Every call, by the tag it stands under. */
function calls(document_) {
  const byTag = new Map((document_.tags ?? []).map((tag) => [tag.name, { ...tag, calls: [] }]));
  for (const [path, item] of Object.entries(document_.paths ?? {})) {
    for (const verb of VERBS.filter((verb) => item[verb])) {
      const call = item[verb];
      const tag = call.tags?.[0] ?? "other";
      if (!byTag.has(tag)) byTag.set(tag, { name: tag, calls: [] });
      byTag.get(tag).calls.push({ verb, path, call });
    }
  }
  return [...byTag.values()].filter((tag) => tag.calls.length > 0);
}

/** Each problem code with the statuses and calls' words that come with it. */
function problems(tags) {
  const codes = new Map();
  for (const { call } of tags.flatMap((tag) => tag.calls)) {
    for (const [status, answer] of Object.entries(call.responses ?? {})) {
      if (Number(status) < 400) continue;
      for (const part of (answer.description ?? "").split("; ")) {
        const [, code, title] = part.match(/^`([a-z_]+)`: (.*)$/) ?? [];
        if (code) codes.set(code, { status, title });
      }
    }
  }
  return [...codes].sort(([a], [b]) => a.localeCompare(b));
}

function section(id, title, description, content) {
  return make("section", { id, "aria-label": title }, make("h2", {}, title), make("p", { class: "quiet" }, prose(description)), content);
}

function contents(title, links) {
  return make("section", {}, make("h2", {}, title), make("ul", {}, links));
}

function link(href, text, ...children) {
  return make("li", { "data-text": text.toLowerCase() }, make("a", { href }, children));
}

function render(document_) {
  const tags = calls(document_);
  const schemas = Object.entries(document_.components?.schemas ?? {});
  const main = document.getElementById("main");
  const list = document.getElementById("contents");
  main.replaceChildren(
    make("h1", {}, `${document_.info.title} API ${document_.info.version}`),
    ...paragraphs(document_.info.description),
    make("p", {}, "The same for programs: ", make("a", { href: "/api/openapi.json" }, "openapi.json"), "."),
  );
  for (const tag of tags) {
    const articles = tag.calls.map(({ verb, path, call }) => {
      const open = (call.security ?? []).some((one) => Object.keys(one).length === 0);
      return operation(verb, path, call, open);
    });
    main.append(section(`tag-${tag.name}`, tag.name, tag.description, articles));
    list.append(
      contents(
        tag.name,
        tag.calls.map(({ verb, path, call }) =>
          link(`#call-${call.operationId}`, `${verb} ${path} ${call.summary ?? ""}`, make("span", { class: `verb ${verb}` }, verb), call.summary ?? path),
        ),
      ),
    );
  }
  const rows = problems(tags).map(([code, { status, title }]) =>
    make("div", { id: `problem-${code}` }, make("dt", {}, make("code", {}, code)), make("dd", {}, `${status}: ${title}`)),
  );
  main.append(section("problems", "Problems", "What `code` says when something is refused or fails.", [make("dl", {}, rows)]));
  const types = schemas.map(([name, schema]) =>
    make("article", { id: `type-${name}`, "data-text": name.toLowerCase() }, make("h3", {}, make("a", { href: `#type-${name}` }, name)), paragraphs(schema.description), body(schema)),
  );
  main.append(section("types", "Types", "What travels, in the calls and over the gateway.", types));
  list.append(contents("Types", schemas.map(([name]) => link(`#type-${name}`, name, name))));
}

function find(text) {
  const wanted = text.trim().toLowerCase();
  for (const element of document.querySelectorAll("[data-text]")) {
    element.hidden = !element.dataset.text.includes(wanted);
  }
  for (const part of document.querySelectorAll("#contents > section, main > section:has(article)")) {
    part.hidden = part.querySelector("[data-text]:not([hidden])") === null;
  }
}

async function start() {
  const state = document.getElementById("state");
  try {
    const response = await fetch("/api/openapi.json");
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    render(await response.json());
  } catch (error) {
    state.textContent = `The description could not be loaded: ${error.message}. Reload the page to try again.`;
    return;
  }
  document.getElementById("find").addEventListener("input", (event) => find(event.target.value));
  // The browser looked for the anchor before there was anything.
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

start();

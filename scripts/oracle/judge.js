// One document: its client is generated, called, and judged.
import { isDeepStrictEqual } from "node:util";
import { loadClient } from "./client.js";
import { misreading } from "./decode.js";
import { follow, operationsOf, readDocument, unpacked } from "./read.js";
import { SchemaReader } from "./schemas.js";
import { seeded, ValueMaker } from "./values.js";

const base = "https://oracle.test/base";
const shares = [1, 0, 0.5, 0.5];
/** So often an input or a body is made before it is given up: not every one fits. */
const maxTries = 6;

export async function judge(file, work) {
  const root = await readDocument(file);
  const { api, operations } = await loadClient(unpacked(file, work), work);
  const judged = new Judge(root, api, operations);
  for (const operation of operationsOf(root)) await judged.operation(operation);
  return judged;
}

class Judge {
  counts = { operations: 0, calls: 0, answers: 0 };
  findings = [];
  #names = new Map();
  #answer;
  #sent;

  constructor(root, api, operations) {
    this.root = root;
    this.api = api;
    this.mocks = operations;
    this.schemas = new SchemaReader(root);
    for (const [name, { method, path }] of Object.entries(operations)) {
      const key = `${method} ${path}`;
      this.#names.set(key, [...(this.#names.get(key) ?? []), name]);
    }
    const schemes = Object.entries(root.components?.securitySchemes ?? {}).map(([name, at]) => [
      name,
      follow(root, at),
    ]);
    this.ignored = new Set(schemes.map(([, scheme]) => scheme?.name).filter(Boolean));
    const auth = schemes.map(([name, scheme]) => [
      name,
      scheme?.scheme?.toLowerCase() === "basic" ? { username: "u", password: "p" } : "t",
    ]);
    const off = { retry: false, breaker: false, bulkhead: false };
    this.client = api.createClient({
      baseUrl: base,
      resilience: off,
      ...(auth.length > 0 ? { auth: Object.fromEntries(auth) } : {}),
      transport: async (input, init) => {
        this.#sent = input instanceof Request ? input.clone() : new Request(input, { ...init, duplex: "half" });
        return this.#answer();
      },
    });
  }

  async operation(operation) {
    const name = this.#names.get(`${operation.method} ${operation.path}`)?.shift();
    if (name === undefined) return;
    this.counts.operations++;
    this.checkMocks(operation, this.mocks[name]);
    let usable;
    for (const type of contentTypes(operation)) {
      for (const [seed, share] of shares.entries()) {
        const input = this.input(operation, this.mocks[name], type, seed + 1, share);
        if (input === undefined) continue;
        usable ??= input;
        await this.request(operation, name, input);
      }
    }
    if (usable === undefined) return;
    for (const response of operation.responses)
      for (const seed of [1, 2]) await this.response(operation, name, usable, response, seed);
  }

  checkMocks({ key, responses }, { answers }) {
    for (const { status, content = {} } of responses) {
      const [mediaType = "", data] =
        answers[status.toUpperCase().startsWith("D") ? status : status.toUpperCase()] ?? [];
      const schema = follow(this.root, content[typeAmong(content, mediaType)])?.schema;
      if (data === undefined || schema === undefined || !isJson(mediaType)) continue;
      this.counts.answers++;
      const value = JSON.parse(JSON.stringify(data() ?? null));
      if (this.isExample(value, follow(this.root, content[typeAmong(content, mediaType)]))) continue;
      const why = this.schemas.misfit(value, schema, "read");
      if (why !== undefined) this.found("misfits", `${key} ${status}: ${why}`);
    }
  }

  /** What the document itself gives for an example is right, whatever its schema says. */
  isExample(value, { example, examples = {}, schema = {} }) {
    const all = [example, schema.example, ...Object.values(examples).map((entry) => follow(this.root, entry)?.value)];
    return all.some((own) => own !== undefined && isDeepStrictEqual(plainJson(own), value));
  }

  found(kind, text) {
    this.findings.push({ kind, text });
  }

  /** An input that fits the operation's schemas; `undefined` where none was found. */
  input(operation, { key }, contentType, seed, share) {
    const random = seeded(seed * 7919);
    const input = {};
    for (const parameter of operation.parameters) {
      const { in: place, name, required, schema } = parameter;
      if (place === "querystring" || isKey(key, place, name)) continue;
      if (place === "header" && /^(accept|content-type|authorization)$/i.test(name)) continue;
      if (required !== true && place !== "path" && random() >= share) continue;
      const [content] = Object.values(parameter.content ?? {});
      // A path needs text in each of its places: an object without members has none.
      const options = { share: place === "path" ? 1 : share, isPlain: isLimited(parameter), hasNull: false };
      const value = this.fitting(schema ?? content?.schema ?? {}, random, options);
      if (value === undefined && (required === true || place === "path")) return undefined;
      if (value !== undefined && value !== "") input[place] = { ...input[place], [name]: value };
    }
    const { body, method } = operation;
    if (body !== undefined && contentType !== undefined && method !== "GET" && method !== "HEAD") {
      const { schema = {} } = follow(this.root, body.content[contentType]);
      const isForm = /form/.test(contentType);
      const value =
        isJson(contentType) || isForm
          ? this.fitting(schema, random, { share, hasBytes: isForm, hasNull: !isForm })
          : rawBody(contentType, schema);
      if (value === undefined && body.required === true) return undefined;
      if (value !== undefined) Object.assign(input, { body: value, contentType });
    }
    return key === undefined ? input : { ...input, idempotencyKey: `key-${seed}` };
  }

  fitting(schema, random, options) {
    for (let tries = 0; tries < maxTries; tries++) {
      const value = new ValueMaker(this.schemas, "write", random, options).of(schema);
      if (this.schemas.misfit(withoutBytes(value), schema, "write") === undefined) return value;
    }
    return undefined;
  }

  async request(operation, name, input) {
    const [success] = operation.responses.filter(({ status }) => /^2\d\d$/.test(status));
    this.#sent = undefined;
    this.#answer = () => new Response(null, { status: Number(success?.status ?? 204) });
    const { contentType, ...rest } = input;
    const hasChoice = Object.keys(operation.body?.content ?? {}).length > 1;
    const outcome = await this.call(name, hasChoice && contentType !== undefined ? input : rest);
    if (this.#sent === undefined) {
      this.found("requests", `${operation.key}: not sent: ${outcome.error?.message}`);
      return;
    }
    const { key } = this.mocks[name];
    const ignored = key === undefined ? this.ignored : new Set([...this.ignored, key.name]);
    const why = await misreading(operation, input, this.#sent, "/base", ignored).catch(
      (error) => `cannot be read: ${error.message}`,
    );
    if (why !== undefined) this.found("requests", `${operation.key}: ${why}`);
  }

  async call(name, input) {
    this.counts.calls++;
    try {
      return await this.api[name](this.client, input, { resilience: { retry: false } }).result();
    } catch (error) {
      return { ok: false, error };
    }
  }

  async response(operation, name, input, { status: written, content = {} }, seed) {
    const status = statusOf(written, operation.responses);
    const mediaType = Object.keys(content).find(isJson);
    if (status === undefined || mediaType === undefined || operation.method === "HEAD") return;
    const { schema = {} } = follow(this.root, content[mediaType]);
    const value = this.received(schema, seed);
    if (value === undefined) return;
    const type = mediaType.includes("*") ? "application/json" : mediaType;
    this.#answer = () => new Response(JSON.stringify(value), { status, headers: { "content-type": type } });
    const hasChoice = Object.keys(operation.body?.content ?? {}).length > 1;
    const { contentType: _contentType, ...rest } = input;
    const outcome = await this.call(name, hasChoice ? input : rest);
    const got = outcome.ok ? outcome.data : outcome.error?.body;
    const isExpected = status < 300 ? outcome.ok : outcome.error?.code === "http" && outcome.error.status === status;
    if (!isExpected || !isDeepStrictEqual(plainJson(got), plainJson(value)))
      this.found("responses", `${operation.key} ${written}: ${isExpected ? "another value" : outcome.error?.message}`);
  }

  received(schema, seed) {
    const random = seeded(seed * 104_729);
    for (let tries = 0; tries < maxTries; tries++) {
      const value = new ValueMaker(this.schemas, "read", random, { share: seed === 1 ? 0.9 : 0.3 }).of(schema);
      if (this.schemas.misfit(value, schema, "read") === undefined) return value;
    }
    return undefined;
  }
}

function isJson(mediaType) {
  return /[/+]json\s*(;|$)/i.test(mediaType);
}

/** What a documented status may be in an answer: one of a range, or one that is not documented itself. */
function statusOf(written, responses) {
  if (/^\d{3}$/.test(written)) return /^(204|205|304|3\d\d|1\d\d)$/.test(written) ? undefined : Number(written);
  const candidates = /^[245]XX$/i.test(written)
    ? [0, 1, 18, 29, 51].map((more) => Number(written[0]) * 100 + more)
    : [418, 501];
  if (!/^(default|[245]XX)$/i.test(written)) return undefined;
  return candidates.find(
    (status) =>
      status !== 204 && !responses.some((other) => other !== undefined && covers(other.status, status, written)),
  );
}

function covers(status, candidate, own) {
  return (
    status !== own &&
    (status === String(candidate) || (own === "default" && status.toUpperCase() === `${String(candidate)[0]}XX`))
  );
}

function typeAmong(content, mediaType) {
  const bare = (type) => type.split(";")[0].trim();
  return (
    Object.keys(content).find((type) => type === mediaType) ??
    Object.keys(content).find((type) => bare(type) === bare(mediaType)) ??
    Object.keys(content)[0]
  );
}

function contentTypes({ body }) {
  const all = Object.keys(body?.content ?? {});
  const known = all.filter((type) => isJson(type) || /form-urlencoded|form-data|^text\/|octet-stream/.test(type));
  return known.length > 0 ? known.slice(0, 3) : [undefined];
}

/** Places where not every text can stand, whatever is encoded. */
function isLimited({ in: place, style }) {
  return place === "header" || style === "label" || style === "cookie";
}

function plainJson(value) {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function isKey(key, place, name) {
  return key !== undefined && key.in === place && key.name.toLowerCase() === name.toLowerCase();
}

function rawBody(contentType, schema) {
  return /octet-stream/.test(contentType) || schema.format === "binary" ? new Blob(["bytes"]) : "some text";
}

function withoutBytes(value) {
  if (value instanceof Blob) return "bytes";
  if (Array.isArray(value)) return value.map(withoutBytes);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutBytes(member)]));
}

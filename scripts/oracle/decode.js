// Reads a request as a server would that knows nothing but the document, and compares it with what the caller gave.
// Written from OpenAPI 3.2, "Style Values", and RFC 6570.

import { isDeepStrictEqual } from "node:util";

const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Blob);

/** @returns why a request is not what the caller meant; `undefined` where it is */
export async function misreading(operation, input, request, basePath, ignored) {
  const url = new URL(request.url);
  const path = url.pathname.slice(basePath.length);
  const [template, own = ""] = operation.path.split("?");
  const names = [];
  const source = template.replace(/[\\^$.*+?()[\]|]/g, "\\$&").replace(/\{([^}]*)\}/g, (_, name) => {
    names.push(name);
    return "([^/?#]+)";
  });
  const found = new RegExp(
    `^${encodeURI(source).replaceAll("%5C", "\\").replaceAll("%5E", "^").replaceAll("%5B", "[").replaceAll("%5D", "]")}$`,
  ).exec(path);
  if (found === null) return `path ${path} is not ${template}`;
  const raw = new Map(names.map((name, index) => [name, found[index + 1]]));
  const pairs = url.search
    .slice(1)
    .split("&")
    .filter(Boolean)
    .map((text) => {
      const at = text.indexOf("=");
      return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
    });
  const claimed = new Set();
  for (const [name, value] of new URLSearchParams(own)) {
    const at = pairs.findIndex(([key, text]) => fromForm(key) === name && fromForm(text) === value);
    if (at < 0) return `the query of the path is missing: ${name}=${value}`;
    claimed.add(at);
  }
  for (const parameter of operation.parameters) {
    const { in: place, name } = parameter;
    const given = input[place]?.[name];
    const read = { path: readPath, query: readQuery, header: readHeader, cookie: readCookie }[place];
    if (read === undefined || (place === "query" && given === undefined)) continue;
    const got = read(parameter, given, { raw, pairs, claimed, headers: request.headers });
    if (!isSame(got, textsOf(given))) return `${place} ${name}: ${show(given)} was read as ${show(got)}`;
  }
  const rest = pairs.filter(([key], index) => !claimed.has(index) && !ignored.has(fromForm(key)));
  if (rest.length > 0 && !operation.parameters.some((parameter) => parameter.in === "querystring"))
    return `the query has more than was given: ${rest.map((pair) => pair.join("=")).join("&")}`;
  return misreadBody(operation, input, request, ignored);
}

function readPath(parameter, given, { raw }) {
  const { name, style = "simple", explode = false } = parameter;
  let text = raw.get(name) ?? "";
  if (parameter.content !== undefined) return textsOf(JSON.parse(decodeURIComponent(text)));
  if (style === "label") text = text.replace(/^\./, "");
  if (style === "matrix") {
    const parts = text.split(";").slice(1).map(assignment);
    if (explode && isObject(given))
      return Object.fromEntries(parts.map(([key, value]) => [decodeURIComponent(key), decodeURIComponent(value)]));
    if (parts.some(([key]) => decodeURIComponent(key) !== name)) return text;
    if (explode && Array.isArray(given)) return parts.map(([, value]) => decodeURIComponent(value));
    text = parts[0]?.[1] ?? "";
  }
  const delimiter = style === "label" && explode ? "." : ",";
  return listed(text, given, delimiter, explode, decodeURIComponent);
}

function readQuery(parameter, given, { pairs, claimed }) {
  const { name, style = "form", explode = style === "form" || style === "deepObject" } = parameter;
  const take = (matches) => {
    const taken = [];
    for (const [index, [key, value]] of pairs.entries()) {
      if (claimed.has(index) || !matches(fromForm(key))) continue;
      claimed.add(index);
      taken.push([fromForm(key), value]);
    }
    return taken;
  };
  if (parameter.content !== undefined) {
    const [pair] = take((key) => key === name);
    return pair && textsOf(JSON.parse(fromForm(pair[1])));
  }
  return readMember(name, given, style, explode, take);
}

/** A member of a query or of a form. */
function readMember(name, given, style, explode, take) {
  if (style === "deepObject")
    return nested(
      name,
      take((key) => key === name || key.startsWith(`${name}[`)),
      given,
    );
  if (isObject(given) && explode) {
    const taken = take((key) => Object.hasOwn(given, key));
    return taken.length === 0
      ? undefined
      : Object.fromEntries(taken.map(([key, value]) => [key, jsonOr(given[key], fromForm(value))]));
  }
  const taken = take((key) => key === name).map(([, value]) => value);
  if (taken.length === 0) return undefined;
  if (Array.isArray(given) && explode) return taken.map((value, index) => jsonOr(given[index], fromForm(value)));
  const delimiter = { spaceDelimited: "%20", pipeDelimited: "%7C" }[style] ?? ",";
  return listed(taken[0].replaceAll("|", "%7C"), given, delimiter, false, fromForm);
}

function readHeader(parameter, given, { headers }) {
  const { name, explode = false } = parameter;
  const text = headers.get(name);
  if (given === undefined || ["accept", "content-type", "authorization"].includes(name.toLowerCase()))
    return textsOf(given);
  if (parameter.content !== undefined) return textsOf(JSON.parse(text));
  if (text === null) return undefined;
  // Nothing is escaped in a header: a list of objects can be read as JSON only.
  if (Array.isArray(given) && given.some(isObject)) return textsOf(JSON.parse(`[${text}]`));
  return listed(text, given, ",", explode, (value) => value);
}

function readCookie(parameter, given, { headers }) {
  const { name, style = "form", explode = style === "form" } = parameter;
  if (given === undefined) return undefined;
  const decode = style === "cookie" ? (text) => text : fromForm;
  const cookies = (headers.get("cookie") ?? "").split("; ").map(assignment);
  const take = (matches) => cookies.filter(([key]) => matches(decode(key))).map(([key, value]) => [decode(key), value]);
  if (parameter.content !== undefined) return textsOf(JSON.parse(fromForm(take((key) => key === name)[0]?.[1] ?? "")));
  return readMember(name, given, "form", explode, take);
}

async function misreadBody({ body }, { body: given, contentType }, request, ignored) {
  if (body === undefined || given === undefined) return undefined;
  const type = request.headers.get("content-type") ?? "";
  const plainType = type.split(";")[0].trim().toLowerCase();
  const wanted = contentType.split(";")[0].trim().toLowerCase();
  if (plainType !== wanted && !wanted.includes("*")) return `body is ${plainType} instead of ${wanted}`;
  const { encoding = {} } = body.content[contentType];
  const bytes = await request.arrayBuffer();
  if (/[/+]json$/.test(wanted)) {
    const got = JSON.parse(new TextDecoder().decode(bytes));
    const meant = JSON.parse(JSON.stringify(given));
    return isDeepStrictEqual(got, isObject(got) && isObject(meant) ? { ...pick(got, ignored), ...meant } : meant)
      ? undefined
      : `body: ${show(given)} was read as ${show(got)}`;
  }
  if (wanted === "application/x-www-form-urlencoded")
    return misreadForm(given, encoding, new TextDecoder().decode(bytes), ignored);
  if (wanted === "multipart/form-data") return misreadParts(given, encoding, bytes, type, ignored);
  const expected = given instanceof Blob ? await given.text() : given;
  const got = new TextDecoder().decode(bytes);
  return typeof expected === "string" && got !== expected
    ? `body: ${show(expected)} was read as ${show(got)}`
    : undefined;
}

function misreadForm(given, encoding, text, ignored) {
  const pairs = text.split("&").filter(Boolean).map(assignment);
  const claimed = new Set();
  for (const [name, value] of Object.entries(given)) {
    const { style, explode, contentType = "" } = encoding[name] ?? {};
    const take = (matches) => {
      const at = [...pairs.keys()].filter((index) => !claimed.has(index) && matches(fromForm(pairs[index][0])));
      for (const index of at) claimed.add(index);
      return at.map((index) => [fromForm(pairs[index][0]), pairs[index][1]]);
    };
    const isDeep = Array.isArray(value)
      ? value.some((item) => typeof item === "object" && item !== null)
      : isObject(value);
    const usual = isDeep ? "deepObject" : "form";
    const isJson = style === undefined && /json/.test(contentType) && typeof value === "object";
    const got = isJson
      ? take((key) => key === name).map(([, item]) => textsOf(JSON.parse(fromForm(item))))[0]
      : readMember(name, value, style ?? usual, explode ?? (style ?? usual) !== "spaceDelimited", take);
    if (!isSame(got, textsOf(value))) return `form ${name}: ${show(value)} was read as ${show(got)}`;
  }
  const rest = pairs.filter(([key], index) => !claimed.has(index) && !ignored.has(fromForm(key)));
  return rest.length > 0 ? `the form has more than was given: ${rest.join(" ")}` : undefined;
}

async function misreadParts(given, encoding, bytes, type, ignored) {
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  for (const [name, value] of Object.entries(given)) {
    if (encoding[name]?.style !== undefined) continue;
    const items = (Array.isArray(value) ? value : [value]).filter((item) => item !== null);
    const parts = form.getAll(name);
    if (parts.length !== items.length) return `part ${name}: ${items.length} were given, ${parts.length} came`;
    for (const [index, item] of items.entries()) {
      const part = parts[index];
      const got = typeof part === "string" ? part : await part.text();
      const meant = item instanceof Blob ? await item.text() : typeof item === "object" ? item : String(item);
      if (typeof meant === "object" ? !isSame(JSON.parse(got), JSON.parse(JSON.stringify(meant))) : got !== meant)
        return `part ${name}: ${show(meant)} was read as ${show(got)}`;
    }
  }
  const more = [...form.keys()].filter((name) => !Object.hasOwn(given, name) && !ignored.has(name) && !/\[/.test(name));
  return more.length > 0 ? `the form has more than was given: ${more.join(", ")}` : undefined;
}

/** A value that was written in one text. */
function listed(text, given, delimiter, explode, decode) {
  if (Array.isArray(given))
    return given.length === 0 && text === ""
      ? []
      : text.split(delimiter).map((item, index) => jsonOr(given[index], decode(item)));
  if (!isObject(given)) return decode(text);
  const parts = text.split(delimiter);
  if (explode) return Object.fromEntries(parts.map(assignment).map(([key, value]) => [decode(key), decode(value)]));
  const entries = parts.flatMap((key, index) =>
    index % 2 === 0 ? [[decode(key), decode(parts[index + 1] ?? "")]] : [],
  );
  return Object.fromEntries(entries);
}

/** `a[b][0]=1`, and `a[b][]=1`. */
function nested(name, pairs, given) {
  if (pairs.length === 0) return undefined;
  if (typeof given !== "object" || given === null) return fromForm(pairs[0][1]);
  const root = {};
  for (const [key, value] of pairs) {
    const steps = [...key.slice(name.length).matchAll(/\[([^\]]*)\]/g)].map(([, step]) => step);
    if (steps.length === 0) root[Object.keys(root).length] = fromForm(value);
    let at = root;
    for (const [index, step] of steps.entries()) {
      const own = step === "" ? String(Object.keys(at).length) : step;
      if (index === steps.length - 1) at[own] = fromForm(value);
      else at = at[own] ??= {};
    }
  }
  return root;
}

/** An object where a style has no place for one. */
function jsonOr(given, text) {
  return typeof given === "object" && given !== null ? textsOf(JSON.parse(text)) : text;
}

function assignment(text) {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function fromForm(text) {
  return decodeURIComponent(text.replaceAll("+", " "));
}

/** A value as the texts that it is sent as; what is nothing is not sent. */
export function textsOf(value) {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.map(textsOf).filter((item) => item !== undefined);
  if (!isObject(value)) return String(value);
  const entries = Object.entries(value).map(([name, member]) => [name, textsOf(member)]);
  return Object.fromEntries(entries.filter(([, member]) => member !== undefined));
}

/** Equal; a list is the same as an object with its indices, and nothing as what holds nothing. */
export function isSame(one, other) {
  if (isEmpty(one) && isEmpty(other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return one === other;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => isSame(one[name], other[name]));
}

function isEmpty(value) {
  return value === undefined || (typeof value === "object" && value !== null && Object.values(value).every(isEmpty));
}

/** Members that a credential or a key adds. */
function pick(value, names) {
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.has(name)));
}

function show(value) {
  return (value instanceof Blob ? "bytes" : (JSON.stringify(value) ?? "nothing")).slice(0, 200);
}

// Documents of any number of operations: a resource has five of them, three schemas and a tag of its own. Every tenth
// resource also has a union, an upload and an event stream. The same number gives the same bytes.

const words = ["Account", "Beacon", "Harbor", "Invoice", "Ledger", "Orchid", "Parcel", "Quarry", "Roster", "Sensor"];

/** @param {number} count of operations */
export function syntheticSpec(count) {
  const resources = Array.from({ length: Math.ceil(count / 5) }, (_, index) => resource(index));
  const operations = resources.flatMap(operationsOf).slice(0, count);
  const paths = {};
  for (const { path, method, operation } of operations) {
    paths[path] ??= {};
    paths[path][method] = operation;
  }
  return {
    openapi: "3.0.3",
    info: { title: `Synthetic ${count}`, version: "1.0.0" },
    servers: [{ url: "https://api.example.test/v1" }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      responses: { Problem: answer("What went wrong.", ref("Problem"), "application/problem+json") },
      schemas: Object.assign(sharedSchemas(), ...resources.map(schemasOf)),
    },
  };
}

function resource(index) {
  const name = `${words[index % words.length]}${Math.floor(index / words.length) + 1}`;
  return { name, index, isSpecial: index % 10 === 9 };
}

const ref = (name) => ({ $ref: `#/components/schemas/${name}` });

function answer(description, schema, mediaType = "application/json") {
  return { description, content: { [mediaType]: { schema } } };
}

function sharedSchemas() {
  return {
    Problem: {
      type: "object",
      description: "Problem details (RFC 9457).",
      required: ["type", "title", "status"],
      properties: {
        type: { type: "string", format: "uri" },
        title: { type: "string" },
        status: { type: "integer", minimum: 100, maximum: 599 },
        errors: { type: "object", additionalProperties: { type: "array", items: { type: "string" } } },
      },
    },
    Money: {
      type: "object",
      required: ["amount", "currency"],
      properties: { amount: { type: "integer" }, currency: { type: "string", enum: ["EUR", "GBP", "JPY", "USD"] } },
    },
  };
}

function schemasOf({ name, index, isSpecial }) {
  const properties = {
    id: { type: "string", format: "uuid", readOnly: true },
    createdAt: { type: "string", format: "date-time", readOnly: true },
    name: { type: "string", minLength: 1, maxLength: 120, description: `What people call the ${name}.` },
    status: { type: "string", enum: ["draft", "active", "archived"] },
    parentId: { type: "string", format: "uuid", nullable: true },
    price: ref("Money"),
    labels: { type: "array", items: { type: "string" } },
    attributes: { type: "object", additionalProperties: { type: "string" } },
    "legacy-code": { type: "integer", deprecated: true },
    ...(index > 0 ? { related: ref(resource(index - 1).name) } : {}),
    ...(isSpecial ? { source: ref(`${name}Source`) } : {}),
  };
  return {
    [name]: { type: "object", required: ["id", "createdAt", "name", "status"], properties },
    [`${name}Patch`]: {
      type: "object",
      properties: { name: properties.name, status: properties.status, labels: properties.labels },
    },
    [`${name}Page`]: {
      type: "object",
      required: ["items"],
      properties: { items: { type: "array", items: ref(name) }, nextCursor: { type: "string", nullable: true } },
    },
    ...(isSpecial ? unionSchemas(name) : {}),
  };
}

function unionSchemas(name) {
  const member = (kind, property) => ({
    type: "object",
    required: ["kind"],
    properties: { kind: { type: "string", enum: [kind] }, [property]: { type: "string" } },
  });
  return {
    [`${name}Card`]: member("card", "last4"),
    [`${name}Bank`]: member("bank", "iban"),
    [`${name}Source`]: {
      oneOf: [ref(`${name}Card`), ref(`${name}Bank`)],
      discriminator: { propertyName: "kind" },
    },
  };
}

function operationsOf(own) {
  const { name, isSpecial } = own;
  const all = `/${name.toLowerCase()}`;
  const one = `${all}/{id}`;
  const json = (schema) => ({ required: true, content: { "application/json": { schema } } });
  const found = answer("The one asked for.", ref(name));
  if (isSpecial) found.content["text/event-stream"] = { schema: ref(name) };
  return [
    operation(own, "list", all, "get", { parameters: listParameters(), 200: answer("A page.", ref(`${name}Page`)) }),
    operation(own, "create", all, "post", {
      requestBody: isSpecial ? upload() : json(ref(name)),
      201: answer("Created.", ref(name)),
    }),
    operation(own, "get", one, "get", { parameters: [idParameter()], 200: found }),
    operation(own, "update", one, "patch", {
      parameters: [idParameter()],
      requestBody: json(ref(`${name}Patch`)),
      200: answer("Changed.", ref(name)),
    }),
    operation(own, "delete", one, "delete", { parameters: [idParameter()], 204: { description: "Gone." } }),
  ];
}

/** Of what is special to an operation, numbers are its answers. */
function operation({ name }, verb, path, method, { parameters, requestBody, ...answers }) {
  const problem = { $ref: "#/components/responses/Problem" };
  return {
    path,
    method,
    operation: {
      operationId: `${verb}${name}`,
      tags: [name],
      summary: `${verb[0].toUpperCase()}${verb.slice(1)} ${name}.`,
      ...(parameters === undefined ? {} : { parameters }),
      ...(requestBody === undefined ? {} : { requestBody }),
      responses: { ...answers, 404: problem, 429: problem, default: problem },
    },
  };
}

function listParameters() {
  const status = { type: "array", items: { type: "string", enum: ["draft", "active", "archived"] } };
  return [
    { name: "limit", in: "query", schema: { type: "integer", minimum: 1, maximum: 100, default: 25 } },
    { name: "cursor", in: "query", schema: { type: "string" } },
    { name: "status", in: "query", schema: status },
    { name: "X-Request-Id", in: "header", schema: { type: "string" } },
  ];
}

function idParameter() {
  return { name: "id", in: "path", required: true, schema: { type: "string", format: "uuid" } };
}

function upload() {
  const properties = { file: { type: "string", format: "binary" }, name: { type: "string" } };
  const schema = { type: "object", required: ["file"], properties };
  return { required: true, content: { "multipart/form-data": { schema } } };
}

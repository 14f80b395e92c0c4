import { expect, test } from "vitest";
import { built, openapi, told } from "../../tests/support/stages.js";

const responses = { 200: { description: "Heard." } };
const withBody = (schema: object): object => ({
  requestBody: { content: { "application/json": { schema } } },
  responses,
});
const refTo = (name: string): object => ({ $ref: `#/components/${name}` });

test("webhooks are found under either name, also by reference", async () => {
  const rest = {
    "x-webhooks": { sent: { $ref: "#/components/pathItems/Sent" }, "x-note": "none" },
    components: { pathItems: { Sent: { post: withBody({ type: "string" }) } } },
  };
  const { api, problems } = await built({ ...openapi({}, rest), openapi: "3.0.3" });
  expect(api.webhooks).toMatchObject([{ name: "sent", status: 200, match: {} }]);
  expect(told(problems)).toEqual([]);
});

test("callbacks have the final name of their operation; further addresses and methods have theirs behind it", async () => {
  const callbacks = {
    done: { "{$request.body#/url}": { post: withBody({}), put: withBody({}) } },
    failed: refTo("callbacks/Failed"),
  };
  const paths = { "/jobs": { post: { operationId: "start-job", callbacks, responses } } };
  const components = { callbacks: { Failed: { "{$request.query.url}": { post: { responses } } } } };
  const { api } = await built(openapi(paths, { components }));
  expect(api.webhooks.map(({ name }) => name)).toEqual(["startJob.done", "startJob.done.post", "startJob.failed"]);
});

test("members with one value tell which webhook it is, also from what a schema is put together of", async () => {
  const schemas = {
    Base: { type: "object", properties: { version: { type: "integer", enum: [2] }, kind: { type: "string" } } },
    Sent: { allOf: [refTo("schemas/Base"), { properties: { kind: { const: "sent" }, any: { enum: ["a", "b"] } } }] },
  };
  const webhooks = { sent: { post: withBody(refTo("schemas/Sent")) } };
  const { api } = await built(openapi({}, { webhooks, components: { schemas } }));
  expect(api.webhooks[0]?.match).toEqual({ version: 2, kind: "sent" });
});

import { expect, test } from "vitest";
import { built, openapi } from "../../tests/support/stages.js";

const responses = { 200: { description: "Fine." } };

async function encodingOf(mediaType: string, media: object): Promise<unknown> {
  const post = { requestBody: { content: { [mediaType]: media } }, responses };
  const { api } = await built(openapi({ "/a": { post } }));
  return api.groups[0]?.operations[0]?.body?.contents[0]?.encoding;
}

test("a part has a content type that is one; a list, a range and what would make a header more are none", async () => {
  const types = ["text/csv", 'text/plain; charset="utf-8"', "image/png, image/jpeg", "image/*", "a/b\r\nX: 1", "a"];
  const encoding = Object.fromEntries(types.map((contentType, index) => [`p${index}`, { contentType }]));
  expect(await encodingOf("multipart/form-data", { schema: { type: "object" }, encoding })).toEqual({
    p0: { contentType: "text/csv" },
    p1: { contentType: 'text/plain; charset="utf-8"' },
  });
});

test("a text of encoded bytes says what they are, unless that is no media type", async () => {
  const base64 = { type: "string", contentEncoding: "base64" };
  const properties = {
    png: { ...base64, contentMediaType: "image/png" },
    bytes: base64,
    evil: { ...base64, contentMediaType: "a/b\r\nX: 1" },
    text: { type: "string", contentMediaType: "text/csv" },
  };
  expect(await encodingOf("multipart/form-data", { schema: { type: "object", properties } })).toEqual({
    png: { contentType: "image/png" },
    bytes: { contentType: "application/octet-stream" },
    evil: { contentType: "application/octet-stream" },
  });
});

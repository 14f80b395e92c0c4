import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formBody, jsonBody, multipart, plainBody } from "./body.js";
import { jsonStyle, listStyle } from "./styles.js";
import type { BodyEncoder, MemberEncoding } from "./types.js";

const encoded = (encoder: BodyEncoder, body: unknown, type: string, encoding: Record<string, MemberEncoding> = {}) =>
  encoder(body, type, encoding);

describe("JSON", () => {
  test("is written as JSON under its own type", () => {
    expect(encoded(jsonBody, { a: [1, null] }, "application/merge-patch+json")).toEqual({
      content: '{"a":[1,null]}',
      contentType: "application/merge-patch+json",
    });
  });

  test("dates are written as ISO 8601", () => {
    expect(encoded(jsonBody, { at: new Date(0) }, "application/json").content).toBe(
      '{"at":"1970-01-01T00:00:00.000Z"}',
    );
  });

  test("what is no JSON is refused", () => {
    expect(() => encoded(jsonBody, 1n, "application/json")).toThrow(TypeError);
  });
});

describe("text and bytes", () => {
  const contentOf = (body: unknown): unknown => encoded(plainBody, body, "application/octet-stream").content;

  test("a text is itself; a number or a date is its text; an object is JSON", () => {
    expect([contentOf("é"), contentOf(1.5), contentOf(new Date(0)), contentOf({ a: 1 })]).toEqual([
      "é",
      "1.5",
      "1970-01-01T00:00:00.000Z",
      '{"a":1}',
    ]);
  });

  test("bytes are copied, so that later changes do not reach the wire", () => {
    const bytes = new Uint8Array([1, 2, 3]);
    const copies = [contentOf(bytes), contentOf(bytes.buffer), contentOf(new DataView(bytes.buffer, 1, 2))];
    bytes.fill(9);
    expect(copies).toEqual([new Uint8Array([1, 2, 3]), new Uint8Array([1, 2, 3]), new Uint8Array([2, 3])]);
  });

  test("a Blob and a stream are sent as they are", () => {
    const blob = new Blob(["a"]);
    const stream = new ReadableStream();
    expect([contentOf(blob), contentOf(stream)]).toEqual([blob, stream]);
  });

  test("what is read piece by piece becomes a stream", async () => {
    async function* pieces(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array([1]);
      yield new Uint8Array([2, 3]);
    }
    const stream = contentOf(pieces()) as ReadableStream<Uint8Array>;
    expect(stream).toBeInstanceOf(ReadableStream);
    expect(new Uint8Array(await new Response(stream).arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]));
  });

  test("a stream that nobody wants any more tells its source", async () => {
    let isDone = false;
    async function* pieces(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array([1]);
      } finally {
        isDone = true;
      }
    }
    const reader = (contentOf(pieces()) as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await reader.cancel();
    expect(isDone).toBe(true);
  });

  test("a source that cannot be told is dropped", async () => {
    const source = {
      [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: new Uint8Array(1) }) }),
    };
    await expect((contentOf(source) as ReadableStream).cancel()).resolves.toBeUndefined();
  });

  test("a source that fails makes the stream fail", async () => {
    const source = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("disk")) }) };
    await expect((contentOf(source) as ReadableStream).getReader().read()).rejects.toThrow("disk");
  });
});

describe("an urlencoded form", () => {
  const type = "application/x-www-form-urlencoded";
  const written = (body: unknown, encoding?: Record<string, MemberEncoding>): unknown =>
    encoded(formBody, body, type, encoding).content;

  test("repeats the name of an array", () => {
    expect(written({ a: 1, b: ["x", "y"], c: "d e&f" })).toBe("a=1&b=x&b=y&c=d%20e%26f");
  });

  test("writes objects, and arrays of objects, with brackets", () => {
    expect(written({ a: { b: { c: 1 } }, d: [{ e: 1 }] })).toBe("a%5Bb%5D%5Bc%5D=1&d%5B0%5D%5Be%5D=1");
  });

  test("leaves out what has no value or nothing in it", () => {
    expect(written({ a: undefined, b: null, c: [], d: 1 })).toBe("d=1");
  });

  test("writes a member in the style that is given for it", () => {
    expect(written({ a: [1, 2], b: { c: 1 } }, { a: { style: listStyle }, b: { style: jsonStyle } })).toBe(
      "a=1,2&b=%7B%22c%22%3A1%7D",
    );
  });

  test("that is written already is sent as it is", () => {
    expect(written("a=1&b=2")).toBe("a=1&b=2");
  });

  test("can be read again", () => {
    const text = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(text, fc.array(text, { minLength: 1 }))),
        (form) => {
          const expected = Object.entries(form).flatMap(([name, value]) => [value].flat().map((item) => [name, item]));
          expect([...new URLSearchParams(written(form) as string)]).toEqual(expected);
        },
      ),
    );
  });
});

describe("a multipart form", () => {
  const partsOf = async (body: unknown, encoding: Record<string, MemberEncoding> = {}) => {
    const { content, contentType } = encoded(multipart, body, "multipart/form-data", encoding);
    return { text: await (content as Blob).text(), contentType };
  };
  const formOf = async (body: unknown, encoding?: Record<string, MemberEncoding>): Promise<FormData> => {
    const { content, contentType } = encoded(multipart, body, "multipart/form-data", encoding ?? {});
    return new Response(content, { headers: { "content-type": contentType } }).formData();
  };

  test("has its boundary in its type, and ends with it", async () => {
    const { text, contentType } = await partsOf({ a: 1 });
    const [, boundary = ""] = /^multipart\/form-data; boundary=(resil-gen-[0-9a-f-]{36})$/.exec(contentType) ?? [];
    expect(text).toBe(`--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--${boundary}--\r\n`);
  });

  test("has a boundary of its own each time", async () => {
    expect((await partsOf({})).contentType).not.toBe((await partsOf({})).contentType);
  });

  test("writes texts, JSON, bytes and files each in their own way", async () => {
    const form = await formOf({
      text: "é",
      count: 2,
      data: { a: 1 },
      bytes: new Uint8Array([1, 2]),
      blob: new Blob(["x"], { type: "image/png" }),
      file: new File(["y"], "a.txt", { type: "text/plain" }),
    });
    expect([form.get("text"), form.get("count"), form.get("data")]).toEqual(["é", "2", '{"a":1}']);
    const described = ["bytes", "blob", "file"].map((name) => {
      const file = form.get(name) as File;
      return [file.name, file.type, file.size];
    });
    expect(described).toEqual([
      ["blob", "application/octet-stream", 2],
      ["blob", "image/png", 1],
      ["a.txt", "text/plain", 1],
    ]);
  });

  test("writes an array as one part per item, and leaves out what has no value", async () => {
    const form = await formOf({ a: ["x", "y"], b: undefined, c: null });
    expect([...form]).toEqual([
      ["a", "x"],
      ["a", "y"],
    ]);
  });

  test("says the type of JSON, and that which is given for a part", async () => {
    const { text } = await partsOf(
      { a: { b: 1 }, c: "x", d: new Blob(["y"]) },
      { c: { contentType: "text/csv" }, d: { contentType: "image/png" } },
    );
    expect(text.match(/Content-Type: .*/g)).toEqual([
      "Content-Type: application/json",
      "Content-Type: text/csv",
      "Content-Type: image/png",
    ]);
  });

  test("names cannot make further headers", async () => {
    const { text } = await partsOf({ 'a"\r\nx: y': new File(["y"], 'b"\nz: "') });
    expect(text).toContain('name="a%22%0D%0Ax: y"; filename="b%22%0D%0Az: %22"\r\n');
  });

  test("of something that has no members is empty", async () => {
    expect((await partsOf("text")).text).toMatch(/^--resil-gen-[0-9a-f-]{36}--\r\n$/);
  });

  test("can be read again", async () => {
    const name = fc.stringMatching(/^[\w ]{1,10}$/);
    const text = fc.string({ unit: "grapheme" });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, fc.oneof(text, fc.array(text))), async (body) => {
        const expected = Object.entries(body).flatMap(([key, value]) => [value].flat().map((item) => [key, item]));
        expect([...(await formOf(body))]).toEqual(expected);
      }),
    );
  });
});

describe("a body that the caller has written already", () => {
  const filled = (): FormData => {
    const form = new FormData();
    form.append("note", "n");
    form.append("note", "m");
    form.append("file", new File(["y"], "y.txt", { type: "text/plain" }));
    return form;
  };
  const bytes = new TextEncoder().encode("bytes");
  const blob = new Blob(["bytes"]);
  const types = {
    "application/json": jsonBody,
    "application/octet-stream": plainBody,
    "application/x-www-form-urlencoded": formBody,
    "multipart/form-data": multipart,
  } as const;
  type Type = keyof typeof types;
  const sent = async (type: Type, body: unknown): Promise<string> =>
    new Response(encoded(types[type], body, type).content).text();

  test.each<[Type, body: () => unknown]>(
    (["application/json", "application/octet-stream", "application/x-www-form-urlencoded"] as const).flatMap((type) =>
      [
        () => blob,
        () => bytes,
        () => bytes.buffer,
        () => new DataView(bytes.buffer),
        () => blob.stream(),
        async function* () {
          yield bytes;
        },
      ].map((body): [Type, () => unknown] => [type, body]),
    ),
  )("is sent as it is, under %s: %s", async (type, body) => {
    expect(await sent(type, body())).toBe("bytes");
  });

  test("FormData is sent with all its parts, the same on every attempt", async () => {
    const { content, contentType } = encoded(multipart, filled(), "multipart/form-data");
    const read = async () => new Response(content, { headers: { "content-type": contentType } }).formData();
    for (const form of [await read(), await read()]) {
      expect(form.getAll("note")).toEqual(["n", "m"]);
      const file = form.get("file") as File;
      expect([file.name, file.type, await file.text()]).toEqual(["y.txt", "text/plain", "y"]);
    }
  });

  test("URLSearchParams are sent as a form", async () => {
    const query = new URLSearchParams([
      ["a", "1 2"],
      ["a", "ä"],
    ]);
    expect(await sent("application/x-www-form-urlencoded", query)).toBe("a=1+2&a=%C3%A4");
  });

  test("multipart that is a Blob is sent under its own boundary", () => {
    const ready = new Blob(["--b--"], { type: "multipart/form-data; boundary=b" });
    expect(encoded(multipart, ready, "multipart/form-data")).toEqual({ content: ready, contentType: ready.type });
  });

  test.each<[Type, body: unknown, name: string]>([
    ["application/json", filled(), "FormData"],
    ["application/json", new URLSearchParams("a=1"), "URLSearchParams"],
    ["application/octet-stream", filled(), "FormData"],
    ["application/x-www-form-urlencoded", filled(), "FormData"],
    ["multipart/form-data", blob, "Blob"],
    ["multipart/form-data", blob.stream(), "ReadableStream"],
    ["multipart/form-data", bytes, "Uint8Array"],
  ])("is refused where it cannot be what is wanted: %s, %s", (type, body, name) => {
    expect(() => encoded(types[type], body, type)).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({
          code: "invalid-request",
          parameter: "body",
          reason: `is a ${name}, which cannot be written as ${type}`,
        }),
      }),
    );
  });
});

import { describe, expect, test } from "vitest";
import { smallShop } from "../../tests/support/small-shop.js";
import { openapi } from "../../tests/support/stages.js";
import { Problems } from "../diagnostics/index.js";
import { type Prepared, prepare } from "../prepare.js";
import { overlayText } from "./overlay.js";

async function prepared(document: object | string, overlay?: string): Promise<Prepared & { problems: Problems }> {
  const problems = new Problems();
  const text = typeof document === "string" ? document : JSON.stringify(document);
  const raw = (name: string, content: string) => ({
    url: `file:///nowhere/${name}`,
    name,
    bytes: new TextEncoder().encode(content),
  });
  const overlays = overlay === undefined ? [] : [raw("overlay.yaml", overlay)];
  const input = "openapi.yaml";
  return { ...(await prepare({ document: raw(input, text), overlays }, { input }, problems)), problems };
}

async function begun(document: object | string): Promise<string> {
  return overlayText(await prepared(document), "openapi.yaml", "my.yaml");
}

/** The overlay with everything put in that stands in comments. */
function filledIn(overlay: string): string {
  return overlay
    .replace(/^ {6}x-resilience: \{\}\n/gm, "")
    .replace(/^ {6}# (x-resilience:| {2}.*)$/gm, "      $1")
    .replace(/^ {2}# (- target:| {2}update:)/gm, "  $1");
}

const policiesOf = ({ policies }: Prepared): unknown =>
  [...policies].map(([{ key }, decided]) => [key, decided.policies]);

const ok = { responses: { 200: { description: "fine" } } };
const hostile = openapi(
  {
    [`/it's/a "path"\\/search`]: { post: { ...ok, operationId: "search\n- it" } },
    "/a": {
      get: {
        operationId: `it's "one"\u2028\u0085\nactions: []`,
        responses: { 200: { description: "fine", content: { "text/event-stream": {} } } },
      },
    },
  },
  { info: { title: "Shop\nactions: []\u0085# \u0007", version: "1" } },
);

describe("the overlay to begin with", () => {
  test.each([
    ["a small shop", smallShop],
    ["hostile names", hostile],
  ])("is valid and changes nothing as it stands: %s", async (_name, document) => {
    const plain = await prepared(document);
    const overlaid = await prepared(document, await begun(document));
    expect(overlaid.problems.list).toEqual([]);
    expect([...overlaid.policies.values()].map(({ isOwn }) => isOwn)).not.toContain(true);
    expect(policiesOf(overlaid)).toEqual(policiesOf(plain));
  });

  test.each([
    ["a small shop", smallShop],
    ["hostile names", hostile],
  ])("is valid filled in, and then keeps all numbers but those of reads: %s", async (_name, document) => {
    const plain = await prepared(document);
    const overlaid = await prepared(document, filledIn(await begun(document)));
    expect(overlaid.problems.list).toEqual([]);
    for (const [operation, { policies, looksLikeRead, kind }] of plain.policies) {
      const same = [...overlaid.policies].find(([{ key }]) => key === operation.key)?.[1];
      expect(same?.kind).toBe(looksLikeRead ? "safe" : kind);
      if (!looksLikeRead)
        expect({ ...same?.policies, ownKeys: undefined, explicit: undefined }).toEqual({
          ...policies,
          ownKeys: undefined,
        });
    }
  });

  test("has one entry for each class, with what holds now in comments", async () => {
    const overlay = await begun(smallShop);
    expect(overlay.match(/^ {2}- target: .*$/gm)).toEqual([
      `  - target: "$"`,
      `  - target: "$.paths[*]['get']"`,
      `  - target: "$.paths[*]['delete']"`,
      `  - target: "$.paths[*]['post']"`,
    ]);
    expect(overlay).toContain("      #   timeout: { attempt: 5s, total: 15s }\n");
    expect(overlay).toContain(
      `  # - target: "$.paths['/stock/search'].post"\n  #   update: { x-resilience: { safe: true } }\n`,
    );
  });

  test("leaves out what an overlay cannot reach by its method", async () => {
    const document = { ...openapi({ "/a": { $ref: "#/x-item" }, "/b": { put: ok } }), "x-item": { get: ok, post: ok } };
    const overlay = await begun(document);
    expect(overlay.match(/^ {2}- target: .*$/gm)).toEqual([`  - target: "$"`, `  - target: "$.paths[*]['put']"`]);
    expect((await prepared(document, overlay)).problems.list).toEqual([]);
  });
});

import { describe, expect, test } from "vitest";
import { getWith, Rig } from "../../../tests/rig/rig.js";
import { type AuthValues, authorize, type SecurityScheme } from "./auth.js";

const securitySchemes: Readonly<Record<string, SecurityScheme>> = {
  bearer: { type: "bearer" },
  key: { type: "apiKey", in: "header", name: "X-Key" },
};
const operation = (security: readonly (readonly string[])[]) => getWith({}, { security });
const rigOf = (auth: AuthValues) => new Rig({ auth, api: { authorize, securitySchemes } });

describe("a credential that is missing is an error that names its scheme and what is wrong", () => {
  test.each<[what: string, value: AuthValues[string], reason: string]>([
    ["empty", "", "is empty"],
    ["undefined, as of an environment variable that is not set", undefined, "is undefined"],
    ["null", null as never, "is null"],
    ["a function that returns nothing", () => undefined as never, "returned undefined"],
    ["a function that resolves to nothing", async () => "", "returned empty"],
    [
      "a function that throws",
      () => {
        throw new Error("no vault");
      },
      "could not be had: its function failed",
    ],
    ["a function that rejects", () => Promise.reject(new Error("no vault")), "could not be had: its function failed"],
  ])("%s", async (_what, value, reason) => {
    const rig = rigOf({ bearer: value });
    const error = await rig.error(operation([["bearer"]]));
    expect(error).toMatchObject({ code: "auth", parameter: "bearer", reason, sent: "no" });
    expect(error.message).toContain(`(auth 'bearer' ${reason})`);
    expect(rig.requests).toBe(0);
  });

  test("of schemes that are needed together, the one that is missing is named", async () => {
    const error = await rigOf({ key: "k", bearer: "" }).error(operation([["key", "bearer"]]));
    expect(error).toMatchObject({ code: "auth", parameter: "bearer" });
  });
});

describe("a credential that is missing is no error", () => {
  test("where another alternative can be met", async () => {
    const rig = rigOf({ bearer: "", key: "k" });
    expect(await rig.end(operation([["bearer"], ["key"]]))).toMatchObject({ ok: true });
    expect(rig.received[0]?.headers).toMatchObject({ "x-key": "k" });
  });

  test("where the operation may be called without any", async () => {
    expect(await rigOf({ bearer: undefined }).end(operation([["bearer"], []]))).toMatchObject({ ok: true });
  });

  test("where none was to be given: a header or a middleware may have it", async () => {
    expect(await rigOf({}).end(operation([["bearer"]]))).toMatchObject({ ok: true });
  });
});

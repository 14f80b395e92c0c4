import { expect, test } from "vitest";
import { checkModel } from "./check.js";

test("the runtime does what the reference does, whatever happens", async () => {
  const { difference, attempts } = await checkModel(150, 20_261_123);
  expect(difference).toBe(undefined);
  expect(attempts).toBeGreaterThan(1_000);
});

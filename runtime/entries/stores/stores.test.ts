import { describe, test } from "vitest";
import { breakerStoreContract } from "./contract.js";
import { memoryStore } from "./memory.js";

describe("the store in memory keeps the contract", () => {
  for (const { name, run } of breakerStoreContract) test(name, () => run(memoryStore));
});

import type { ApiOperation } from "../ir/index.js";
import { printLiteral } from "./print/literal.js";

/** Examples of the document that several answers share: each is printed once, as a function of its first user's name. */
export class SharedExamples {
  private readonly uses = new Map<object, number>();
  private readonly names = new Map<object, string>();
  /** The functions so far, as text. */
  readonly functions: string[] = [];

  constructor(operations: readonly ApiOperation[]) {
    for (const { responses } of operations) {
      for (const { contents } of responses) {
        const example = contents[0]?.example;
        if (typeof example === "object" && example !== null) this.uses.set(example, (this.uses.get(example) ?? 0) + 1);
      }
    }
  }

  /** A call of the function of an example; `undefined` where only one answer has it. */
  callOf(example: unknown, user: string): string | undefined {
    if (typeof example !== "object" || example === null || (this.uses.get(example) ?? 0) < 2) return undefined;
    const known = this.names.get(example);
    if (known !== undefined) return `${known}()`;
    const name = `${user}Example`;
    this.names.set(example, name);
    this.functions.push(`function ${name}(): unknown {\n  return ${printLiteral(example, "  ", 9)};\n}`);
    return `${name}()`;
  }
}

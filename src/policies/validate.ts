import { readFileSync } from "node:fs";
import type { ValidateFunction } from "ajv";
import type { Cursor, Problems } from "../diagnostics/index.js";
import { reportSchemaErrors } from "../diagnostics/schema-error.js";
import { packageFile } from "../package-file.js";
import { checkRanges } from "./ranges.js";
import { onOperationOnly } from "./reference.js";

/** The blocks that have a published JSON Schema, and the problem that a fault in one is. */
const blocks = { "x-resilience": "policySyntax", "x-pagination": "pagination" } as const;
type BlockName = keyof typeof blocks;

const compiled = new Map<BlockName, ValidateFunction>();

/** The one JSON Schema of a block, compiled when the first one is met: most runs meet none. */
async function schemaCheck(name: BlockName): Promise<ValidateFunction> {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const schema = JSON.parse(readFileSync(packageFile(`${name}.schema.json`), "utf8")) as object;
  const check = new Ajv2020({ allErrors: true, verbose: true, strict: false, strictNumbers: true }).compile(schema);
  compiled.set(name, check);
  return check;
}

/** Whether a block matches its JSON Schema; every violation is reported at its place. */
export async function checkBlock(block: Cursor, name: BlockName, problems: Problems): Promise<boolean> {
  const check = await schemaCheck(name);
  const before = problems.list.length;
  if (!check(block.value)) reportSchemaErrors(check.errors ?? [], block, blocks[name], problems);
  else if (name === "x-resilience") checkRanges(block, problems);
  return problems.list.length === before;
}

/** Reports settings that an `x-resilience` block above operations must not contain. */
export function refuseMisplaced(block: Cursor, problems: Problems): void {
  for (const name of onOperationOnly) {
    const at = name.split(".").reduce<Cursor | undefined>((cursor, key) => cursor?.get(key), block);
    if (at !== undefined) {
      problems.add("policyPlace", `'${name}' applies to single operations only.`, "Move it to the operation.", at);
    }
  }
  const statuses = block.get("retry")?.get("on")?.items() ?? [];
  const conflict = statuses.find(({ value }) => value === 409);
  if (conflict !== undefined) {
    problems.add(
      "policyPlace",
      "Retrying on 409 applies to single operations only.",
      "Move it to 'retry.on' of the operation where 409 means 'try again'.",
      conflict,
    );
  }
}

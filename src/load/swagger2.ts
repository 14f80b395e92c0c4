import { Cursor, isRecord, type Problems, type SourceFile, SpecError } from "../diagnostics/index.js";
import { keepFormats, putFormats, reportFormats } from "./collection-formats.js";

/** A Swagger 2.0 document as OpenAPI 3.0. Places are those of the original, as near as its keys are the same. */
export async function fromSwagger2(file: SourceFile, problems: Problems): Promise<SourceFile> {
  const { default: converter } = await import("swagger2openapi");
  const root = new Cursor(file);
  reportFormats(root, problems);
  try {
    const copy = structuredClone(file.value) as Parameters<typeof converter.convertObj>[0];
    if (isRecord(copy)) keepFormats(copy);
    const { openapi } = await converter.convertObj(copy, { patch: true, warnOnly: true });
    putFormats(openapi as unknown as Record<string, unknown>);
    return { ...file, value: openapi };
  } catch (cause) {
    problems.add(
      "syntax",
      `this Swagger 2.0 document cannot be converted: ${(cause as Error).message}`,
      "Mend it, or convert it to OpenAPI 3 yourself.",
      root,
    );
    throw new SpecError(problems.list);
  }
}

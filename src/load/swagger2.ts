import { type Problems, type SourceFile, SpecError } from "../diagnostics/index.js";
import { keepFormats, putFormats, reportFormats } from "./collection-formats.js";
import type { SpecDocument } from "./document.js";
import { SwaggerInOneFile } from "./swagger2-files.js";

/** Converts a Swagger 2.0 document to OpenAPI 3.0. Places are those of the original, as far as its keys are the same. */
export async function fromSwagger2(document: SpecDocument, problems: Problems): Promise<SourceFile> {
  const { root } = document;
  const { file } = root;
  reportFormats(root, problems);
  const whole = withSchemes(new SwaggerInOneFile(document, problems).whole());
  const { default: converter } = await import("swagger2openapi");
  keepFormats(whole);
  const { warn } = console;
  try {
    // The converter prints its errors with their stack, too.
    console.warn = () => {};
    const copy = whole as unknown as Parameters<typeof converter.convertObj>[0];
    const { openapi } = await converter.convertObj(copy, { patch: true, warnOnly: true, text: " " });
    putFormats(openapi as unknown as Record<string, unknown>);
    return { ...file, value: openapi };
  } catch (cause) {
    problems.add(
      "syntax",
      `Can't convert this Swagger 2.0 document: ${(cause as Error).message}.`,
      "Fix it, or convert it to OpenAPI 3 yourself.",
      root,
    );
    throw new SpecError(problems.list);
  } finally {
    console.warn = warn;
  }
}

/** The converter requires the schemes of a parameterized host (Azure), although Swagger has a default for them. */
function withSchemes(whole: Record<string, unknown>): Record<string, unknown> {
  if (whole["x-ms-parameterized-host"] === undefined || Array.isArray(whole["schemes"])) return whole;
  return { ...whole, schemes: ["https"] };
}

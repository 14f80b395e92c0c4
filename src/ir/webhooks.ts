import type { Cursor, Problems } from "../diagnostics/index.js";
import { callbacksOf, contentOf, listWebhooks, type SpecDocument, type SpecOperation } from "../load/index.js";
import type { ContentType, Webhook } from "./api.js";
import { contentTypeOf } from "./bodies.js";
import { partsOf } from "./parts.js";
import type { Schemas } from "./schemas.js";

/** A webhook before operations have their names. */
export interface WebhookDraft extends Omit<Webhook, "name"> {
  /** The operation that a callback belongs to. */
  readonly holder: SpecOperation | undefined;
  readonly ownName: string;
  readonly method: string;
}

/** The document's webhooks, and the callbacks of its operations. */
export function webhooksOf(
  document: SpecDocument,
  operations: readonly SpecOperation[],
  schemas: Schemas,
  problems: Problems,
): WebhookDraft[] {
  const draft = (ownName: string, incoming: SpecOperation, holder?: SpecOperation): WebhookDraft => ({
    holder,
    ownName,
    method: incoming.method,
    ...contentsOf(document, incoming, schemas, problems),
  });
  return [
    ...listWebhooks(document, problems).map(({ name, operation }) => draft(name, operation)),
    ...operations.flatMap((holder) =>
      callbacksOf(document, holder, problems).map(({ name, operation }) => draft(name, operation, holder)),
    ),
  ];
}

/** A callback may have several addresses, and an address several methods: the first has the plain name. */
export function nameWebhooks(
  drafts: readonly WebhookDraft[],
  operationNames: ReadonlyMap<SpecOperation, string>,
): Webhook[] {
  const found = new Map<string, Webhook>();
  for (const { holder, ownName, method, ...webhook } of drafts) {
    const plain = holder === undefined ? ownName : `${operationNames.get(holder) ?? ""}.${ownName}`;
    const name = [plain, `${plain}.${method.toLowerCase()}`].find((candidate) => !found.has(candidate));
    if (name !== undefined) found.set(name, { name, ...webhook });
  }
  return [...found.values()];
}

function contentsOf(
  document: SpecDocument,
  { at, body, responses }: SpecOperation,
  schemas: Schemas,
  problems: Problems,
): Omit<Webhook, "name"> {
  const contents = body === undefined ? [] : contentOf(document, body, problems);
  const success = responses.find(([status]) => /^2\d\d$/.test(status))?.[0];
  const json = contents.find(([mediaType]) => /[/+]json/i.test(mediaType))?.[1].get("schema");
  return {
    summary: at.text("summary"),
    description: at.text("description"),
    deprecated: at.get("deprecated")?.value === true,
    isBodyRequired: body?.get("required")?.value !== false,
    contents: contents.map(([mediaType, media]) => typeOf(mediaType, media, schemas)),
    status: Number(success ?? 204),
    match: json === undefined ? {} : fixedMembers(document, json, problems),
  };
}

/** We read what they send. A form comes as an object of texts. */
function typeOf(mediaType: string, media: Cursor, schemas: Schemas): ContentType {
  const schema = media.get("schema");
  const isForm = /^application\/x-www-form-urlencoded/i.test(mediaType);
  if (isForm && schema !== undefined) return { kind: "json", schema: schemas.use(schema, "read") };
  const type = contentTypeOf(mediaType, media, schemas, "read");
  return type.kind === "json" || type.kind === "text" ? type : { kind: "unknown" };
}

/** Members of an object that have one value only: they tell which webhook it is. */
function fixedMembers(document: SpecDocument, schema: Cursor, problems: Problems): Record<string, unknown> {
  const members = partsOf(document, schema, problems, ["allOf"]).flatMap(
    (part) => part.get("properties")?.entries() ?? [],
  );
  const fixed = members.flatMap(([name, written]): [string, unknown][] => {
    const [member] = partsOf(document, written, problems, []);
    const listed = member?.get("enum")?.items() ?? [];
    const value = member?.get("const") ?? (listed.length === 1 ? listed[0] : undefined);
    return value !== undefined && ["string", "number", "boolean"].includes(typeof value.value)
      ? [[name, value.value]]
      : [];
  });
  return Object.fromEntries(fixed);
}

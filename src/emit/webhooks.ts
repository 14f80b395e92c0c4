import type { Api, Webhook } from "../ir/index.js";
import { contentType, unionOf } from "./operation-types.js";
import { inlineText, printComment } from "./print/comment.js";
import { printLiteral, printPropertyName } from "./print/literal.js";
import { type EmitSettings, SourceFile } from "./source-file.js";
import { block } from "./template.js";
import type { TypePrinter } from "./types.js";

/** `webhooks.ts`: what the server sends by itself, and where that goes. */
export function webhooksFile({ webhooks, title }: Api, types: TypePrinter, settings: EmitSettings): SourceFile {
  const file = new SourceFile("webhooks.ts", settings);
  const members = webhooks.map((webhook) => bodyMember(webhook, types, file));
  file.addBlock(block("webhooks.ts", "WebhookBodies"), { members: members.join("").trim() });
  const literals = webhooks.map(({ name, status, match }) => {
    const isTold = Object.keys(match).length > 0;
    return [name, isTold ? { status, match } : { status }] as const;
  });
  file.addBlock(block("webhooks.ts", "webhooks"), { webhooks: printLiteral(Object.fromEntries(literals), "", 26) });
  file.addBlock(block("webhooks.ts", "createWebhooks"), { title: inlineText(title) });
  return file;
}

function bodyMember(webhook: Webhook, types: TypePrinter, file: SourceFile): string {
  const { name, summary, description, deprecated, contents, isBodyRequired } = webhook;
  const own = contents.map((content) => contentType(content, types, file, "  "));
  const texts = isBodyRequired && own.length > 0 ? own : [...own, "undefined"];
  const comment = printComment(
    [summary, description === summary ? undefined : description, deprecated ? { tag: "deprecated" } : undefined],
    "  ",
  );
  return `${comment}  ${printPropertyName(name)}: ${unionOf([...new Set(texts)])};\n`;
}

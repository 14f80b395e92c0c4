import { createHash } from "node:crypto";

/** The parts of a page that needs nothing but itself. */
export interface WebPage {
  /** Plain text. */
  readonly title: string;
  readonly style: string;
  /** Markup; whatever comes from a document must have gone through {@link escapeHtml}. */
  readonly body: string;
  /** Read by the script as JSON from the element `data`. */
  readonly data?: object;
  readonly script?: string;
}

/**
 * One file that works offline. It runs the one script that it was made with and nothing else (Content Security Policy
 * Level 3, hashes), loads nothing, and sends nothing: whatever a document holds stays text.
 */
export function webPage({ title, style, body, data, script }: WebPage): string {
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    ...(script === undefined ? [] : [`script-src '${hashOf(script)}'`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${style}</style>`,
    "</head>",
    "<body>",
    body,
    ...(data === undefined ? [] : [`<script type="application/json" id="data">${embeddedJson(data)}</script>`]),
    ...(script === undefined ? [] : [`<script>${script}</script>`]),
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** Text that cannot become markup, in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "#39" };
  return text.replace(/[&<>"']/g, (character) => `&${names[character]};`);
}

/** JSON that cannot end the element it stands in (HTML Standard, "Restrictions for contents of script elements"). */
function embeddedJson(data: object): string {
  return JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;
}

import { checkNoneLeft, code, described, table } from "./tables.js";
import { membersOf } from "./types.js";

const file = "options.js";

const clientOptions = {
  baseUrl:
    "Address of the API, without a slash at the end. Replaces every server of the document. A function is called for each call.",
  origin: "Origin of the API, such as `https://host`, in place of `baseUrl`. It is joined with the document's base path.",
  server: "One of the document's servers, if it lists several.",
  variables: "Values of the server's variables.",
  auth: "Credentials by security scheme: a value, a function, or a token source. See [authentication](authentication.md).",
  headers: "Headers of every request: an object, or a function that is called for each call.",
  middleware: "Functions that run around each attempt, the first one outermost. See [middleware](middleware.md).",
  observe: "Receives every [event](events.md). Exceptions thrown by an observer are ignored.",
  resilience:
    "Policies of all operations. They override the document's, except what is set on a path or an operation there.",
  operations: "Policies of single operations, by name. They override everything else.",
  extensions:
    "Policies that the options above switch on although the document doesn't: `hedge`, `coalesce`, `fallback`, `rateLimit`, `progress`. Import them from the client's runtime.",
  fetchOptions:
    "Passed to `fetch` with every request: `credentials`, `cache`, Next.js's `next`, undici's `dispatcher`.",
  correlationId:
    "Returns the ID that joins a call to others. Observers and, with `propagate`, the called service receive it.",
  identity:
    "Returns who makes a call, for shared responses (`coalesce`, `fallback.stale`). Defaults to a digest of the credentials.",
  responses: "Set it to `public` if responses don't depend on the caller.",
  staleCache: "Limits of the responses that `fallback.stale` keeps. Defaults to 200 entries and 10 MB.",
  store: "Where breakers with `shared: true` keep their state. See [shared circuit breakers](shared-state.md).",
  ky: "A ky instance of your own. Its retries and timeouts are switched off.",
  transport: "Sends requests instead of ky. See [custom transports](transport.md).",
  clock: "Time source, for tests. Defaults to the system clock.",
  random: "Random number generator for jitter: 0 ≤ x < 1. Defaults to `Math.random`.",
};

const callOptions = {
  signal: "Aborts the call at any stage.",
  headers: "Additional headers. Set a header to `undefined` to remove it.",
  auth: "Credentials for this call, instead of the client's.",
  identity: "Returns who makes this call, for shared responses.",
  onProgress: "Receives the progress of uploads and downloads, per attempt.",
  timeout: "Total timeout of this call. `false`: none.",
  maxRetries: "Retries of this call.",
  fetchOptions: "Passed to `fetch`. Overrides the client's.",
  resilience:
    "Policies of this call: `timeout`, `retry` (without `budget`), `hedge`, `fallback`, and `coalesce: false`.",
};

const callMembers = {
  result: "How the call ended, as a value. Never rejects.",
  withResponse: "The data with the response that it came in. Rejects like the call.",
};

const succeeded = {
  ok: "Tells success and failure apart.",
  data: "The decoded body.",
  headers: "Response headers that the document describes, typed. Empty if the data came from no response.",
  status: "Status of the response. If several 2xx are documented, it narrows `data`.",
  source: "`network`, `stale` (a kept response), or `value` (the fallback value).",
  ageMs: "Age of a stale response.",
};

const failed = {
  ok: "Tells success and failure apart.",
  error: "The [error](errors.md) that `await` throws.",
  status: "Status of the last response, if there was one.",
};

const summary = {
  attempts: "Number of attempts.",
  elapsedMs: "Duration of the call, waits included.",
  response: "The last response. Its body has been read.",
};

const clientMembers = {
  resilience:
    "State and counters of operations and scopes, and manual control of breakers. See [debugging](debugging.md).",
  attach: "Attaches an observer to a running client. Returns a function that detaches it.",
  with: "Returns a client with other credentials or headers that shares all state: breakers, bulkheads, budgets, pools.",
  close: "New calls fail with `closed`. Running calls may finish within `drain`.",
};

/** Rows of the members of some types: the page's own words, else the doc comment of a member that is new. */
function rowsOf(types, texts) {
  const members = types.flatMap(membersOf);
  const unique = [...new Map(members.map((member) => [member.name, member])).values()];
  checkNoneLeft(
    texts,
    unique.map(({ name }) => name),
    file,
  );
  return unique.map(({ name, type, doc }) => [
    code(name),
    code(type),
    Object.hasOwn(texts, name) || doc === "" ? described(texts, name, file) : doc,
  ]);
}

function members(types, texts) {
  return table(["name", "type", "meaning"], rowsOf(types, texts));
}

/** docs/options.md */
export function optionsPage() {
  return `# Client and call reference

Options, calls, and results, printed from the runtime's types by \`npm run reference\`.

\`\`\`ts
import { createApi } from "./client/index.js";

const shop = createApi({ headers: { "accept-language": "en" }, resilience: { timeout: { total: "8s" } } });
const outcome = await shop.getOrder({ path: { orderId: "o-1" } }, { timeout: "2s", maxRetries: 1 }).result();
if (outcome.ok) console.log(outcome.data.status, outcome.attempts, outcome.source);
else console.error(outcome.error.code, outcome.error.sent);
\`\`\`

## Client options

\`createClient(options)\` and \`createApi(options)\` take the same options. They do no I/O and start no timer. They throw a
\`TypeError\` for an unknown option, an unknown operation, or a value out of range. \`baseUrl\` is required if the document has
no absolute server.

${members(["RuntimeOptions", "BaseClientOptions", "KyOptions"], clientOptions)}

## Client

\`createClient\` returns a client for the free functions: \`getOrder(client, input, options)\`. \`createApi\` returns an object
with every operation as a method. Its client is \`api.$client\`.

${members(["Client"], clientMembers)}

## Call input

| name | meaning |
| --- | --- |
| \`path\`, \`query\`, \`header\`, \`cookie\` | Parameters, named as in the document. |
| \`body\` | The request body. |
| \`contentType\` | Only if the operation accepts several media types. |
| \`idempotencyKey\` | Required for POST, PUT, PATCH, and DELETE by default. See [idempotency keys](idempotency.md). |

## Call options

${members(["CallOptions"], callOptions)}

## Call

An operation returns a promise of its data. The call starts immediately, whether or not you await it.

${members(["Call"], callMembers)}

A failed call never causes an unhandled rejection. If nothing awaited it, its \`call\` event has \`observed: false\`.

## Result

\`result()\` returns one of two objects. Both have these members:

${members(["CallSummary"], summary)}

If \`ok\` is \`true\`:

${members(["Succeeded"], succeeded)}

If \`ok\` is \`false\`:

${members(["Failed"], failed)}
`;
}

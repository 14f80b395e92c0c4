import { checkNoneLeft, code, described, table } from "./tables.js";
import { literalsOf, membersOf } from "./types.js";

const file = "errors.js";

/** By code: what happened, what `sent` can be after a single attempt, and what to do about it. */
const codes = {
  http: [
    "A documented error response. `status` and `body` are typed.",
    "yes",
    "Handle the statuses that your document lists.",
  ],
  "unexpected-response": [
    "A response that the document doesn't describe: its status, or its media type, such as HTML instead of JSON. `body` is `unknown`.",
    "yes",
    "Check for a proxy in between, or update the document.",
  ],
  network: [
    "No connection, or it broke. `reason` is the platform's code, such as `ECONNREFUSED`.",
    "no, maybe",
    "Check the address, DNS, and TLS. In a browser, check CORS.",
  ],
  timeout: ["An attempt took longer than `timeout.attempt`.", "maybe", "Check the service. See [tuning](tuning.md)."],
  deadline: [
    "The call took longer than `timeout.total`.",
    "no, maybe",
    "Check the service and the bulkhead's queue: waiting counts too.",
  ],
  "breaker-open": [
    "Not sent: the circuit breaker is open.",
    "no",
    "Try again after `retryAt`. Earlier errors say why it opened.",
  ],
  "bulkhead-full": [
    "Not sent: too many attempts are running and waiting. `reason` is `queue-full` or `queue-timeout`.",
    "no",
    "Look for a slow service, or raise `bulkhead.concurrency`.",
  ],
  "rate-limited": ["Not sent: the rate limit has no turn before the deadline.", "no", "Try again after `retryAt`."],
  decode: [
    "The body doesn't match its media type, such as broken JSON.",
    "yes",
    "Check the response. The server may have applied the change.",
  ],
  "too-large": [
    "The body, an event, or a line is larger than `maxResponse`.",
    "yes",
    "Request less, or raise `maxResponse`.",
  ],
  redirect: [
    "A redirect that is not followed because it would repeat a write or leave the origin. The message names the target.",
    "yes",
    "Fix `baseUrl`.",
  ],
  "invalid-request": [
    "Rejected before sending: a parameter, the idempotency key, a header, or the base URL. `parameter` names it.",
    "no",
    "Fix the input.",
  ],
  auth: [
    "Not sent: a credential is missing, or its function failed. `parameter` names the security scheme.",
    "no",
    "Check `reason` and `cause`. Often an environment variable is not set.",
  ],
  aborted: [
    "Your `signal` aborted the call. `name` is `AbortError`; `cause` is the signal's reason.",
    "no, maybe",
    "Nothing, if you meant it.",
  ],
  closed: ["`client.close()` was called.", "no, maybe", "Check the order of your shutdown."],
};

const reasons = {
  "not-retryable": "The failure is permanent, or a retry might repeat a change. `resil-gen explain` shows the rule.",
  "max-retries": "All retries were used.",
  deadline: "No further wait and attempt fit before the deadline.",
  "retry-after": "The server asked for a longer wait than the deadline allows. See `retryAt`.",
  budget: "The retry budget is used up: the service is failing for many calls.",
  "breaker-open": "The breaker rejected the next attempt.",
  "bulkhead-full": "The bulkhead rejected the next attempt.",
  "rate-limited": "The rate limit rejected the next attempt.",
  "body-not-replayable": "The request body is a stream. It can't be sent twice.",
};

const fields = {
  code: "What went wrong. Decides which other fields are set.",
  operation: "Name of the operation.",
  attempts: "Number of attempts.",
  elapsedMs: "Duration of the call, waits included.",
  sent: "Whether a request left the process.",
  gaveUp: "Why there was no further attempt.",
  retryAt: "When a retry makes sense, if known.",
  status: "Status of the response, if there was one.",
  parameter: "The rejected parameter, or the security scheme. Never its value.",
  reason: "Details of the code, as described above.",
  userMessage: "User-facing message, from `fallback.message`.",
  maybeDone: "The last attempt was rejected with a 4xx, but an earlier attempt may have been executed.",
};

function codeRows() {
  const names = literalsOf("ErrorCode");
  checkNoneLeft(codes, names, file);
  return names.map((name) => {
    const [meaning, sent, action] = described(codes, name, file);
    return [code(name), meaning, sent.split(", ").map(code).join(", "), action];
  });
}

function reasonRows() {
  const names = literalsOf("GaveUp");
  checkNoneLeft(reasons, names, file);
  return names.map((name) => [code(name), described(reasons, name, file)]);
}

function fieldRows() {
  const members = membersOf("ResilienceError").filter(({ name }) => Object.hasOwn(fields, name) || !isInherited(name));
  checkNoneLeft(
    fields,
    members.map(({ name }) => name),
    file,
  );
  return members.map(({ name, type, doc }) => [code(name), code(type), fields[name] ?? doc]);
}

const isInherited = (name) => name === "toJSON" || name === "name";

/** docs/errors.md */
export function errorsPage() {
  return `# Errors reference

Every way in which a call can fail, checked against the runtime's types by \`npm run reference\`.

\`\`\`ts
import { createApi, isResilienceError, mayRetry, outcomeOf } from "./client/index.js";

const shop = createApi();
try {
  await shop.pay({ body: { orderId: "o-1", cents: 1250 }, idempotencyKey: "order-o-1-payment" });
} catch (error) {
  if (!isResilienceError(error)) throw error; // not from a call
  console.error(error.message); // no credential, query string, or body in it
  if (outcomeOf(error) === "unknown") console.error("The payment may have been made. Look it up.");
  const at = mayRetry(error);
  if (at !== false) console.info("A new call is safe from", at);
}
\`\`\`

Use the guards \`isResilienceError\`, \`isHttpError\`, and \`isErrorOf\` instead of \`instanceof\`. Two clients in one program may have
two copies of the runtime. \`result()\` returns the same errors without throwing.

## Codes

\`sent\` is what a call with a single attempt reports. After several attempts it covers all of them: \`yes\` if any of them was
answered, and \`no\` only if none left the process.

${table(["code", "meaning", "`sent`", "what to do"], codeRows())}

## sent: was the request sent?

| value | meaning | new call of a write |
| --- | --- | --- |
| \`no\` | Nothing left the process. | Safe, with any key. |
| \`maybe\` | A request may have reached the server. | Only with the same idempotency key, or after you looked up the result. |
| \`yes\` | The server answered some attempt. | Depends on the response. Check \`maybeDone\`. |

\`outcomeOf(error)\` returns \`not-done\`, \`done\`, or \`unknown\`. \`mayRetry(error)\` returns the time from which a new call is safe,
or \`false\`.

## gaveUp: why was there no further attempt?

${table(["value", "meaning"], reasonRows())}

## Fields

${table(["field", "type", "meaning"], fieldRows())}

\`body\` and \`response\` are set where there was a response. \`cause\` holds the platform's error. None of the three is printed by
\`inspect\` or \`JSON.stringify\`.
`;
}

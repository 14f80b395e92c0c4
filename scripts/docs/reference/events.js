import { checkNoneLeft, code, described, table } from "./tables.js";
import { variantsOf } from "./types.js";

const file = "events.js";

const events = {
  start: "A call begins.",
  attempt: "An attempt ended.",
  retry: "A retry follows after `waitMs`.",
  hedge: "A second attempt started beside the first.",
  refusal: "The client rejected the attempt before sending it.",
  fallback: "A fallback replaced the error.",
  warning: "A response was accepted despite an anomaly, or a setting has no effect.",
  call: "A call ended. `observed: false` means that nothing was waiting for it: an `await` is probably missing.",
  join: "The call joined a request in flight (`coalesce`) and shares its response.",
  reconnect: "An event stream broke and reconnects after `waitMs`.",
  stream: "A stream ended, some time after its call.",
  breaker: "A circuit breaker changed its state.",
  store: "The shared store became unavailable, or available again.",
};

/** Fields of every event of a call. */
const common = ["operation", "method", "path", "call", "correlationId"];

/** docs/events.md */
export function eventsPage() {
  const variants = variantsOf("ResilienceEvent");
  const names = [...variants.keys()];
  checkNoneLeft(events, names, file);
  const rows = names.map((name) => {
    const fields = variants
      .get(name)
      .filter((field) => !common.includes(field) || !variants.get(name).includes("call"));
    return [code(name), described(events, name, file), fields.map(code).join(", ")];
  });
  return `# Events reference

A client reports what happens as typed events. Traces, metrics, and logs are built on them; see
[observability](observability.md). This page is checked against the runtime's types by \`npm run reference\`.

\`\`\`ts
import { createApi, type ResilienceEvent } from "./client/index.js";

const shop = createApi({
  observe: (event: ResilienceEvent) => {
    if (event.type === "retry") console.info(\`\${event.operation}: \${event.because}, retrying in \${event.waitMs} ms\`);
    if (event.type === "breaker") console.warn(\`\${event.scope} is \${event.state}\`);
  },
});
await shop.listOrders();
\`\`\`

No event holds a URL, header, key, or body. Exceptions thrown by an observer are ignored. Without observers, no events are
created.

${table(["type", "when", "fields"], rows)}

Events of a call also have \`operation\`, \`method\`, \`path\` (the template), \`call\` (the same number on all events of one call), and
\`correlationId\` if the client has one.
`;
}

// A function that the platform starts when it is asked for: workers, edge functions, anything made of fetch's parts.
import { fetchHealth } from "resil-gen-runtime/health";
import { type Level, logEvents } from "resil-gen-runtime/log";
import { type ClientOptions, createClient, getRate } from "./client/index.js";

/**
 * Makes the handler, and one client for all requests that this instance will see: its breaker and its earlier answers
 * live as long as the instance does.
 *
 * @param options what a deployment hands in: where the service is, and what instances share with each other
 */
export function createHandler(options: ClientOptions = {}): (request: Request) => Promise<Response> {
  // Nobody signs in, so that earlier answers are everybody's.
  const client = createClient({ identity: () => "everybody", ...options });
  logEvents(client, jsonLines, { name: "rates", levels: { attempt: "off", success: "off" } });
  const healthOf = fetchHealth({ rates: client });

  return async (request) => {
    const answer = healthOf(request);
    if (answer !== undefined) return answer;
    const [, currency] = /^\/rates\/([A-Z]{3})$/.exec(new URL(request.url).pathname) ?? [];
    if (request.method !== "GET" || currency === undefined) return problem(404, "There is nothing here.");

    // Whoever hangs up ends the call.
    const outcome = await getRate(client, { path: { currency } }, { signal: request.signal }).result();
    if (outcome.ok) {
      const ageSeconds = Math.round((outcome.ageMs ?? 0) / 1_000);
      return Response.json(outcome.data, { headers: { age: String(ageSeconds), "x-source": outcome.source } });
    }
    if (outcome.status === 404) return problem(404, `There is no currency ${currency}.`);
    return problem(503, "There is no rate just now.");
  };
}

function problem(status: number, title: string): Response {
  const headers = { "content-type": "application/problem+json" };
  return new Response(JSON.stringify({ title, status }), { status, headers });
}

/** One line of JSON each: what log collectors of such platforms read. */
const jsonLines = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };

function line(level: Level) {
  return (fields: object, message: string): void => console[level](JSON.stringify({ level, message, ...fields }));
}

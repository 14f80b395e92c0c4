import {
  type Clock,
  dropTimer,
  elapsedSince,
  type Moment,
  momentOf,
  never,
  systemClock,
  timerDelay,
} from "../base/clock.js";
import { type Duration, durationMs } from "../base/duration.js";
import { endsWithRequest } from "../base/platform.js";
import { retryAfterMs } from "../serialize/retry-after.js";
import { encode } from "../serialize/text.js";

/** Gives an access token: a credential for OAuth 2 and OpenID Connect. Callers that ask at once wait for one answer. */
export interface TokenSource {
  (): Promise<string>;
  /**
   * A server has refused this token: the next question gets another one.
   *
   * @returns whether asking again makes sense. It does not for a token that has just replaced a refused one.
   */
  invalidate(token: string): boolean;
}

/** Where tokens are asked for, by whom, and how long one is kept. */
export interface TokenSourceOptions {
  /** The authorization server's token endpoint. Either this or `openIdConnectUrl`. */
  readonly tokenUrl?: string | undefined;
  /** Address of the OpenID Connect discovery document, which names the token endpoint. */
  readonly openIdConnectUrl?: string | undefined;
  /** The identifier that the authorization server gave this client (RFC 6749 §2.2). */
  readonly clientId: string;
  /** The secret, or a function that gives it, asked for each new token. Without one the client is public. */
  readonly clientSecret?: string | (() => string | Promise<string>) | undefined;
  /** How the client shows its secret (RFC 6749 §2.3.1): in the header, or among the form's fields. @default "basic" */
  readonly clientAuthentication?: "basic" | "body" | undefined;
  /** What the token may be used for, sent as `scope` (RFC 6749 §3.3). @default what the server gives */
  readonly scopes?: readonly string[] | undefined;
  /** Further fields of the token request, such as `audience` or `resource`. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** How long before its end a token is replaced; never more than half of its life. @default 30s */
  readonly margin?: Duration | undefined;
  /** How long the authorization server may take. @default 10s */
  readonly timeout?: Duration | undefined;
  /** Sends the token requests. @default the platform's fetch */
  readonly fetch?: ((input: string, init: RequestInit) => Promise<Response>) | undefined;
  /** @default the system's clock */
  readonly clock?: Clock | undefined;
}

/** What {@link refreshableToken} needs besides: the token that a login gave, and who keeps the next one. */
export interface RefreshableTokenOptions extends TokenSourceOptions {
  /** The refresh token that the user's login gave. */
  readonly refreshToken: string;
  /** Called when the server has replaced the refresh token: keep the new one, the old one is void. A promise is awaited. */
  readonly onRefreshToken?: ((refreshToken: string) => unknown) | undefined;
}

/** Access tokens by the client credentials grant (RFC 6749 §4.4). */
export function clientCredentials(options: TokenSourceOptions): TokenSource {
  return tokenSource(options, () => ({ grant_type: "client_credentials" }));
}

/** Access tokens by a refresh token (RFC 6749 §6), which is replaced whenever the server sends a new one. */
export function refreshableToken(options: RefreshableTokenOptions): TokenSource {
  let { refreshToken } = options;
  return tokenSource(
    options,
    () => ({ grant_type: "refresh_token", refresh_token: refreshToken }),
    ({ refresh_token: next }) => {
      if (typeof next !== "string" || next === "" || next === refreshToken) return;
      refreshToken = next;
      return options.onRefreshToken?.(next);
    },
  );
}

interface Token {
  readonly text: string;
  /** How long it is good for, and how long it is used before another one is asked for, in ms. */
  readonly lifeMs: number;
  readonly freshMs: number;
  readonly received: Moment;
  /** It replaced one that a server had refused. */
  readonly isReplacement: boolean;
}

/** A question to the authorization server that has not been answered. */
interface Question {
  readonly askedAt: number;
  readonly token: Promise<string>;
}

/** A failure of the authorization server, which holds for a while. */
interface Refusal {
  readonly error: unknown;
  readonly at: number;
  readonly ms: number;
}

/** A token that replaced a refused one and is refused as well is not asked for again so soon. */
const replacementPatienceMs = 30_000;

/** How long a failure is remembered where the server names no time, and how long it is at most, in ms. */
const refusalMs = { usual: 1_000, most: 60_000 };

/** How long a question of another request is waited for that may have ended with it, in ms. */
const othersPatienceMs = 1_000;

function tokenSource(
  options: TokenSourceOptions,
  grant: () => Record<string, string>,
  received: (answer: TokenAnswer) => unknown = () => {},
): TokenSource {
  const { clock = systemClock, margin } = options;
  const marginMs = durationMs(margin ?? "30s") ?? 0;
  let token: Token | undefined;
  let wasRefused = false;
  let inFlight: Question | undefined;
  let refusal: Refusal | undefined;

  const isGood = (): boolean => token !== undefined && elapsedSince(clock, token.received) < token.lifeMs;
  const isFresh = (): boolean => token !== undefined && elapsedSince(clock, token.received) < token.freshMs;
  const renew = async (): Promise<TokenAnswer> => {
    const isReplacement = wasRefused;
    const moment = momentOf(clock);
    let answer: TokenAnswer;
    try {
      answer = await requestToken(options, clock, grant());
      const lifeMs = Number(answer.expires_in) > 0 ? Number(answer.expires_in) * 1_000 : never;
      const freshMs = Math.max(lifeMs - marginMs, lifeMs / 2);
      token = { text: answer.access_token, lifeMs, freshMs, received: moment, isReplacement };
      wasRefused = false;
      refusal = undefined;
    } catch (error) {
      const asked = error instanceof TokenError ? error.retryAfterMs : undefined;
      refusal = { error, at: clock.now(), ms: Math.min(asked ?? refusalMs.usual, refusalMs.most) };
      throw error;
    }
    return answer;
  };
  const ask = async (): Promise<string> => {
    const renewed = renew();
    const token = renewed.then((answer) => answer.access_token).finally(over);
    // The others wait for it, if there are any.
    token.catch(() => {});
    const question: Question = { askedAt: clock.now(), token };
    function over(): void {
      if (inFlight === question) inFlight = undefined;
    }
    inFlight = question;
    const answer = await renewed;
    // How its listener fails is this caller's error alone; all others have the token.
    await received(answer);
    return answer.access_token;
  };
  const join = async (question: Question): Promise<string> => {
    if (!endsWithRequest()) return question.token;
    const left = question.askedAt + othersPatienceMs - clock.now();
    // The request that asked may have ended, and its question with it.
    const answer = left > 0 ? await before(clock, question.token, left) : undefined;
    return answer ?? (inFlight === question || inFlight === undefined ? ask() : join(inFlight));
  };
  const source = async (): Promise<string> => {
    if (token !== undefined && isFresh()) return token.text;
    if (refusal !== undefined && clock.now() - refusal.at < refusal.ms) {
      if (token !== undefined && isGood()) return token.text;
      throw refusal.error;
    }
    const question = inFlight;
    const isLost = question !== undefined && endsWithRequest() && clock.now() - question.askedAt > othersPatienceMs;
    if (token !== undefined && isGood()) {
      // Nobody waits for the next token while this one can be used.
      if (question === undefined || isLost) ask().catch(() => {});
      return token.text;
    }
    return question === undefined ? ask() : join(question);
  };
  const invalidate = (refused: string): boolean => {
    if (token === undefined || token.text !== refused) return true;
    if (token.isReplacement && elapsedSince(clock, token.received) < replacementPatienceMs) return false;
    token = undefined;
    wasRefused = true;
    return true;
  };
  return Object.assign(source, { invalidate });
}

/** What a promise comes to; `undefined` where that takes longer. */
function before<T>(clock: Clock, promise: Promise<T>, ms: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(() => resolve(undefined), timerDelay(ms));
    promise.finally(() => dropTimer(clock, timer)).then(resolve, reject);
  });
}

/** The authorization server refused, or failed. */
class TokenError extends Error {
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs: number | undefined) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

interface TokenAnswer {
  readonly access_token: string;
  readonly expires_in?: unknown;
  readonly refresh_token?: unknown;
}

/** One request to the token endpoint. Its errors hold nothing that was sent, and of the answer its status and code. */
async function requestToken(
  options: TokenSourceOptions,
  clock: Clock,
  grant: Record<string, string>,
): Promise<TokenAnswer> {
  const { clientId, clientSecret, clientAuthentication = "basic", scopes = [], parameters = {} } = options;
  const fields: Record<string, string> = { ...grant, ...parameters };
  const headers: Record<string, string> = { "content-type": "application/x-www-form-urlencoded" };
  if (scopes.length > 0) fields["scope"] = scopes.join(" ");
  const secret = typeof clientSecret === "function" ? await clientSecret() : clientSecret;
  if (secret === undefined || clientAuthentication === "body") fields["client_id"] = clientId;
  if (secret !== undefined && clientAuthentication === "body") fields["client_secret"] = secret;
  else if (secret !== undefined) headers["authorization"] = `Basic ${btoa(`${encode(clientId)}:${encode(secret)}`)}`;
  const body = new URLSearchParams(fields).toString();
  const url = await tokenUrlOf(options, clock);
  const answer = await askEndpoint(url, { method: "POST", headers, body }, options, clock);
  const { access_token: token } = answer;
  if (typeof token !== "string" || token === "")
    throw new Error("the authorization server's answer has no access_token");
  return answer as unknown as TokenAnswer;
}

async function tokenUrlOf(options: TokenSourceOptions, clock: Clock): Promise<string> {
  const { tokenUrl, openIdConnectUrl } = options;
  if (tokenUrl !== undefined) return tokenUrl;
  if (openIdConnectUrl === undefined) throw new Error("tokenUrl or openIdConnectUrl must be given");
  const { token_endpoint: url } = await askEndpoint(openIdConnectUrl, {}, options, clock);
  if (typeof url !== "string") throw new Error("the OpenID Connect discovery document has no token_endpoint");
  return url;
}

/** JSON from the authorization server. A redirect is not followed: it would carry the secret along. */
async function askEndpoint(
  url: string,
  { headers, ...init }: RequestInit,
  { timeout, fetch: send = (input, given) => fetch(input, given) }: TokenSourceOptions,
  clock: Clock,
): Promise<Record<string, unknown>> {
  const controller = new AbortController();
  const timer = clock.setTimer(() => controller.abort(), timerDelay(durationMs(timeout ?? "10s") ?? 0));
  try {
    const response = await send(url, {
      ...init,
      headers: { accept: "application/json", ...headers },
      redirect: "manual",
      signal: controller.signal,
    });
    const data = jsonOf(await response.text());
    if (response.ok) return data;
    const { error } = data;
    // RFC 6749 §5.2: a code of a few, and a description that may repeat what was sent.
    const code = typeof error === "string" && /^[\w.-]{1,40}$/.test(error) ? ` (${error})` : "";
    const asked = retryAfterMs(response.headers, clock.date());
    throw new TokenError(`the authorization server answered ${response.status}${code}`, asked);
  } catch (cause) {
    if (controller.signal.aborted) throw new Error("the authorization server did not answer in time");
    throw cause;
  } finally {
    dropTimer(clock, timer);
  }
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    const data = JSON.parse(text) as unknown;
    return typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

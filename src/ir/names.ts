import { createHash } from "node:crypto";
import type { Rename } from "./api.js";
import { isReserved } from "./identifiers.js";

/** What the generated client exports or imports by itself; nobody else gets these names. */
const ours = (
  "createClient createApi Api Client ClientOptions Call CallOptions CallError HttpError ResilienceError ResilienceEvent " +
  "OperationId OperationErrors isErrorOf isHttpError isResilienceError newIdempotencyKey callOperation Succeeded NoInput " +
  "Status2XX Status3XX Status4XX Status5XX StatusBut StatusDefault BinaryBody BinaryValue BlobData ByteStream EventStream JsonLines Without WithRequired OpenUnion UnlistedValue " +
  "Auth createMocks Mocks formBody jsonBody plainBody multipart MockHttp MockOf MockOperations MockOptions MockSet buildMocks SampleOverrides sample mergeSamples streamText " +
  "handlers executions requests keys byteStream eventStream textEventStream jsonLines hedge coalesce fallback staleFallback valueFallback rateLimit propagate authorize progress booleanHeader jsonHeader listHeader numberHeader numberListHeader readHeaders textHeader cookieListStyle cookieStyle " +
  "deepObjectStyle formQuerystring headerExplodeStyle jsonHeaderStyle jsonSegmentStyle jsonStyle labelExplodeStyle " +
  "labelStyle listStyle matrixExplodeStyle matrixStyle pipeDelimitedStyle reservedListStyle reservedStyle " +
  "simpleExplodeStyle simpleStyle spaceDelimitedStyle createWebhooks WebhookBodies RuntimeOperation RuntimePagination paginate PagedItems byCursor byPage byOffset byLink asBytes asStream asText clientCredentials refreshableToken TokenSource"
).split(" ");

/** The one name space of a client. Who comes first has the better right; the loser's name is made of itself alone. */
export class Names {
  readonly renames: Rename[] = [];
  private readonly taken: Set<string>;

  constructor(others: readonly string[] = []) {
    this.taken = new Set([...ours, ...others]);
  }

  /** `wanted`, or a name near it. `source` is what the document says. */
  claim(wanted: string, source: string): string {
    const name = [wanted, `${wanted}_`, `${wanted}_${hashOf(source)}`].find((candidate) => this.isFree(candidate));
    const claimed = name ?? this.numbered(wanted);
    this.taken.add(claimed);
    if (claimed !== wanted) this.renames.push({ from: source, to: claimed });
    return claimed;
  }

  isFree(name: string): boolean {
    return !this.taken.has(name) && !isReserved(name);
  }

  private numbered(wanted: string): string {
    for (let number = 2; ; number++) if (this.isFree(`${wanted}_${number}`)) return `${wanted}_${number}`;
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 6);
}

/** Claims for a whole kind: what needs no change has the better right, then the order of the document holds. */
export function claimAll(
  names: Names,
  sources: readonly string[],
  shape: (source: string) => string,
): Map<string, string> {
  const ordered = [...sources].sort((a, b) => Number(shape(b) === b) - Number(shape(a) === a));
  return new Map(ordered.map((source) => [source, names.claim(shape(source), source)]));
}

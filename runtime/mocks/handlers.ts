/** The part of msw's `http` that mocks need; of msw 2 or 3, for Node or browsers. */
export interface MockHttp {
  /** Registers what answers requests whose URL fits. */
  all(path: RegExp, resolver: (info: { readonly request: Request }) => Response | undefined): unknown;
}

/** What msw's `server.use` takes. */
export type MockHandler<Http extends MockHttp> = ReturnType<Http["all"]>;

/** An operation as its mock knows it. */
export interface MockOperation {
  /** In capitals. */
  readonly method: string;
  /** The path template, `/orders/{orderId}`. */
  readonly path: string;
  /** Status of the usual answer. */
  readonly status: number;
  /** Media type of the usual answer; empty where it has no body. */
  readonly contentType: string;
  /** Data of the usual answer. */
  readonly data: () => unknown;
}

/** Every operation of a document as its mock knows it, by name. */
export type MockOperations<Id extends string> = Readonly<Record<Id, MockOperation>>;

/** A handler that answers an operation with `data`, or with its sample. */
export function mockHandler<Http extends MockHttp>(
  http: Http,
  operation: MockOperation,
  data: unknown = operation.data(),
): MockHandler<Http> {
  const { method, status, contentType } = operation;
  return http.all(pathPattern(operation.path), ({ request }) => {
    if (request.method !== method) return undefined;
    const body = bodyOf(data, contentType);
    return new Response(body, body === null ? { status } : { status, headers: { "content-type": contentType } });
  }) as MockHandler<Http>;
}

/** A handler for every operation. Of two paths that fit a URL the one that says more comes first. */
export function mockHandlers<Http extends MockHttp>(
  http: Http,
  operations: Readonly<Record<string, MockOperation>>,
): MockHandler<Http>[] {
  return Object.values(operations)
    .sort((a, b) => specificity(b.path) - specificity(a.path))
    .map((operation) => mockHandler(http, operation));
}

/** Matches the path at the end of a URL, whatever the server and its base path. */
function pathPattern(path: string): RegExp {
  const source = path
    .split(/\{[^}]*\}/)
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    .join("[^/?#]+");
  return new RegExp(`^https?://[^/]+(?:/[^?#]*)?${source}/?(?:[?#].*)?$`);
}

/** Longer paths and written segments say more than parameters do. */
function specificity(path: string): number {
  const segments = path.split("/");
  return segments.length * 1_000 + segments.filter((segment) => !segment.includes("{")).length;
}

function bodyOf(data: unknown, contentType: string): string | Blob | Uint8Array<ArrayBuffer> | null {
  if (data === undefined || contentType === "") return null;
  if (data instanceof Blob || data instanceof Uint8Array) return data as Blob | Uint8Array<ArrayBuffer>;
  if (/[/+]json/i.test(contentType)) return JSON.stringify(data);
  return typeof data === "string" ? data : JSON.stringify(data);
}

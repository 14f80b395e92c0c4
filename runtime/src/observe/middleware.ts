/** Runs around each attempt. It may change the request, answer itself, or look at the response. */
export type Middleware<Id extends string = string> = (
  request: Request,
  next: (request: Request) => Promise<Response>,
  context: MiddlewareContext<Id>,
) => Promise<Response>;

/** What a {@link Middleware} is told of the attempt that it runs around. */
export interface MiddlewareContext<Id extends string = string> {
  /** The operation as its description names it; the path is the template. */
  readonly operation: { readonly id: Id; readonly method: string; readonly path: string };
  /** The number that all events of this call have. */
  readonly call: number;
  /** 1 for the first. */
  readonly attempt: number;
}

/** Writes one parameter: `a=1&a=2` for a query, `;a=1` for a path. An empty string leaves it out. */
export type ParameterStyle = (name: string, value: unknown) => string;

/** Turns a body into what `fetch` sends, and says under which content type. */
export type BodyEncoder = (
  body: unknown,
  contentType: string,
  encoding: Readonly<Record<string, MemberEncoding>>,
) => EncodedBody;

/** How one member of a form is written (OpenAPI's Encoding Object). */
export interface MemberEncoding {
  /** Makes its content type void. */
  readonly style?: ParameterStyle;
  /** Of a part of a multipart form. */
  readonly contentType?: string;
}

export interface EncodedBody {
  readonly content: string | Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  readonly contentType: string;
}

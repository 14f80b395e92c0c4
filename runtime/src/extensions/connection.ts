import type { OpenStream } from "../base/outcome.js";

type BodyReader = ReadableStreamDefaultReader<Uint8Array>;

/** The body of one response, as a stream's source. The attempt's slot is held until it is over. */
export class Connection implements OpenStream {
  readonly response: Response;
  readonly reader: BodyReader;
  #run: Parameters<OpenStream["outlive"]>[0] | undefined;
  readonly #over: Promise<void>;
  #end!: () => void;

  constructor(response: Response) {
    this.response = response;
    this.reader = bodyOf(response).getReader();
    this.#over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** The stream that it continues receives it. */
  begin(): void {}

  outlive(run: Parameters<OpenStream["outlive"]>[0], isWanted: boolean): Promise<void> {
    this.#run = run;
    if (!isWanted) this.end();
    return this.#over;
  }

  /** A piece has come. */
  heard(): void {
    this.#run?.onStreamHeard?.();
  }

  /** Ends it for the server too, where there is more to come. */
  end(): void {
    this.#end();
    this.reader.cancel().catch(() => {});
  }
}

/** Some platforms give no stream where a body is empty, and some none at all. */
function bodyOf(response: Response): ReadableStream<Uint8Array> {
  if (response.body) return response.body;
  return new ReadableStream({
    async pull(controller) {
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}

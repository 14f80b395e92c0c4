/** Options that bound the number of series. OpenTelemetry and Prometheus share them. */
export interface SeriesOptions {
  /**
   * Number of operations that have histograms of their own. Further operations share the histograms of the operation
   * `(other)`, and one warning says so. `true`: no limit; `false`: no histograms.
   *
   * The same number limits the scopes whose levels are exported in full (open breakers, failures, and queues first).
   *
   * @default 50
   */
  readonly histograms?: boolean | number | undefined;
  /** Adds the label `outcome` to the histograms. @default true */
  readonly outcome?: boolean | undefined;
  /** Receives warnings. @default `console.warn` */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** The number of operations, or scopes, that are exported in full. */
export function detailLimit({ histograms = 50 }: SeriesOptions): number {
  if (histograms === true) return Number.POSITIVE_INFINITY;
  return histograms === false ? 50 : histograms;
}

/** @throws RangeError if the number is not a non-negative integer */
export function checkSeriesOptions({ histograms = 50 }: SeriesOptions): void {
  if (typeof histograms !== "number" || (Number.isInteger(histograms) && histograms >= 0)) return;
  throw new RangeError(`'histograms' must be true, false, or an integer from 0 (was ${String(histograms)}).`);
}

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
type StatusOf<Class extends number> = `${Class}${Digit}${Digit}` extends `${infer Status extends number}`
  ? Status
  : never;

// Ranges are unions of literals, for a union with `number` in it does not narrow by status.

/** What `2XX` of a description stands for. */
export type Status2XX = StatusOf<2>;
/** What `3XX` of a description stands for. */
export type Status3XX = StatusOf<3>;
/** What `4XX` of a description stands for. */
export type Status4XX = StatusOf<4>;
/** What `5XX` of a description stands for. */
export type Status5XX = StatusOf<5>;
/** What `default` of a description stands for, beside a described success. */
export type StatusDefault = Status4XX | Status5XX;
/** The statuses of a range that have no description of their own. */
export type StatusBut<Range extends number, Described extends number> = Range extends Described ? never : Range;

// What the generated mocks.ts imports; nothing else of a client does.
export { buildMocks } from "./build.js";
export { mergeSamples, type SampleOverrides, sample, streamText } from "./sample.js";
export type {
  MockAnswer,
  MockHandler,
  MockHttp,
  MockMoves,
  MockOf,
  MockOperation,
  MockOperations,
  MockOptions,
  MockPages,
  MockReply,
  MockRequest,
  MockSet,
  MockStep,
} from "./types.js";

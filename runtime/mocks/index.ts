// What the generated mocks.ts imports; nothing else of a client does.
export {
  type MockHandler,
  type MockHttp,
  type MockOperation,
  type MockOperations,
  mockHandler,
  mockHandlers,
} from "./handlers.js";
export { mergeSamples, type SampleOverrides, sample, streamText } from "./sample.js";

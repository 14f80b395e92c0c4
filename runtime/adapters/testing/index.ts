export { type Fault, type FaultOptions, type FaultTransport, faultTransport } from "./faults.js";
export { seededRandom } from "./random.js";
export { VirtualClock } from "./virtual-clock.js";

// What templates use in the place of what a real API brings.
import type { Call, PagedItems } from "resil-gen-runtime";

export interface $Input {
  readonly idempotencyKey: string;
}
export type $Operations = { readonly getOrder: (client: never) => $Call };
export type $Pages = PagedItems<unknown, unknown>;
export type $Call = Call<unknown, never>;
export type $Address = { readonly baseUrl: string } | { readonly origin: string };
export type $AuthMembers = { readonly bearer?: string };
export type $Schema = { readonly id: string };
export type $partName = "retry" | "breaker" | "bulkhead";

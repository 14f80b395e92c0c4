import { isResilienceError } from "resil-gen-runtime";

/** The errors of each operation, by its id. */
export interface OperationErrors {
  $members: never;
}

/** The id of an operation: its `operationId`, or the name of its function if the document has none. */
export type OperationId = keyof OperationErrors;

/** Whether something thrown is an error of a call of this operation; then it is typed. */
export function isErrorOf<Id extends OperationId>(operation: Id, error: unknown): error is OperationErrors[Id] {
  return isResilienceError(error) && error.operation === operation;
}

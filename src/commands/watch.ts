export const watch = async (..._a: unknown[]): Promise<number> => 0;

export declare function syntheticSpec(count: number): object;

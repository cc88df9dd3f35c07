/** A variable of a function that stands in the code, and where it is. */
export interface PlacedVariable {
  /** `DW_TAG`. */
  readonly tag: number;
  /** Where the entry that declares it stands in `.debug_info` of the module that the table was read from. */
  readonly entry: number;
  /** Its location, an expression. */
  readonly location: Uint8Array;
}

/** The variables of one function that stands in the code. */
export interface InstanceVariables {
  /** The function's frame base, an expression. */
  readonly frameBase: Uint8Array;
  readonly variables: readonly PlacedVariable[];
}

/** Variables whose places are known in rewritten code. */
export interface PlacedVariables {
  /** By where the function's code begins. */
  readonly instances: ReadonlyMap<number, InstanceVariables>;
  /** How many variables had a place that code decides, before. */
  readonly placedVariables: number;
}

/** A place in an expression that refers to an entry. */
export interface EntryFixup {
  /** Where in the bytes. */
  readonly at: number;
  /** Bytes that are there for it. */
  readonly size: number;
  readonly label: number;
  /** Counted from the start of the unit as a padded LEB128, from there as a plain number, or from the section's. */
  readonly kind: 'unit-leb' | 'unit' | 'section';
}

/** Bytes that stand in an entry or a list as they are, but for references to entries. */
export interface WrittenBlock {
  readonly bytes: Uint8Array;
  readonly fixups?: readonly EntryFixup[] | undefined;
}

/** What the layout of a unit's data depends on (DWARF 5, sections 7.4 and 7.5.1). */
export interface Encoding {
  /** Of DWARF: 2 to 5. */
  readonly version: number;
  /** Bytes of a target address: 2, 4 or 8. */
  readonly addressSize: number;
  /** Bytes of an offset into a section: 4 in the 32-bit format, 8 in the 64-bit format. */
  readonly offsetSize: 4 | 8;
}

/** What an attribute's value is, before a form is chosen for it: how its number in the column of values is meant. */
export const KIND = {
  /** A flag that is set; takes no number. */
  flag: 0,
  /** A flag that is written although it is not set; takes no number. */
  unset: 1,
  /** An unsigned constant. */
  constant: 2,
  /** A signed constant. */
  signed: 3,
  /** A constant of 64 bits that a number does not hold: a block of 8 bytes. */
  wide: 4,
  /** A constant of 16 bytes: a block. */
  data16: 5,
  /** A string of the string table. */
  string: 6,
  /** A target address. */
  address: 7,
  /** The label of an entry. */
  reference: 8,
  /** An offset into another section, as it is. */
  offset: 9,
  /** A line table. */
  lines: 10,
  /** A range list. */
  ranges: 11,
  /** A location list. */
  locations: 12,
  /** A block of bytes. */
  block: 13,
  /** An expression: a block, whose references to entries may have to be filled in. */
  expression: 14,
  /** The signature of a type unit: a block of 8 bytes. */
  signature: 15,
  /** An offset of an entry of the supplementary file. */
  supplementaryReference: 16,
  /** An offset of a string of the supplementary file. */
  supplementaryString: 17,
  /** An index into `.debug_addr`, in a unit whose addresses are another file's. */
  addressIndex: 18,
  /** Unsigned constants of 1, 2 and 4 bytes, where the size is part of what they mean. */
  data1: 19,
  data2: 20,
  data4: 21,
  /** Constants that a number does not hold: the bytes of their LEB128, a block. */
  largeUnsigned: 22,
  largeSigned: 23,
} as const;
export type KIND = (typeof KIND)[keyof typeof KIND];

/** Whether a value of this kind takes a number in the column of values. */
export function hasNumber(kind: KIND): boolean {
  return kind !== KIND.flag && kind !== KIND.unset;
}

/** Whether a value of this kind is the bytes of a LEB128. */
export function isLarge(kind: KIND): boolean {
  return kind === KIND.largeUnsigned || kind === KIND.largeSigned;
}

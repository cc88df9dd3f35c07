/** Whether entries of an abbreviation have children (DWARF 5, table 7.4). */
export const DW_CHILDREN = {
  no: 0x00,
  yes: 0x01,
} as const;
export type DW_CHILDREN = (typeof DW_CHILDREN)[keyof typeof DW_CHILDREN];

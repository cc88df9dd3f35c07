/** An address or offset for people. */
export function hex(value: number): string {
  return value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

/** A range of addresses, its end excluded. */
export function span(start: number, end: number): string {
  return `[${hex(start)}, ${hex(end)})`;
}

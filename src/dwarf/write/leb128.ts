/** Bytes that a number takes as unsigned LEB128. */
export function ulebSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  let size = 3;
  for (let rest = Math.floor(value / 0x20_0000); rest > 0; rest = Math.floor(rest / 128)) size++;
  return size;
}

/** Bytes that a number takes as signed LEB128. */
export function slebSize(value: number): number {
  if (value >= -0x40 && value < 0x40) return 1;
  if (value >= -0x2000 && value < 0x2000) return 2;
  let size = 2;
  for (let limit = 0x2000; !(value >= -limit && value < limit); limit *= 128) size++;
  return size;
}

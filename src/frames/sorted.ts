/** The index of the last of the first `count` elements that is not greater than `value`, -1 where all are. */
export function lastAtOrBefore(
  sorted: Float64Array | Uint32Array,
  value: number,
  count: number = sorted.length,
): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

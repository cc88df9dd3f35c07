import { LINE_FLAG } from '../../src/dwarf/model/line-row.ts';
import type { FrameTable } from '../../src/frames/frame-table.ts';
import { writeVlq } from '../../src/source-map/mappings.ts';

/**
 * A source map with the rows of a table: as Emscripten's `wasm-sourcemap.py` makes one, where code without a line has the
 * place of the code before it; or with `gaps`, where nothing is known of it.
 */
export function plainSourceMap(
  { files, rows }: FrameTable,
  codeStart: number,
  { gaps = false, sources = files.map(({ path }) => path) }: { gaps?: boolean; sources?: readonly string[] } = {},
): Uint8Array {
  const buffer = new Uint8Array(16);
  const vlq = (value: number): string => Buffer.from(buffer.subarray(0, writeVlq(buffer, 0, value))).toString();
  const segments: string[] = [];
  let last = [0, 0, 0, 0];
  for (let row = 0; row < rows.count; row++) {
    const offset = codeStart + rows.starts[row]!;
    const ends = (rows.flags[row]! & LINE_FLAG.end_sequence) !== 0;
    if (ends || rows.lines[row] === 0) {
      if (gaps) segments.push(vlq(offset - last[0]!));
      if (gaps) last[0] = offset;
      continue;
    }
    // Who has no column stands in the first.
    const segment = [offset, rows.files[row]!, rows.lines[row]! - 1, Math.max(1, rows.columns[row]!) - 1];
    segments.push(segment.map((value, field) => vlq(value - last[field]!)).join(''));
    last = segment;
  }
  return Buffer.from(JSON.stringify({ version: 3, sources, names: [], mappings: segments.join(',') }));
}

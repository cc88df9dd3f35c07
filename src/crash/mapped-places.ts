import type { ModuleOffset } from '../addresses.ts';
import type { SourceMap } from '../source-map/source-map.ts';

/** A place in the source as a source map has it. */
export interface MappedPlace {
  /** The map's name for what stands there; often none. */
  readonly name: string | undefined;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * The place of an instruction in the source by a source map: that of the last segment at or before it, if the segment
 * is of the same function. A place in an inlined function is given without the call of it, as maps have no calls.
 *
 * @throws FormatError where the map is damaged.
 */
export function mappedPlace(
  map: SourceMap,
  offset: ModuleOffset,
  functionStart: ModuleOffset,
): MappedPlace | undefined {
  const { segments, sources, names } = map;
  const segment = map.find(offset);
  if (segment < 0 || segments.offsets[segment]! < functionStart) return undefined;
  const file = sources[segments.sources[segment]!];
  if (file === undefined) return undefined;
  const name = names[segments.names[segment]!];
  return { name, file, line: segments.lines[segment]!, column: segments.columns[segment]! };
}

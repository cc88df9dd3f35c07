/** A module that the text declares. */
export interface MarkedModule {
  readonly id: bigint;
  readonly name: string;
  /** `elf`, or `wasm`, which LLVM does not know. */
  readonly type: string;
  /** Lower-case hexadecimal digits; `''` where none is given. */
  readonly buildId: string;
}

/** A run of addresses that a module takes. */
export interface MemoryMap {
  readonly address: bigint;
  readonly size: bigint;
  readonly module: MarkedModule;
  /** Some of `rwx`. */
  readonly mode: string;
  /** What `address` is in the module. */
  readonly moduleAddress: bigint;
}

/** Whether an address belongs to a map. */
function holds(map: MemoryMap, address: bigint): boolean {
  return map.address <= address && address - map.address < map.size;
}

/** Which module takes which addresses, as declared so far. */
export class MemoryMaps {
  readonly #maps = new Map<bigint, MemoryMap>();

  /** Adds a map, unless it overlaps another one, which is answered then. */
  add(map: MemoryMap): MemoryMap | undefined {
    const following = [...this.#maps.values()]
      .filter(({ address }) => address > map.address)
      .sort((a, b) => (a.address < b.address ? -1 : 1))[0];
    if (following !== undefined && holds(map, following.address)) return following;
    const overlapping = this.find(map.address);
    if (overlapping !== undefined) return overlapping;
    this.#maps.set(map.address, map);
    return undefined;
  }

  /** The map that holds an address. */
  find(address: bigint): MemoryMap | undefined {
    for (const map of this.#maps.values()) if (holds(map, address)) return map;
    return undefined;
  }

  clear(): void {
    this.#maps.clear();
  }
}

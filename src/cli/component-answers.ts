import type { CodeLocation, DataLocation, LocalVariable } from '../symbolize/answers.ts';
import type { ModuleAnswers } from '../symbolize/module-answers.ts';
import type { QueriedModule } from './modules.ts';

/** A core module in a component: addresses count from the start of the outer file, as engines print them. */
export interface ComponentPart {
  readonly start: number;
  readonly end: number;
  readonly answers: ModuleAnswers;
}

/** A component, which answers through its core modules. */
export class ComponentAnswers implements QueriedModule {
  readonly #parts: readonly ComponentPart[];

  constructor(parts: readonly ComponentPart[]) {
    this.#parts = parts;
  }

  frames(address: number): readonly CodeLocation[] {
    return this.#at(address)?.frames(address) ?? [{}];
  }

  location(address: number): CodeLocation {
    return this.#at(address)?.location(address) ?? {};
  }

  symbol(name: string, offset: number): readonly CodeLocation[] {
    return this.#parts.flatMap(({ answers }) => answers.symbol(name, offset));
  }

  /** Each core module may have a memory of its own: the first one that knows the address answers. */
  data(address: number): DataLocation {
    for (const { answers } of this.#parts) {
      const found = answers.data(address);
      if (found.name !== undefined || found.file !== undefined) return found;
    }
    return {};
  }

  locals(address: number): readonly LocalVariable[] {
    return this.#at(address)?.locals(address) ?? [];
  }

  #at(address: number): ModuleAnswers | undefined {
    return this.#parts.find(({ start, end }) => address >= start && address < end)?.answers;
  }
}

import { ByteReader } from '../bytes/byte-reader.ts';
import type { Report } from '../diagnostics.ts';
import { isFormatError } from '../errors.ts';
import type { WasmModule } from './module.ts';

/** One entry of the `producers` section (tool conventions, ProducersSection.md). */
export interface Producer {
  /** `language`, `processed-by` or `sdk`. */
  readonly field: string;
  readonly name: string;
  /** Empty where there is none. */
  readonly version: string;
}

/** What made the module; what stands before damage is answered, the damage reported. */
export function readProducers(module: WasmModule, options: { readonly report?: Report | undefined } = {}): Producer[] {
  const producers: Producer[] = [];
  const window = module.custom('producers')?.window;
  if (window === undefined) return producers;
  try {
    const reader = new ByteReader(window);
    for (let fields = reader.uleb(); fields > 0; fields--) {
      const field = reader.text(reader.uleb());
      for (let count = reader.uleb(); count > 0; count--) {
        const name = reader.text(reader.uleb());
        producers.push({ field, name, version: reader.text(reader.uleb()) });
      }
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    const message = `${error.detail}; the entries before it are read`;
    const { offset } = error;
    options.report?.({ severity: 'warning', rule: 'producers/damaged', message, section: 'producers', offset });
  }
  return producers;
}

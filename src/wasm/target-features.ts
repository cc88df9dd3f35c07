import { ByteReader } from '../bytes/byte-reader.ts';
import type { Report } from '../diagnostics.ts';
import { isFormatError } from '../errors.ts';
import type { WasmModule } from './module.ts';

/** One entry of the `target_features` section (tool conventions, Linking.md). */
export interface TargetFeature {
  /** `bulk-memory`, `simd128` … */
  readonly name: string;
  /** `+` used, `-` must not be used by others, `=` required of all others (old). */
  readonly prefix: string;
}

/** The features that the module was compiled for; what stands before damage is answered, the damage reported. */
export function readTargetFeatures(
  module: WasmModule,
  options: { readonly report?: Report | undefined } = {},
): TargetFeature[] {
  const features: TargetFeature[] = [];
  const window = module.custom('target_features')?.window;
  if (window === undefined) return features;
  try {
    const reader = new ByteReader(window);
    for (let count = reader.uleb(); count > 0; count--) {
      const prefix = String.fromCharCode(reader.u8());
      features.push({ name: reader.text(reader.uleb()), prefix });
    }
  } catch (error) {
    if (!isFormatError(error)) throw error;
    const message = `${error.detail}; the features before it are read`;
    const { offset } = error;
    options.report?.({ severity: 'warning', rule: 'features/damaged', message, section: 'target_features', offset });
  }
  return features;
}

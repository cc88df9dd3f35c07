import type { FindModules } from '../symbolize-crash.ts';
import { isGeckoProfile, symbolizeGeckoProfile } from './gecko-profile.ts';
import { isProcessedProfile, symbolizeProcessedProfile } from './processed-profile.ts';
import { ProfileFunctions } from './profile-functions.ts';
import { symbolizeTraceEvents, traceEventsOf } from './trace-events.ts';
import { isCpuProfile, symbolizeCpuProfile } from './v8-cpu-profile.ts';

/**
 * A profile in JSON with its functions of wasm under their real names, files and lines: a `.cpuprofile`, trace events,
 * or Firefox's; `undefined` for anything else. Nothing but names and places changes.
 */
export function symbolizeProfile(value: unknown, find: FindModules): unknown {
  const functions = new ProfileFunctions(find);
  if (isCpuProfile(value)) return symbolizeCpuProfile(value, functions);
  if (traceEventsOf(value) !== undefined) return symbolizeTraceEvents(value, functions);
  if (isProcessedProfile(value)) return symbolizeProcessedProfile(value, functions);
  if (isGeckoProfile(value)) return symbolizeGeckoProfile(value, functions);
  return undefined;
}

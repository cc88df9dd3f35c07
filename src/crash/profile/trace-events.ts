import { isObject, type JsonObject } from '../json.ts';
import type { ProfileFunctions } from './profile-functions.ts';
import { symbolizeNode } from './v8-cpu-profile.ts';

/** Trace events as Chrome's performance panel and `node --trace-event-categories` write them: a list, alone or named. */
export function traceEventsOf(value: unknown): unknown[] | undefined {
  const events = isObject(value) ? value['traceEvents'] : value;
  if (!Array.isArray(events)) return undefined;
  return events.some((event) => isObject(event) && (event['name'] === 'ProfileChunk' || event['name'] === 'CpuProfile'))
    ? events
    : undefined;
}

/** The events with the nodes of the CPU profiles in them renamed (see `v8-cpu-profile.ts`: they know no more). */
export function symbolizeTraceEvents(value: unknown, functions: ProfileFunctions): unknown {
  const events = traceEventsOf(value)!.map((event) => symbolizeEvent(event, functions));
  return isObject(value) ? { ...value, traceEvents: events } : events;
}

function symbolizeEvent(event: unknown, functions: ProfileFunctions): unknown {
  if (!isObject(event) || !isObject(event['args']) || !isObject(event['args']['data'])) return event;
  const { args } = event;
  const data = event['args']['data'] as JsonObject;
  const { cpuProfile } = data;
  if (!isObject(cpuProfile) || !Array.isArray(cpuProfile['nodes'])) return event;
  const nodes = cpuProfile['nodes'].map((node) => symbolizeNode(node, functions));
  return { ...event, args: { ...args, data: { ...data, cpuProfile: { ...cpuProfile, nodes } } } };
}

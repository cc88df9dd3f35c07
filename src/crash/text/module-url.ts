import type { ModuleReference } from '../crash.ts';
import { toUnicode } from './line.ts';

/**
 * What the URL in front of `:wasm-function[…]` says about the module.
 *
 * V8 makes up `wasm://wasm/hash` or `wasm://wasm/name-hash` where bytes had no URL; SpiderMonkey says in which script
 * and line they were compiled (`http://host/page line 13 > WebAssembly.instantiate`), which names no module.
 */
export function moduleOfUrl(text: string): ModuleReference {
  if (text === '' || text === '<anonymous>' || text === '<?>') return {};
  const url = toUnicode(text);
  const made = /^wasm:\/\/wasm\/(?:([^/]*)-)?([0-9a-f]{8})$/.exec(url);
  if (made !== null) {
    // Until 2020 the name was always `wasm`.
    return { url, hash: made[2], name: made[1] === 'wasm' ? undefined : made[1] };
  }
  if (/ > WebAssembly\.\w+$/.test(url) || url.startsWith('data:')) return { url };
  // JavaScriptCore and Bun print the module's own name where others have a URL.
  return /[/\\:]/.test(url) ? { url } : { url, name: url };
}

import { functionTags, tagIndex } from './anchors.ts';
import type { FoundFrame, TextFormat } from './format.ts';
import { moduleOfUrl } from './module-url.ts';
import { writeAtSignFrames } from './spidermonkey.ts';

const PLACE = '@[wasm code]';

/**
 * `Error.stack` of JavaScriptCore until August 2025; since then it is as SpiderMonkey's (`spidermonkey.ts`).
 *
 *     module.wasm-function[name]@[wasm code]
 *     <?>.wasm-function[index]@[wasm code]
 *
 * There are no offsets. `wasm-stub@[wasm code]` is the way into the module, and no frame of it.
 */
export const javascriptcore: TextFormat = {
  read(line) {
    const frames: FoundFrame[] = [];
    let from = 0;
    for (const tag of functionTags(line)) {
      if (tag.start < from) continue;
      const { text } = line;
      if (text.startsWith(PLACE, tag.bracket)) {
        let start = from;
        while (text[start] === ' ' || text[start] === '\t') start++;
        const functionIndex = tagIndex(tag);
        const content = line.unicode(tag.start + 'wasm-function['.length, tag.bracket - 1);
        const end = tag.bracket + PLACE.length;
        frames.push({
          producer: 'javascriptcore',
          module: moduleOfUrl(text.slice(start, Math.max(start, tag.start - 1))),
          functionIndex,
          functionName: functionIndex === undefined ? content : undefined,
          text: {
            start,
            end,
            lead: text.slice(from, start),
            style: 'javascriptcore',
            parts: [content, '[wasm code]'],
            ...(from > 0 ? { newline: ' ', lead: '' } : {}),
          },
        });
        from = end;
      } else from = tag.end;
    }
    return frames.length > 0 ? frames : undefined;
  },
  write: writeAtSignFrames,
};

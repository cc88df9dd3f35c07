import { functionTags, tagIndex } from './anchors.ts';
import type { FoundFrame, TextFormat } from './format.ts';
import { moduleOfUrl } from './module-url.ts';
import { writeAtFrames } from './v8.ts';

const PLACE = ' (native)';

/**
 * Bun's call sites, and its `Error.stack` where it says more than `at unknown`.
 *
 *     at module.wasm-function[name] (native)
 *     at .wasm-function[index] (native)
 *
 * There are no offsets.
 */
export const bun: TextFormat = {
  read(line) {
    const frames: FoundFrame[] = [];
    const { text } = line;
    for (const tag of functionTags(line)) {
      if (!text.startsWith(PLACE, tag.bracket)) continue;
      const word = /^(\s*)(at )?/.exec(text)!;
      const start = word[0].length;
      if (start > tag.start || frames.length > 0) continue;
      const functionIndex = tagIndex(tag);
      const content = line.unicode(tag.start + 'wasm-function['.length, tag.bracket - 1);
      frames.push({
        producer: 'bun',
        module: moduleOfUrl(text.slice(start, Math.max(start, tag.start - 1))),
        functionIndex,
        functionName: functionIndex === undefined ? content : undefined,
        text: { start, end: tag.bracket + PLACE.length, lead: word[0], style: 'bun', parts: [content] },
      });
    }
    return frames.length > 0 ? frames : undefined;
  },
  write: writeAtFrames,
};

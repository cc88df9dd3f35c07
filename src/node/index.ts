/** What only Node has: files read where they are touched. */
export { openFileSource } from './file-source.ts';

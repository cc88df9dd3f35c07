import { defineConfig } from 'vitest/config';
import ClosingLine from './test/support/closing-line.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: process.env['CI'] ? ['dot', new ClosingLine()] : ['default', new ClosingLine()],
    testTimeout: 120_000,
    maxWorkers: 2,
  },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{runtime,server,client}/src/**/*.test.ts', 'test/*.test.ts', 'test/integration/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});

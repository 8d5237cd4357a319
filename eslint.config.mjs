import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Import boundaries: dependencies point one way (client → runtime, server → runtime). */
const boundary = (files, patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      'test/fixtures/**',
      'test/corpus/**',
      '.cache/**',
      'samples/**',
      '**/*.js',
      '**/*.mjs',
      '**/*.cjs',
      'vitest.config.mts',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off', // typed arrays under noUncheckedIndexedAccess
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': 'off',
      'no-console': 'error',
    },
  },
  boundary(
    ['runtime/**'],
    [
      { group: ['vscode', 'vscode-*', '@vscode/*'], message: 'runtime knows neither VS Code nor LSP nor DAP' },
      {
        group: ['pal-server*', 'pal-client*', '**/server/src/**', '**/client/src/**'],
        message: 'runtime depends on no other package',
      },
    ],
  ),
  boundary(
    ['server/**'],
    [
      { group: ['vscode'], message: 'the server runs without VS Code' },
      { group: ['pal-client*', '**/client/src/**'], message: 'server depends on runtime only' },
    ],
  ),
  boundary(
    ['client/**'],
    [
      {
        group: ['pal-server/*', '!pal-server/protocol', '**/server/src/**'],
        message: 'client may import types of pal-server/protocol only',
      },
    ],
  ),
  { files: ['**/*.test.ts', 'test/**', 'bench/**'], rules: { 'no-console': 'off' } },
);

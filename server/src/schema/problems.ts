/** What can be wrong with a PAL YAML file. The codes are part of the product: `docs/bundles.md` explains them, quick fixes hang on them. */
import type { OffsetRange } from './yamlNodes';

export const problemCodes = [
  'yaml-syntax',
  'unknown-key',
  'duplicate-key',
  'missing-key',
  'wrong-type',
  'empty-list',
  'empty-value',
  'invalid-word',
  'invalid-target',
  'invalid-duration',
  'invalid-integer',
  'invalid-boolean',
  'missing-field-op',
  'missing-peer',
  'ignored-key',
  'duplicate-intercept',
] as const;

export type ProblemCode = (typeof problemCodes)[number];

export interface Problem {
  readonly code: ProblemCode;
  /** `error`: PAL refuses the file. `warning`: PAL takes it, but hardly as it was meant. `hint`: no effect. */
  readonly severity: 'error' | 'warning' | 'hint';
  readonly message: string;
  readonly range: OffsetRange;
  /** The text that most likely was meant, for a quick fix that replaces `range`. */
  readonly suggestion?: string;
  /** The key that is missing. */
  readonly key?: string;
}

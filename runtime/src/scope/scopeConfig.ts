/**
 * The effective recording scope from flags and policy file: which rule comes first, which default holds. Order and inference are those
 * of the Java tool; the result is plain JSON and is stored with the log, so that a replay can use the very same scope.
 */
import { PalError } from '../errors';
import type { ScopeConfig } from '../peer/runConfig';
import { ioScopeRules } from './ioScope';
import { readScopePolicy, type ScopeAction } from './scopePolicy';

/** What the user gave on the command line; absent = not given. */
export interface ScopeFlags {
  /** Class patterns to record (`--scope`). */
  readonly scope?: readonly string[] | undefined;
  /** Class patterns to skip (`--scope-exclude`). */
  readonly scopeExclude?: readonly string[] | undefined;
  readonly scopeIo?: boolean | undefined;
  /** Path of a policy file (`--scope-policy`), absolute or relative to the working directory. */
  readonly scopePolicy?: string | undefined;
  /** `record` or `skip`, any case (`--scope-default`). */
  readonly scopeDefault?: string | undefined;
  /** Packages of node_modules to weave too, by name or pattern (`--scope-package`). */
  readonly packages?: readonly string[] | undefined;
  readonly fieldReads?: boolean | undefined;
  readonly fieldWrites?: boolean | undefined;
  readonly builtins?: boolean | undefined;
}

/** Nothing configured: own code with its field accesses, and what it asks of built-ins. */
export const DEFAULT_SCOPE: ScopeConfig = {
  rules: [],
  defaultAction: 'RECORD',
  packages: [],
  fieldReads: true,
  fieldWrites: true,
  builtins: true,
};

/** @throws PalError `scope` (exit 1) for an unreadable or malformed policy file or an unknown default. */
export function buildScope(flags: ScopeFlags): ScopeConfig {
  const record = flags.scope ?? [];
  const exclude = flags.scopeExclude ?? [];
  const io = flags.scopeIo ?? false;
  const policy = flags.scopePolicy === undefined ? undefined : readScopePolicy(flags.scopePolicy);

  const inferred = (): ScopeAction => {
    if (policy !== undefined) return policy.defaultAction;
    if (record.length > 0) return 'SKIP';
    if (exclude.length > 0) return 'RECORD';
    return io ? 'SKIP' : 'RECORD';
  };
  return {
    rules: [
      ...exclude.map((pattern) => ({ class: pattern, member: '**', action: 'SKIP' as const })),
      ...record.map((pattern) => ({ class: pattern, member: '**', action: 'RECORD' as const })),
      ...(io ? ioScopeRules : []),
      ...(policy?.rules ?? []),
    ],
    defaultAction: flags.scopeDefault === undefined ? inferred() : defaultOf(flags.scopeDefault),
    packages: [...(flags.packages ?? []), ...(policy?.packages ?? [])],
    fieldReads: flags.fieldReads ?? policy?.fieldReads ?? DEFAULT_SCOPE.fieldReads,
    fieldWrites: flags.fieldWrites ?? policy?.fieldWrites ?? DEFAULT_SCOPE.fieldWrites,
    builtins: flags.builtins ?? policy?.builtins ?? DEFAULT_SCOPE.builtins,
  };
}

function defaultOf(text: string): ScopeAction {
  const action = text.toUpperCase();
  if (action === 'RECORD' || action === 'SKIP') return action;
  throw new PalError('scope', `--scope-default must be record or skip, not '${text}'`);
}

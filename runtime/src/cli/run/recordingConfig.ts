/** From the options that `run` and `exec` share to the parts of a `RunConfig`. */
import { resolve } from 'node:path';
import type { RunConfig, ScopeConfig, ValuesConfig } from '../../peer/runConfig';
import { buildScope } from '../../scope/scopeConfig';
import type { ParsedCommand } from '../parsedCommand';
import { DEFAULT_VALUES, parseValues } from './recordingOptions';

/** @throws PalError `scope`, exit 1 */
export function scopeOf(parsed: ParsedCommand, cwd: string): ScopeConfig {
  const policy = parsed.text('scopePolicy');
  const given = (key: string): boolean | undefined => (parsed.has(key) ? parsed.flag(key) : undefined);
  return buildScope({
    scope: parsed.list('scope'),
    scopeExclude: parsed.list('scopeExclude'),
    scopeIo: parsed.flag('scopeIo'),
    scopePolicy: policy === undefined ? undefined : resolve(cwd, policy),
    scopeDefault: parsed.text('scopeDefault'),
    packages: parsed.list('scopePackage'),
    fieldReads: given('fieldReads'),
    fieldWrites: given('fieldWrites'),
    builtins: given('builtins'),
  });
}

export function valuesOf(parsed: ParsedCommand): ValuesConfig {
  const raw = parsed.text('values');
  return raw === undefined ? DEFAULT_VALUES : parseValues(raw);
}

/** What is recorded and how; the caller adds identity, log and streams. */
export function recordingPart(
  parsed: ParsedCommand,
  cwd: string,
): Pick<RunConfig, 'durable' | 'scope' | 'values' | 'sourceContext' | 'asyncCompletions'> {
  return {
    durable: parsed.flag('durable'),
    scope: scopeOf(parsed, cwd),
    values: valuesOf(parsed),
    sourceContext: parsed.flag('withSourceContext'),
    asyncCompletions: parsed.text('asyncCompletions') === 'call' ? 'call' : 'settle',
  };
}

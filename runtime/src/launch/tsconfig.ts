/**
 * tsconfig.json of a source file: the options that change what the file *does* when it runs (class fields, decorators, JSX,
 * which imports are elided, path aliases).
 *
 * Invariants: the nearest tsconfig.json above the file counts, `extends` chains (also arrays and packages) are merged as
 * TypeScript merges them, relative paths belong to the file that names them. A directory is looked at once per process.
 * Deliberately absent: `include`/`files`/`references` (which files a project type-checks says nothing about how they run).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

export interface TypeScriptOptions {
  /** Absolute path of the tsconfig.json, or undefined when there is none: defaults apply. */
  readonly file: string | undefined;
  readonly jsx: 'automatic' | 'classic';
  readonly jsxDevelopment: boolean;
  readonly jsxImportSource: string | undefined;
  readonly jsxFactory: string | undefined;
  readonly jsxFragmentFactory: string | undefined;
  readonly experimentalDecorators: boolean;
  readonly emitDecoratorMetadata: boolean;
  readonly strictNullChecks: boolean;
  readonly useDefineForClassFields: boolean;
  /** Keep imports that are not marked `type` even when no value of theirs is used. */
  readonly keepUnusedImports: boolean;
  readonly esModuleInterop: boolean;
  /** Absolute directory that non-relative specifiers may start from. */
  readonly baseUrl: string | undefined;
  /** Path aliases, longest literal prefix first; targets are absolute. */
  readonly paths: readonly PathAlias[];
}

export interface PathAlias {
  readonly prefix: string;
  readonly suffix: string;
  /** False: `prefix` must match the whole specifier. */
  readonly wildcard: boolean;
  /** Absolute, with at most one `*`. */
  readonly targets: readonly string[];
}

interface RawOptions {
  readonly [name: string]: unknown;
}

const byDirectory = new Map<string, TypeScriptOptions>();
const byFile = new Map<string, RawOptions | undefined>();

/** Options of the project that a source file belongs to. */
export function typeScriptOptionsFor(filename: string): TypeScriptOptions {
  return optionsOfDirectory(path.dirname(filename));
}

function optionsOfDirectory(directory: string): TypeScriptOptions {
  const known = byDirectory.get(directory);
  if (known !== undefined) return known;
  const file = path.join(directory, 'tsconfig.json');
  const raw = readConfig(file, new Set());
  const parent = path.dirname(directory);
  const options =
    raw !== undefined
      ? interpret(file, raw)
      : parent === directory || path.basename(parent) === 'node_modules'
        ? interpret(undefined, {})
        : optionsOfDirectory(parent);
  byDirectory.set(directory, options);
  return options;
}

/** Merged compilerOptions of a tsconfig file, path options already absolute; undefined when there is no such file. */
function readConfig(file: string, seen: Set<string>): RawOptions | undefined {
  if (byFile.has(file)) return byFile.get(file);
  if (seen.has(file)) return {};
  seen.add(file);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    byFile.set(file, undefined);
    return undefined;
  }
  const config = parseJsonc(text);
  const directory = path.dirname(file);
  let merged: Record<string, unknown> = {};
  const parents = typeof config['extends'] === 'string' ? [config['extends']] : config['extends'];
  if (Array.isArray(parents)) {
    for (const parent of parents) {
      if (typeof parent !== 'string') continue;
      const parentFile = resolveExtends(parent, directory);
      if (parentFile !== undefined) merged = { ...merged, ...readConfig(parentFile, seen) };
    }
  }
  const own = config['compilerOptions'];
  if (typeof own === 'object' && own !== null) {
    const options = { ...(own as Record<string, unknown>) };
    if (typeof options['baseUrl'] === 'string') {
      options['baseUrl'] = path.resolve(directory, expandConfigDir(options['baseUrl'], directory));
    }
    if (typeof options['paths'] === 'object' && options['paths'] !== null) options['pathsFrom'] = directory;
    merged = { ...merged, ...options };
  }
  byFile.set(file, merged);
  return merged;
}

function resolveExtends(specifier: string, directory: string): string | undefined {
  if (specifier.startsWith('.') || path.isAbsolute(specifier)) {
    const target = path.resolve(directory, specifier);
    return target.endsWith('.json') ? target : `${target}.json`;
  }
  const lookup = createRequire(path.join(directory, 'tsconfig.json'));
  for (const candidate of [specifier, `${specifier}.json`, `${specifier}/tsconfig.json`]) {
    try {
      const found = lookup.resolve(candidate);
      if (found.endsWith('.json')) return found;
    } catch {
      // next form
    }
  }
  return undefined;
}

function expandConfigDir(value: string, directory: string): string {
  return value.startsWith('${configDir}') ? path.join(directory, value.slice('${configDir}'.length)) : value;
}

function interpret(file: string | undefined, raw: RawOptions): TypeScriptOptions {
  const text = (name: string): string | undefined => (typeof raw[name] === 'string' ? raw[name] : undefined);
  const flag = (name: string): boolean | undefined => (typeof raw[name] === 'boolean' ? raw[name] : undefined);
  const jsx = text('jsx')?.toLowerCase();
  const directory = file === undefined ? undefined : path.dirname(file);
  return {
    file,
    jsx: jsx === 'react' ? 'classic' : 'automatic',
    jsxDevelopment: jsx === 'react-jsxdev',
    jsxImportSource: text('jsxImportSource'),
    jsxFactory: text('jsxFactory') ?? (text('reactNamespace') ? `${text('reactNamespace')!}.createElement` : undefined),
    jsxFragmentFactory: text('jsxFragmentFactory'),
    experimentalDecorators: flag('experimentalDecorators') ?? false,
    emitDecoratorMetadata: flag('emitDecoratorMetadata') ?? false,
    strictNullChecks: flag('strictNullChecks') ?? flag('strict') ?? true,
    useDefineForClassFields: flag('useDefineForClassFields') ?? targetHasClassFields(text('target')),
    keepUnusedImports:
      flag('verbatimModuleSyntax') ??
      (flag('preserveValueImports') === true || text('importsNotUsedAsValues')?.toLowerCase() === 'preserve'),
    esModuleInterop: flag('esModuleInterop') ?? true,
    baseUrl: text('baseUrl'),
    paths: directory === undefined ? [] : interpretPaths(raw, directory),
  };
}

/** TypeScript's rule: ES2022 and later define class fields, earlier targets assign them; no target means a current one. */
function targetHasClassFields(target: string | undefined): boolean {
  if (target === undefined) return true;
  const lower = target.toLowerCase();
  if (lower === 'esnext') return true;
  const year = /^es(\d{4})$/.exec(lower);
  return year !== null && Number(year[1]) >= 2022;
}

function interpretPaths(raw: RawOptions, directory: string): PathAlias[] {
  const paths = raw['paths'];
  if (typeof paths !== 'object' || paths === null) return [];
  const from = typeof raw['pathsFrom'] === 'string' ? raw['pathsFrom'] : directory;
  const base = typeof raw['baseUrl'] === 'string' ? raw['baseUrl'] : from;
  const aliases: PathAlias[] = [];
  for (const [pattern, targets] of Object.entries(paths as Record<string, unknown>)) {
    if (!Array.isArray(targets)) continue;
    const star = pattern.indexOf('*');
    aliases.push({
      prefix: star < 0 ? pattern : pattern.slice(0, star),
      suffix: star < 0 ? '' : pattern.slice(star + 1),
      wildcard: star >= 0,
      targets: targets
        .filter((target): target is string => typeof target === 'string')
        .map((target) => path.resolve(base, expandConfigDir(target, directory))),
    });
  }
  // Exact aliases win, then the longest prefix, as in TypeScript.
  return aliases.sort((a, b) => Number(a.wildcard) - Number(b.wildcard) || b.prefix.length - a.prefix.length);
}

/** Files that `paths` and `baseUrl` may mean by a non-relative specifier, in order of preference; without extension search. */
export function aliasTargets(options: TypeScriptOptions, specifier: string): string[] {
  if (specifier.startsWith('.') || specifier.startsWith('/') || /^[a-z][a-z0-9+.-]+:/i.test(specifier)) return [];
  const found: string[] = [];
  const alias = options.paths.find(({ wildcard, prefix, suffix }) =>
    wildcard
      ? specifier.length >= prefix.length + suffix.length && specifier.startsWith(prefix) && specifier.endsWith(suffix)
      : specifier === prefix,
  );
  if (alias !== undefined) {
    const middle = specifier.slice(alias.prefix.length, specifier.length - alias.suffix.length);
    found.push(...alias.targets.map((target) => (alias.wildcard ? target.replace('*', () => middle) : target)));
  }
  if (options.baseUrl !== undefined) found.push(path.join(options.baseUrl, specifier));
  return found;
}

/** JSON with comments and trailing commas; anything else unreadable counts as an empty configuration. */
export function parseJsonc(text: string): Record<string, unknown> {
  let out = '';
  let index = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (index < text.length) {
    const char = text[index]!;
    if (char === '"') {
      let end = index + 1;
      while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
      out += text.slice(index, end + 1);
      index = end + 1;
    } else if (char === '/' && text[index + 1] === '/') {
      while (index < text.length && text[index] !== '\n') index++;
    } else if (char === '/' && text[index + 1] === '*') {
      const end = text.indexOf('*/', index + 2);
      index = end < 0 ? text.length : end + 2;
    } else {
      if (char === '}' || char === ']') out = out.replace(/,\s*$/, '');
      out += char;
      index++;
    }
  }
  try {
    const value: unknown = JSON.parse(out);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

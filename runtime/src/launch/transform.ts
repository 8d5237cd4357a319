/**
 * TypeScript and JSX to JavaScript. oxc-transform does the bulk; swc takes what oxc leaves as it is: files with decorators or
 * `accessor`, and ES module syntax that has to become CommonJS.
 *
 * Invariants: both compilers are loaded on the first file that needs them (a start from a warm cache loads none); no
 * configuration files but tsconfig.json are read; the result carries a source map to the file as it lies on disk.
 */
import type { Options as SwcOptions } from '@swc/core';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { ModuleFormat } from './sourceFiles';
import { declaredFormat } from './sourceFiles';
import type { TypeScriptOptions } from './tsconfig';

export interface Transformed {
  readonly code: string;
  readonly format: ModuleFormat;
  /** `mappings` of a version 3 source map with the file as its one source. */
  readonly mappings: string;
}

/** Versions of the compilers, for cache keys; kept in step with package.json by a test. */
export const TRANSFORM_VERSION = 'oxc-0.158.0 swc-1.16.22';

/** Property of errors that this module throws (a registered symbol: other bundles look for it). */
export const COMPILE_ERROR = Symbol.for('pal.compileError');

type OxcModule = typeof import('oxc-transform');
type SwcModule = typeof import('@swc/core');
let oxc: OxcModule | undefined;
let swc: SwcModule | undefined;
const load = createRequire(__filename);

/**
 * Compiles one file.
 * @throws SyntaxError with the compiler's message and code frame when the text does not parse.
 */
export function transformSource(filename: string, source: string, options: TypeScriptOptions): Transformed {
  const declared = declaredFormat(filename);
  oxc ??= load('oxc-transform') as OxcModule;
  const extension = path.extname(filename);
  const jsx = extension === '.tsx' || extension === '.jsx';
  const result = oxc.transformSync(filename, source, {
    lang: extension === '.tsx' ? 'tsx' : extension === '.jsx' ? 'jsx' : 'ts',
    sourceType: 'unambiguous',
    sourcemap: true,
    target: 'es2022',
    typescript: {
      onlyRemoveTypeImports: options.keepUnusedImports,
      removeClassFieldsWithoutInitializer: !options.useDefineForClassFields,
      ...(options.jsxFactory === undefined ? {} : { jsxPragma: options.jsxFactory.split('.')[0]! }),
      ...(options.jsxFragmentFactory === undefined ? {} : { jsxPragmaFrag: options.jsxFragmentFactory.split('.')[0]! }),
    },
    assumptions: { setPublicClassFields: !options.useDefineForClassFields },
    decorator: { legacy: options.experimentalDecorators, emitDecoratorMetadata: options.emitDecoratorMetadata },
    ...(jsx
      ? {
          jsx: {
            runtime: options.jsx,
            development: options.jsxDevelopment,
            ...(options.jsx === 'classic'
              ? {
                  pragma: options.jsxFactory ?? 'React.createElement',
                  pragmaFrag: options.jsxFragmentFactory ?? 'React.Fragment',
                }
              : { importSource: options.jsxImportSource ?? 'react' }),
          },
        }
      : {}),
  });
  const fatal = result.errors.find((error) => (error.severity as string) === 'Error');
  if (fatal !== undefined || (result.code === '' && result.errors.length > 0)) {
    const error = fatal ?? result.errors[0]!;
    throw compileError(filename, source, error.message, error.labels[0]?.start);
  }
  const moduleSyntax = hasModuleSyntax(result.code);
  const format = declared ?? (moduleSyntax && needsModule(result.code) ? 'module' : 'commonjs');
  const toCommonJs = format === 'commonjs' && moduleSyntax;
  if (toCommonJs || needsSwc(result, source)) return withSwc(filename, source, options, format, toCommonJs);
  return { code: result.code, format, mappings: result.map?.mappings ?? '' };
}

/** A mistake in a source file, with a stack that begins with the place, as Node has it for JavaScript. */
function compileError(filename: string, source: string, message: string, byteOffset: number | undefined): SyntaxError {
  const error = new SyntaxError(message.split('\n')[0]);
  const bytes = Buffer.from(source);
  const before = bytes
    .subarray(0, byteOffset ?? 0)
    .toString('utf8')
    .split('\n');
  const column = before.at(-1)!.length;
  const line = source.split('\n')[before.length - 1]!.replace(/\r$/, '');
  const excerpt = `${filename}:${before.length}\n${line}\n${line.slice(0, column).replace(/[^\t]/g, ' ')}^\n\n`;
  const text = byteOffset === undefined ? `${filename}\n${message}\n\n` : excerpt;
  error.stack = `${text}SyntaxError: ${error.message}`;
  Object.defineProperty(error, COMPILE_ERROR, { value: true });
  return error;
}

/** Import and export statements; both compilers print them at the start of a line. */
function hasModuleSyntax(code: string): boolean {
  return /^(?:import\b(?!\s*\()|export\b)/m.test(code) || /\bimport\.meta\b/.test(code);
}

/** Text that has no CommonJS form: such a file without a declared format can only be meant as an ES module. */
function needsModule(code: string): boolean {
  return /\bimport\.meta\b/.test(code) || /^(?:(?:const|let|var)\s[^\n]*=\s*)?(?:await\b|for await\b)/m.test(code);
}

function needsSwc(result: { code: string; helpersUsed?: Record<string, string> }, source: string): boolean {
  if (Object.keys(result.helpersUsed ?? {}).length > 0) return true;
  if (source.includes('accessor') && /^\s*(?:static\s+)?accessor\s+[\w$#["']/m.test(result.code)) return true;
  return source.includes('@') && /^\s*(?:export\s+(?:default\s+)?)?@[\w$([]/m.test(withoutComments(result.code));
}

/** Comments blanked out, so that `@param` in a doc comment is not taken for a decorator. */
function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '');
}

function withSwc(
  filename: string,
  source: string,
  options: TypeScriptOptions,
  format: ModuleFormat,
  toCommonJs: boolean,
): Transformed {
  swc ??= load('@swc/core') as SwcModule;
  const extension = path.extname(filename);
  const swcOptions: SwcOptions = {
    filename,
    swcrc: false,
    configFile: false,
    isModule: toCommonJs || format === 'module',
    sourceMaps: true,
    inputSourceMap: false,
    jsc: {
      target: 'es2022',
      parser:
        extension === '.jsx'
          ? { syntax: 'ecmascript', jsx: true, decorators: true }
          : { syntax: 'typescript', tsx: extension === '.tsx', decorators: true },
      transform: {
        legacyDecorator: options.experimentalDecorators,
        decoratorMetadata: options.experimentalDecorators && options.emitDecoratorMetadata,
        ...(options.experimentalDecorators ? {} : { decoratorVersion: '2023-11' }),
        useDefineForClassFields: options.useDefineForClassFields,
        verbatimModuleSyntax: options.keepUnusedImports,
        react: {
          runtime: options.jsx,
          development: options.jsxDevelopment,
          ...(options.jsx === 'classic'
            ? {
                pragma: options.jsxFactory ?? 'React.createElement',
                pragmaFrag: options.jsxFragmentFactory ?? 'React.Fragment',
              }
            : { importSource: options.jsxImportSource ?? 'react' }),
        },
      },
      keepClassNames: true,
      externalHelpers: false,
      preserveAllComments: true,
    },
    ...(toCommonJs
      ? {
          module: {
            type: 'commonjs',
            ignoreDynamic: true,
            exportInteropAnnotation: true,
            importInterop: options.esModuleInterop ? 'swc' : 'none',
          },
        }
      : format === 'module'
        ? { module: { type: 'es6' } }
        : {}),
  };
  let result;
  try {
    result = swc.transformSync(source, swcOptions);
  } catch (error) {
    throw compileError(filename, source, error instanceof Error ? error.message : String(error), undefined);
  }
  const map = JSON.parse(result.map ?? '{"mappings":""}') as { mappings: string };
  return { code: result.code, format, mappings: map.mappings };
}

/** Entry of `dist/weaver.js`: everything that is needed to make a woven file and nothing that is needed to run one. */
import { weave } from '../weave/weaveModule';
import type { WeaveOptions, WeaveOutput } from '../weave/weave';
import type { ModuleFormat } from './sourceFiles';

export { expressionAt } from './assertSource';
export { findThrow, insideFunction } from './throwSearch';
export { transformSource } from './transform';

export interface WovenText {
  /** What the text parsed as. */
  readonly format: ModuleFormat;
  readonly output: WeaveOutput;
}

/**
 * Weaves one file.
 * @param format undefined: the text is CommonJS unless it only parses as an ES module
 * @returns undefined when the text does not parse: Node reports that better than we can
 */
export function weaveModule(
  code: string,
  format: ModuleFormat | undefined,
  classPrefix: string,
  options: WeaveOptions,
): WovenText | undefined {
  const formats: ModuleFormat[] = format === undefined ? ['commonjs', 'module'] : [format];
  for (const sourceType of formats) {
    try {
      return { format: sourceType, output: weave({ code, sourceType, classPrefix, options }) };
    } catch (error) {
      if (!isParseError(error)) throw error;
    }
  }
  return undefined;
}

function isParseError(error: unknown): boolean {
  return error instanceof SyntaxError || (error as { code?: unknown } | null)?.code === 'weave';
}

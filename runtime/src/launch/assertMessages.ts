/**
 * Messages of `assert(value)` that quote the source text of the call. Node takes the text from V8 or from the file at V8's column, both of which are those
 * of woven text; the message is put right when the error's stack is made, which the error's constructor does at once.
 */
import { mayQuoteSource } from './assertMark';
import type { WovenModules } from './wovenModules';

interface SourceFinder {
  expressionAt(text: string, line: number, column: number, nodeMajor: number): string | undefined;
}

/** Replaces the generated message of an `AssertionError` that was made in woven code. */
export function correctAssertMessage(
  error: unknown,
  trace: readonly NodeJS.CallSite[],
  modules: WovenModules,
  finder: () => SourceFinder,
): void {
  const site = trace[0];
  if (site === undefined || !mayQuoteSource(error)) return;
  const module = modules.get(site.getFileName());
  const line = site.getLineNumber();
  const column = site.getColumnNumber();
  if (module === undefined || line === null || column === null) return;
  const major = Number(process.versions.node.split('.')[0]);
  const text = finder().expressionAt(module.places.originalText(), line, column, major);
  if (text === undefined) return;
  Object.defineProperty(error, 'message', {
    value: `The expression evaluated to a falsy value:\n\n  ${text}\n`,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

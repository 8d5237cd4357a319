/** Where a source file offers to be run: at its first line when it is an entry, and above each test. Read off the lines, no parser. */

export interface RunLens {
  readonly line: number;
  /** Undefined: the file itself. */
  readonly test: string | undefined;
}

const testPattern =
  /^\s*(?:describe|suite|it|test)(?:\.(?:only|concurrent|sequential))*\(\s*(['"`])((?:\\.|(?!\1).)+)\1/;
const testFilePattern =
  /(?:^|[\\/])(?:__tests__[\\/].*|[^\\/]+\.(?:test|spec))\.[cm]?[jt]sx?$|[\\/]tests?[\\/][^\\/]+\.[cm]?[jt]sx?$/i;
/** More lenses than this help nobody and cost the editor. */
const maxTests = 300;

export const isTestFile = (path: string): boolean => testFilePattern.test(path);

/** @param isEntry package.json names the file. */
export function runLenses(path: string, text: string, isEntry: boolean): readonly RunLens[] {
  const lenses: RunLens[] = [];
  const isTest = isTestFile(path);
  if (isEntry || isTest || text.startsWith('#!')) lenses.push({ line: 0, test: undefined });
  if (!isTest) return lenses;
  for (const [line, content] of text.split('\n').entries()) {
    const match = testPattern.exec(content);
    // A name that is put together at run time cannot be searched for.
    if (match !== null && !(match[1] === '`' && match[2]!.includes('${'))) {
      lenses.push({ line, test: match[2]!.replace(/\\(.)/g, '$1') });
    }
    if (lenses.length > maxTests) break;
  }
  return lenses;
}

/** Recognises an `AssertionError` whose message Node made itself, by its fields alone (no getter of a program is called). */
const GENERATED = /^(?:The expression evaluated to a falsy value:\n\n|false == true$|\S+ == true$)/;

export function mayQuoteSource(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const field = (name: string): unknown => Object.getOwnPropertyDescriptor(error, name)?.value;
  const message = field('message');
  return (
    field('code') === 'ERR_ASSERTION' &&
    field('operator') === '==' &&
    field('expected') === true &&
    typeof message === 'string' &&
    GENERATED.test(message)
  );
}

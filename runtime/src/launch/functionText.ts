/**
 * `Function.prototype.toString` of woven functions and classes: the text that their author wrote.
 *
 * Invariants: the replacement itself looks like V8's (text, name, length, no prototype); text without a trace of weaving is passed on.
 * Node's internals keep the bare function: they look at the first and last characters only.
 */
import type { WovenModules } from './wovenModules';

/** Every edit that the weaver makes to a function's text contains a name with this prefix. */
const MARK = '__pal_';

/** Functions of PAL that stand in for functions of Node or V8, with the text to show for them. */
const disguised = new WeakMap<object, string>();

/** Lets `standIn` look like the function it replaces; `name` false: but keep its own name. */
export function disguise<T extends (...args: never[]) => unknown>(
  standIn: T,
  original: (...args: never[]) => unknown,
  name = true,
): T {
  disguised.set(standIn, bareToString.call(original));
  if (name) Object.defineProperty(standIn, 'name', { value: original.name, configurable: true });
  Object.defineProperty(standIn, 'length', { value: original.length, configurable: true });
  return standIn;
}

// eslint-disable-next-line @typescript-eslint/unbound-method -- called with an explicit receiver only
const bareToString = Function.prototype.toString;

export function installFunctionText(modules: WovenModules): void {
  const originals = new Map<string, string>();
  // A method, so that it has no `prototype`, as V8's has none.
  // eslint-disable-next-line @typescript-eslint/unbound-method -- its receiver is the function that is asked for
  const { toString } = {
    toString(this: unknown): string {
      const known = typeof this === 'function' ? disguised.get(this) : undefined;
      if (known !== undefined) return known;
      const text = Reflect.apply(bareToString, this, []);
      if (!text.includes(MARK)) return text;
      let original = originals.get(text);
      if (original === undefined) {
        original = modules.originalText(text) ?? text;
        if (originals.size < 1000) originals.set(text, original);
      }
      return original;
    },
  };
  disguise(toString, bareToString);
  Object.defineProperty(Function.prototype, 'toString', {
    value: toString,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

/**
 * Durable recording: what a program did before something of it can be seen outside is in the log before it can be seen.
 *
 * Shared memory is gone with the process, so before every operation that reaches the outside (a write to a file, socket or pipe, a message to another
 * process, a child process) the app thread waits until the host has handed everything recorded to the system. Pure computation pays nothing.
 * The choke points are Node's native bindings, below `fs`, `net`, `console`, `child_process` and everything that is built on them.
 *
 * Deliberately absent: writes of native addons, HTTP/2 (whose frames leave from native code), and memory shared with other threads (they
 * end with the process).
 */
type Binding = Record<string, unknown>;
type BindingProcess = NodeJS.Process & { binding(name: string): Binding };

/** Functions of the file system binding that change something or hand data out, by the start of their names. */
const FILE_FUNCTIONS =
  /^(write|open|close|fsync|fdatasync|ftruncate|rename|unlink|rmdir|rm|mkdir|mkdtemp|link|symlink|chmod|fchmod|lchown|chown|fchown|utimes|futimes|lutimes|copyFile|cp)/;
const STREAM_METHODS = [
  'writev',
  'writeBuffer',
  'writeAsciiString',
  'writeUtf8String',
  'writeUcs2String',
  'writeLatin1String',
  'shutdown',
];
/** Binding → class → methods. */
const CLASS_METHODS: readonly (readonly [binding: string, name: string, methods: readonly string[]])[] = [
  // Pipes, TCP sockets and terminals inherit these from one class, which no binding names.
  ['pipe_wrap', 'Pipe', STREAM_METHODS],
  ['tls_wrap', 'TLSWrap', STREAM_METHODS],
  ['js_stream', 'JSStream', STREAM_METHODS],
  ['udp_wrap', 'UDP', ['send', 'send6']],
  ['process_wrap', 'Process', ['spawn', 'kill']],
  ['fs', 'FileHandle', STREAM_METHODS],
];

/** @param barrier returns when everything recorded so far survives the end of the process; quick when there is nothing new */
export function installDurableBarrier(barrier: () => void): void {
  for (const [binding, name, methods] of CLASS_METHODS) {
    const type = bindingOf(binding)[name];
    if (typeof type !== 'function') continue;
    for (const method of methods) guard(ownerOf((type as { prototype: Binding }).prototype, method), method, barrier);
  }
  const files = bindingOf('fs');
  for (const name of Object.keys(files)) if (FILE_FUNCTIONS.test(name)) guard(files, name, barrier);
  guard(bindingOf('spawn_sync'), 'spawn', barrier);
}

function bindingOf(name: string): Binding {
  try {
    return (process as BindingProcess).binding(name);
  } catch {
    return {};
  }
}

/** The object of the prototype chain that has the method. */
function ownerOf(prototype: Binding, method: string): Binding {
  let holder: Binding | null = prototype;
  while (holder !== null && !Object.hasOwn(holder, method)) holder = Object.getPrototypeOf(holder) as Binding | null;
  return holder ?? {};
}

function guard(holder: Binding, name: string, barrier: () => void): void {
  const original = holder[name];
  if (typeof original !== 'function' || !Object.hasOwn(holder, name)) return;
  const guarded = function (this: unknown, ...args: unknown[]): unknown {
    barrier();
    return new.target === undefined
      ? Reflect.apply(original, this, args)
      : Reflect.construct(original, args, new.target === guarded ? original : new.target);
  };
  for (const property of ['name', 'length'] as const) {
    Object.defineProperty(guarded, property, { value: (original as unknown as Binding)[property], configurable: true });
  }
  try {
    holder[name] = guarded;
  } catch {
    // a binding that cannot be changed: what goes through it is not held back
  }
}

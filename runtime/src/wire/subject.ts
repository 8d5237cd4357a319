/** What an execution message is about: class, member and place in the source. Filters and lists of messages ask for it. */
import type { Context, ExecMessage } from './messages';

export interface Subject {
  readonly className: string | undefined;
  readonly method: string | undefined;
  readonly field: string | undefined;
}

/** Of a constructor the method is `new`; of a completion the class is that of the value or of the error. */
export function subjectOf(exec: ExecMessage): Subject {
  const call = exec.instanceMethodCall ?? exec.classMethodCall;
  if (call !== undefined) return { className: call.clazz?.name, method: call.name, field: undefined };
  if (exec.constructorCall !== undefined) {
    return { className: exec.constructorCall.clazz?.name, method: 'new', field: undefined };
  }
  const access = exec.instanceFieldGet ?? exec.staticFieldGet ?? exec.instanceFieldPut ?? exec.staticFieldPut;
  if (access !== undefined) {
    return { className: access.clazz?.name, method: access.field?.name, field: access.field?.name };
  }
  const done = exec.instanceFieldPutDone ?? exec.staticFieldPutDone;
  if (done !== undefined) {
    return { className: done.field?.clazz?.name, method: done.field?.name, field: done.field?.name };
  }
  if (exec.returnValue !== undefined) {
    const { isVoid, object } = exec.returnValue;
    return { className: isVoid === true ? 'void' : object?.clazz?.name, method: undefined, field: undefined };
  }
  return { className: exec.raisedThrowable?.throwable?.Type, method: undefined, field: undefined };
}

/** Where in the source an operation stands; completions say nothing about it. */
export function contextOf(exec: ExecMessage): Context | undefined {
  const operation =
    exec.instanceMethodCall ??
    exec.classMethodCall ??
    exec.constructorCall ??
    exec.instanceFieldGet ??
    exec.instanceFieldPut ??
    exec.staticFieldGet ??
    exec.staticFieldPut;
  return operation?.context;
}

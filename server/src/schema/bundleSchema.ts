/**
 * Intercept bundles as data. Source: PAL's bundle format (root, defaults, entry, callback; required keys, enum words, defaults).
 */
import type { EnumValue, FieldSchema, MappingSchema } from './schema';

const exceptionPolicies: readonly EnumValue[] = [
  {
    value: 'PROPAGATE_ALL',
    doc: 'Whatever the callback throws, on purpose or by a crash, is thrown into the intercepted call.',
  },
  {
    value: 'PROPAGATE_EXPLICIT_ONLY',
    doc: 'Exceptions that the callback set on its context are thrown; crashes of a local callback are swallowed.',
  },
  {
    value: 'SWALLOW_ALL',
    doc: 'Nothing that a BEFORE or AFTER callback throws reaches the call; misuse of the API still does.',
  },
  {
    value: 'PROPAGATE_CONTROLLED_ONLY',
    doc: 'As PROPAGATE_EXPLICIT_ONLY; the default of a peer unless it was started with another.',
  },
];

const checkedExceptionPolicies: readonly EnumValue[] = [
  { value: 'WRAP', doc: 'A checked exception that the target does not declare is wrapped in a runtime exception.' },
  {
    value: 'REJECT',
    doc: 'A checked exception that the target does not declare is replaced by an error that says so.',
  },
  { value: 'ALLOW_ALL', doc: 'Checked exceptions are thrown as they are, declared or not.' },
];

/** Keys that `defaults` and every entry share: the entry's value wins, then the default, then the built-in one. */
export const overrideFields: readonly FieldSchema[] = [
  {
    key: 'peer',
    doc: 'The callback peer: name or UUID of the peer that owns the handler.',
    value: { kind: 'text' },
    fallback: 'none: without a peer here or in `defaults` the bundle cannot be applied',
    example: 'audit',
  },
  {
    key: 'priority',
    doc: 'Order among intercepts of one operation: lower runs first and outermost; may be negative.',
    value: { kind: 'integer' },
    fallback: '0',
    example: '10',
  },
  {
    key: 'ttl',
    doc: 'How long the intercept lives after it was applied, in whole seconds; `0` means until it is removed.',
    value: { kind: 'duration' },
    fallback: '0: no expiry of its own',
    example: '30m',
  },
  {
    key: 'forceImmediate',
    doc: 'Activate without waiting for calls in flight to finish.',
    value: { kind: 'boolean' },
    fallback: 'false',
    example: 'true',
  },
  {
    key: 'exceptionPolicy',
    doc: 'What happens to an exception of the callback.',
    value: { kind: 'enum', values: exceptionPolicies },
    fallback: 'the default of the intercepted peer',
  },
  {
    key: 'checkedExceptionPolicy',
    doc: 'What happens to a checked exception that the target does not declare (Java).',
    value: { kind: 'enum', values: checkedExceptionPolicies },
    fallback: 'the default of the intercepted peer',
  },
  {
    key: 'callbackTimeout',
    doc: 'How long the intercepted call waits for the callback before it goes on unchanged; `0` waits for ever.',
    value: { kind: 'duration' },
    fallback: 'the default of the intercepted peer (3s unless set otherwise)',
    example: '500ms',
  },
];

const callbackSchema: MappingSchema = {
  kind: 'mapping',
  name: 'callback',
  fields: [
    { key: 'class', doc: 'Class of the handler in the callback peer.', value: { kind: 'text' }, required: true },
    { key: 'method', doc: 'Static method of the handler.', value: { kind: 'text' }, required: true, example: 'handle' },
  ],
};

export const entrySchema: MappingSchema = {
  kind: 'mapping',
  name: 'intercept',
  fields: [
    {
      key: 'target',
      doc:
        'What is intercepted: class pattern, a dot, member pattern. The last dot separates the two. `new` is the constructor; `*` stands for ' +
        'any text, `**` for any number of segments, `?` for one character.',
      value: { kind: 'target' },
      required: true,
      example: 'com.acme.OrderService.place',
    },
    {
      key: 'type',
      doc: 'When the callback runs, and whether the call waits for it.',
      value: {
        kind: 'enum',
        values: [
          { value: 'BEFORE', doc: 'Before the operation; may change arguments or throw. The call waits.' },
          { value: 'AFTER', doc: 'After the operation; may change the result or throw. The call waits.' },
          { value: 'AROUND', doc: 'Around the operation; decides whether it proceeds. The call waits.' },
          { value: 'BEFORE_ASYNC', doc: 'Told before the operation; the call does not wait.' },
          { value: 'AFTER_ASYNC', doc: 'Told after the operation; the call does not wait.' },
        ],
      },
      required: true,
    },
    { key: 'callback', doc: 'The handler that is called.', value: callbackSchema, required: true },
    {
      key: 'kind',
      doc: 'Whether the target is a method (or constructor) or a field.',
      value: {
        kind: 'enum',
        values: [
          { value: 'method', doc: 'A method, or a constructor when the member is `new`.' },
          { value: 'field', doc: 'A field; needs `fieldOp`.' },
        ],
      },
      fallback: 'method',
    },
    {
      key: 'fieldOp',
      doc: 'Which access of the field; needed when `kind` is `field`.',
      value: {
        kind: 'enum',
        values: [
          { value: 'GET', doc: 'Reads of the field.' },
          { value: 'PUT', doc: 'Writes of the field.' },
        ],
      },
    },
    {
      key: 'params',
      doc: 'Parameter types of the one overload that is meant, exactly as recorded. Without it every overload matches.',
      value: { kind: 'list', item: { kind: 'text' } },
      fallback: 'every overload',
      example: '[java.lang.String, int]',
    },
    ...overrideFields,
  ],
};

export const bundleSchema: MappingSchema = {
  kind: 'mapping',
  name: 'bundle',
  fields: [
    { key: 'bundle', doc: 'Name of the bundle.', value: { kind: 'text' }, required: true, example: 'audit' },
    {
      key: 'defaults',
      doc: 'Values that every entry inherits unless it sets its own.',
      value: { kind: 'mapping', name: 'defaults', fields: overrideFields },
    },
    {
      key: 'intercepts',
      doc: 'The intercepts of the bundle, applied in this order.',
      value: { kind: 'list', item: entrySchema, nonEmpty: true },
      required: true,
    },
  ],
};

/**
 * The language in which PAL's YAML files are described: keys with their documentation, and what a value may be. Validation, completion and hover all
 * work from such a description; adding a key or a file type means adding data (`bundleSchema.ts`), not code.
 */

/** One allowed word of an `enum`, in its canonical spelling. PAL accepts any case. */
export interface EnumValue {
  readonly value: string;
  readonly doc: string;
}

export type ValueSchema =
  | { readonly kind: 'text' }
  | { readonly kind: 'enum'; readonly values: readonly EnumValue[] }
  /** YAML boolean, or text of which only `true` (any case) counts as true. */
  | { readonly kind: 'boolean' }
  /** YAML number or integer text. */
  | { readonly kind: 'integer' }
  /** `0`, or digits followed by `ms`, `s`, `m`, `h` or `d`. */
  | { readonly kind: 'duration' }
  | { readonly kind: 'target' }
  | { readonly kind: 'mapping'; readonly name: string; readonly fields: readonly FieldSchema[] }
  | { readonly kind: 'list'; readonly item: ValueSchema; readonly nonEmpty?: boolean };

export interface FieldSchema {
  readonly key: string;
  /** Markdown, a sentence or two. */
  readonly doc: string;
  readonly value: ValueSchema;
  readonly required?: boolean;
  /** What holds when the key is absent, as text for people. */
  readonly fallback?: string;
  /** A value to write as an example, in YAML. */
  readonly example?: string;
}

export type MappingSchema = Extract<ValueSchema, { kind: 'mapping' }>;

/** The field of a mapping with this key; keys are case-sensitive. */
export function fieldOf(schema: MappingSchema, key: string): FieldSchema | undefined {
  return schema.fields.find((field) => field.key === key);
}

/** How a value is called in messages. */
export function describeValue(schema: ValueSchema): string {
  switch (schema.kind) {
    case 'mapping':
      return 'a mapping';
    case 'list':
      return 'a list';
    case 'enum':
      return `one of ${schema.values.map((value) => value.value).join(', ')}`;
    case 'boolean':
      return 'true or false';
    case 'integer':
      return 'an integer';
    case 'duration':
      return 'a duration such as 500ms, 30s, 5m, 2h, 1d, or 0';
    case 'target':
      return 'a target such as com.acme.OrderService.place';
    case 'text':
      return 'text';
  }
}

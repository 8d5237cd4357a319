/**
 * The golden vectors write a struct as plain JSON: binary as hex, 64-bit integers as decimal strings, and `constructor` for the
 * member that is `constructor_` here. Which text is binary or 64 bits is known by its name.
 */
export interface VectorFields {
  readonly [name: string]: unknown;
}

const BINARY = new Set(['peerUuid', 'fromPeer', 'interceptedPeer']);
const WIDE = new Set(['currentTime', 'ttlSeconds', 'callbackTimeoutMs']);

export function fromVectorFields(struct: string, fields: VectorFields): object {
  const value: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(fields)) {
    value[name === 'constructor' ? 'constructor_' : name] = BINARY.has(name)
      ? new Uint8Array(Buffer.from(member as string, 'hex'))
      : WIDE.has(name)
        ? BigInt(member as string)
        : Array.isArray(member)
          ? member.map((element) => (isFields(element) ? fromVectorFields(struct, element) : (element as unknown)))
          : isFields(member)
            ? fromVectorFields(struct, member)
            : member;
  }
  return value;
}

/** The same without zero values, so that absent and zero compare as equal; 64-bit integers and binaries as text. */
export function toVectorFields(value: object): VectorFields {
  const fields: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value) as [string, unknown][]) {
    const key = name === 'constructor_' ? 'constructor' : name;
    if (member instanceof Uint8Array) {
      if (member.length > 0) fields[key] = Buffer.from(member).toString('hex');
    } else if (Array.isArray(member)) {
      if (member.length > 0)
        fields[key] = member.map((element) => (isFields(element) ? toVectorFields(element) : (element as unknown)));
    } else if (typeof member === 'bigint') {
      if (member !== 0n) fields[key] = String(member);
    } else if (isFields(member)) {
      fields[key] = toVectorFields(member);
    } else if (member !== 0 && member !== '' && member !== false && member !== undefined) {
      fields[key] = member;
    }
  }
  return fields;
}

const isFields = (value: unknown): value is VectorFields => typeof value === 'object' && value !== null;

/** Codes of PAL 1.0's messages (wire specification 2.5). The numbers are the wire. */
export const MessageType = {
  EXEC_CONSTRUCTOR: 1,
  EXEC_INSTANCE_METHOD: 2,
  EXEC_CLASS_METHOD: 3,
  EXEC_GET_STATIC: 4,
  EXEC_GET_FIELD: 5,
  EXEC_PUT_STATIC: 6,
  EXEC_PUT_FIELD: 7,
  EXEC_PUT_STATIC_DONE: 8,
  EXEC_PUT_FIELD_DONE: 9,
  EXEC_THROWABLE: 10,
  EXEC_RETURN_VALUE: 11,
  CONTROL_MESSAGE_REQUEST: 31,
  CONTROL_MESSAGE_RESPONSE: 32,
  INTERCEPT_MESSAGE: 51,
  INTERCEPT_KEY: 52,
  INTERCEPT_RESPONSE: 53,
  INTERCEPT_CALLBACK_REQUEST: 54,
  INTERCEPT_CALLBACK_RESPONSE: 55,
  META_MESSAGE_REQUEST: 60,
  META_MESSAGE_RESPONSE: 61,
  UNKNOWN: 255,
} as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];
export type MessageTypeName = keyof typeof MessageType;

/** PUB frame 2. */
export const ExecPhase = { BEFORE: 1, AFTER: 2, UNDEFINED: 3 } as const;
export type ExecPhase = (typeof ExecPhase)[keyof typeof ExecPhase];

/** Operations are types 1-7, completions 8-11 (`WalEntryKind`). */
export const isOperation = (type: number): boolean => type >= 1 && type <= 7;
export const isCompletion = (type: number): boolean => type >= 8 && type <= 11;

/** Kinds of an intercept. */
export const InterceptType = { BEFORE: 1, AFTER: 2, AROUND: 3, BEFORE_ASYNC: 4, AFTER_ASYNC: 5 } as const;
export const InterceptPhase = { BEFORE: 1, AFTER: 2 } as const;
export const FieldOpType = { GET: 1, PUT: 2 } as const;
/** 255 = not set. */
export const ExceptionPropagationPolicy = {
  PROPAGATE_ALL: 0,
  PROPAGATE_EXPLICIT_ONLY: 1,
  SWALLOW_ALL: 2,
  PROPAGATE_CONTROLLED_ONLY: 3,
} as const;
/** 255 = not set. */
export const CheckedExceptionPolicy = { WRAP: 0, REJECT: 1, ALLOW_ALL: 2 } as const;
export const ControlCommandType = { DELETE_OBJECT: 1, DELETE_SESSION: 2, GC: 3, PING: 4 } as const;
export const ControlStatusType = {
  OK: 1,
  ERROR: 2,
  UNAUTHORIZED: 3,
  UNSUPPORTED: 4,
  NO_SUCH_SESSION: 5,
  NO_SUCH_OBJECT: 6,
} as const;
export const MetaServiceType = { FETCH_CLASSES_INFO: 1 } as const;
export const MetaStatusType = { OK: 1, ERROR: 2, UNAUTHORIZED: 3, UNSUPPORTED: 4 } as const;
/** First frame header of a PUB message. */
export const InternalHeaderType = { WRITE_AHEAD: 1 } as const;
/** Header `message-format` of a Kafka record. */
export const MessageFormatType = { JSON: 1, BINARY: 2 } as const;

/** `java.lang.reflect.Modifier` bits that PAL's messages carry. */
export const Modifier = { PUBLIC: 1, PRIVATE: 2, PROTECTED: 4, STATIC: 8 } as const;

const namesByCode = new Map<object, Map<number, string>>();

/** Name of `code` in one of the tables above; undefined when it has none. */
export function codeName(table: Readonly<Record<string, number>>, code: number): string | undefined {
  let names = namesByCode.get(table);
  if (!names) {
    names = new Map(Object.entries(table).map(([name, value]) => [value, name]));
    namesByCode.set(table, names);
  }
  return names.get(code);
}

/** Name of a message type; every unknown byte is `UNKNOWN`, as in PAL. */
export const messageTypeName = (type: number): MessageTypeName =>
  (codeName(MessageType, type) as MessageTypeName | undefined) ?? 'UNKNOWN';

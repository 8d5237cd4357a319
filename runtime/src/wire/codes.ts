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

export const late: string = 'late'; export type T = number;

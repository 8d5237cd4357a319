import { hoistedInMain } from '../cycles.mjs';
export let counter = 0;
export function bump() { return ++counter; }
export const early = hoistedInMain();
export function readB() { return early + '!'; }

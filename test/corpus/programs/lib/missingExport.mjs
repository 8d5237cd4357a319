import { nothing } from './throws.mjs';
console.log(nothing);

export default function () { return 'anonymous default'; }
export const named = 'n', other = 2;

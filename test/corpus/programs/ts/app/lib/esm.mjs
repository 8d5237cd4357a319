export const a = 1; export default 'esm default';

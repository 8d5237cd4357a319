// JSX with the automatic runtime and the classic one of a neighbour folder.
const Hello = ({ name, children }: { name: string; children?: unknown }) => <b title={name}>{children}</b>;
console.log(JSON.stringify([<Hello name="x">text {1 + 1}</Hello>, <><i /></>, <div {...{ a: 1 }} key="k" />]));
export {};

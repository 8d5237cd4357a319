interface Q { a: number }

export class Svc {
  // padding
  run(q?: Q): number { return q!.a; }
}

function go(): void {
  try { new Svc().run(); } catch (e) { console.log((e as Error).stack); }
  new Svc().run();
}
go();

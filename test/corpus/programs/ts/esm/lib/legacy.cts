class Legacy { constructor(public value: string) {} }
export = new Legacy('from cts');

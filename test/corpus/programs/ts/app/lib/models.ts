export interface OrderLine { sku: string; price: number; qty: number }
export enum Status { Open = 'OPEN', Closed = 'CLOSED' }
export class Order {
  status: Status = Status.Open;
  constructor(public readonly id: number, readonly lines: readonly OrderLine[]) {}
  total(): number { return this.lines.reduce((sum, line) => sum + line.price * line.qty, 0); }
}

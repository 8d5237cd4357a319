/** What a customer pays: percent off, and days until an invoice is due. */
export class Terms {
  static readonly standard = new Terms(0, 14);

  constructor(
    public discountPercent: number,
    public dueDays: number,
  ) {}
}

export class Customer {
  readonly orders: string[] = [];

  constructor(
    readonly name: string,
    readonly terms: Terms = Terms.standard,
  ) {}

  /** A coupon gives this customer percent off. */
  redeem(coupon: string): void {
    const percent = Customer.percentOf(coupon);
    if (percent > this.terms.discountPercent) this.terms.discountPercent = percent;
  }

  static percentOf(coupon: string): number {
    const match = /^SAVE(\d{1,2})$/.exec(coupon);
    if (match?.[1] === undefined) throw new RangeError(`not a coupon: ${coupon}`);
    return Number(match[1]);
  }
}

export class Customers {
  readonly #byName = new Map<string, Customer>();

  named(name: string): Customer {
    let customer = this.#byName.get(name);
    if (customer === undefined) {
      customer = new Customer(name);
      this.#byName.set(name, customer);
    }
    return customer;
  }
}

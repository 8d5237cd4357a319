/** An amount in cents. Immutable; arithmetic gives new amounts. */
export class Money {
  static readonly zero = new Money(0);
  #cents: number;

  constructor(cents: number) {
    if (!Number.isInteger(cents)) throw new RangeError(`not a whole number of cents: ${cents}`);
    this.#cents = cents;
  }

  get cents(): number {
    return this.#cents;
  }

  plus(other: Money): Money {
    return new Money(this.#cents + other.#cents);
  }

  times(quantity: number): Money {
    return new Money(this.#cents * quantity);
  }

  lessPercent(percent: number): Money {
    return new Money(Math.round((this.#cents * (100 - percent)) / 100));
  }

  toString(): string {
    return `${(this.#cents / 100).toFixed(2)} EUR`;
  }
}

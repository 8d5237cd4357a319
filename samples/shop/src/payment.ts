import { setTimeout as delay } from 'node:timers/promises';
import type { Money } from './money.js';

export class CardDeclined extends Error {
  override readonly name = 'CardDeclined';
}

/** Stands for a bank far away: takes its time, and refuses some cards. */
export class PaymentGateway {
  #charges = 0;

  async charge(card: string, amount: Money): Promise<string> {
    await delay(5);
    if (card.endsWith('0000')) throw new CardDeclined(`card ${card.slice(-4)} declined for ${amount}`);
    this.#charges += 1;
    return `charge-${this.#charges}`;
  }
}

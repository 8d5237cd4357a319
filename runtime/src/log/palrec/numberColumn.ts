/** A growing column of numbers: 8 bytes each, no objects, for indexes with one row per block. */
export class NumberColumn {
  private values = new Float64Array(64);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Float64Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  at(index: number): number {
    return this.values[index]!;
  }

  /** Index of the last value ≤ `value` in an ascending column; -1 when there is none. */
  lastAtMost(value: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.values[middle]! <= value) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

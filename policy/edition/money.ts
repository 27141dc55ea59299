const yuanPattern = /^(0|[1-9]\d{0,12})(?:\.(\d{1,2}))?$/

/** Whether a text is an amount in yuan: at most 13 digits, at most two decimals, no sign, no exponent. */
export function isYuan(text: string): boolean {
  return yuanPattern.test(text)
}

/** An amount in yuan (`"1000000.00"`) as whole fen; throws a `RangeError` on anything else. */
export function yuanToFen(text: string): bigint {
  const match = yuanPattern.exec(text)
  if (!match) throw new RangeError(`not an amount in yuan: ${JSON.stringify(text)}`)
  return BigInt(match[1] ?? '0') * 100n + BigInt((match[2] ?? '').padEnd(2, '0'))
}

/** Whole fen as an amount in yuan with two decimals, the form that is stored and sent. */
export function fenToYuan(fen: bigint): string {
  const digits = fen.toString().padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** The sum of the amounts of the kinds named; a kind that is not there counts as nothing. */
export function sumFen(amounts: Readonly<Record<string, string>>, kinds = Object.keys(amounts)): bigint {
  return kinds.reduce(
    (sum, kind) => sum + yuanToFen(Object.hasOwn(amounts, kind) ? (amounts[kind] ?? '0') : '0'),
    0n,
  )
}

/** An amount as an officer writes it: `3000万元` when it is whole ten-thousands, else `29,999,999.99元`. */
export function writeYuan(text: string): string {
  const fen = yuanToFen(text)
  if (fen > 0n && fen % 1_000_000n === 0n) return `${fen / 1_000_000n}万元`
  return `${fenToYuan(fen).replace(/\B(?=(\d{3})+\.)/g, ',')}元`
}

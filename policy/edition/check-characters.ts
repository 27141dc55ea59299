const creditCodeAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const creditCodePattern = /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/
const certificatePattern = /^[0-9A-Z][0-9A-Z-]*-[0-9A-Z]$/
const certificateAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** Whether a text has the form of a 统一社会信用代码 (GB 32100-2015); says nothing of its check character. */
export function isCreditCodeShaped(text: string): boolean {
  return creditCodePattern.test(text)
}

/** The check character that GB 32100-2015 gives to the first 17 characters of a credit code. */
export function creditCodeCheck(code: string): string {
  let sum = 0
  let weight = 1
  for (const character of code.slice(0, 17)) {
    sum += creditCodeAlphabet.indexOf(character) * weight
    weight = (weight * 3) % 31
  }
  return creditCodeAlphabet.charAt((31 - (sum % 31)) % 31)
}

/** Whether a text is a 统一社会信用代码 with the right check character. */
export function isCreditCode(text: string): boolean {
  return isCreditCodeShaped(text) && creditCodeCheck(text) === text.charAt(17)
}

/** The check character of ISO 7064 MOD 37,36 over the letters and digits of a text; everything else is skipped. */
export function mod37Check(text: string): string {
  let remainder = 36
  for (const character of text) {
    const value = certificateAlphabet.indexOf(character)
    if (value < 0) continue
    const sum = (remainder + value) % 36 || 36
    remainder = (sum * 2) % 37
  }
  return certificateAlphabet.charAt((37 - remainder) % 36)
}

/** A certificate number: prefix, code of the body, serial of at least four digits, check character. */
export function certificateNumber(prefix: string, bodyCode: string, serial: number): string {
  const stem = `${prefix}-${bodyCode}-${String(serial).padStart(4, '0')}`
  return `${stem}-${mod37Check(stem)}`
}

/** Whether the check character at the end of a certificate number fits the rest: it catches a mistyped one. */
export function isCertificateNumber(text: string): boolean {
  const cut = text.lastIndexOf('-')
  return certificatePattern.test(text) && mod37Check(text.slice(0, cut)) === text.slice(cut + 1)
}

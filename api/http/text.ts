import express, { type RequestHandler } from 'express'
import type { Words } from '../../policy/edition/edition.ts'
import { RefusalError } from '../../policy/errors.ts'
import { nameOfInput } from '../../policy/edition/field-labels.ts'
import { findBroken, isWhole } from '../../policy/edition/text.ts'

// The gate through which text enters: what is not UTF-8 would be kept with replacement characters, chained and signed.

/** Of everything that is decoded here; a byte order mark at the beginning is no part of the text (RFC 8259, 8.1). */
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The text that some bytes are; undefined where they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

const addressWords = {
  zh: '地址的百分号编码有误，或者不是 UTF-8。',
  en: 'The percent-encoding of the address is broken, or not UTF-8.',
}
const bodyWords = { zh: '请求正文不是 UTF-8 编码。', en: 'The body is not UTF-8.' }
const neitherWords = {
  zh: '请求正文须为 JSON 对象或列表。',
  en: 'The body must be an object or a list of JSON.',
}

function fieldWords(path: string[]): Words {
  const written = path.join('.')
  const name = nameOfInput(path) ?? { zh: written, en: written }
  return {
    zh: `「${name.zh}」（${written}）不是有效的 UTF-8 编码，或者含有替代字符 U+FFFD。`,
    en: `“${name.en}” (${written}) is not valid UTF-8, or has the replacement character U+FFFD.`,
  }
}

/** Refuses an address whose percent-encoding is broken or no UTF-8, in its path or its query. */
export const needWholeAddress: RequestHandler = (request, _response, next) => {
  if (!isAddressWhole(request.originalUrl)) throw new RefusalError({ code: 'not-utf8', words: addressWords })
  next()
}

function isAddressWhole(address: string): boolean {
  try {
    return isWhole(decodeURIComponent(address))
  } catch {
    return false
  }
}

/** A body of another kind would be taken for none. */
const needJson: RequestHandler = (request, _response, next) => {
  const isThere = Number(request.headers['content-length']) > 0
  if (isThere) refuseOtherTypes(request)
  next()
}

const readBytes = express.raw({ limit: '256kb', type: () => true })

/** Reads what the bytes say, an object or a list; no bytes are no body, whatever type they have. */
const readJson: RequestHandler = (request, _response, next) => {
  const bytes: unknown = request.body
  request.body = undefined
  if (!(bytes instanceof Buffer) || bytes.length === 0) return next()
  refuseOtherTypes(request)
  const text = decodeUtf8(bytes)
  if (text === undefined) throw new RefusalError({ code: 'not-utf8', words: bodyWords })
  const body = parse(text)
  const path = findBroken(body)
  if (path) throw new RefusalError({ code: 'not-utf8', field: path.join('.'), words: fieldWords(path) })
  request.body = body
  next()
}

/** Reads the bodies of calls that write. */
export const jsonBody: RequestHandler[] = [needJson, readBytes, readJson].map(
  (handler): RequestHandler =>
    (request, response, next) =>
      request.method === 'GET' || request.method === 'HEAD' ? next() : handler(request, response, next),
)

function refuseOtherTypes(request: express.Request): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(request.get('content-type') ?? '')?.[1] ?? 'utf-8'
  const isUtf8 = /^(utf-?8|us-ascii)$/i.test(charset)
  if (request.is('json') === false || !isUtf8) throw new RefusalError({ code: 'unsupported-media-type' })
}

function parse(text: string): object {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null) return body
  } catch (cause) {
    throw new RefusalError({ code: 'malformed-json' }, { cause })
  }
  throw new RefusalError({ code: 'malformed-json', words: neitherWords })
}

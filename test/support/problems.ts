import { expect } from 'vitest'
import { errors } from '../../policy/errors.ts'
import type { Answer } from './http.ts'

/** Holds an answer to be a problem document of the catalogue, and gives it. */
export function problemOf({ status, headers, body }: Answer): Record<string, unknown> {
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(Object.keys(errors)).toContain(body['code'])
  expect(body).toMatchObject({
    status,
    title: expect.any(String),
    zh: expect.stringMatching(/\p{Script=Han}.*。$/su),
    en: expect.stringMatching(/[a-z].*\.$/su),
    instance: expect.stringMatching(/^\//),
  })
  expect(body['detail']).toBe(body[headers.get('content-language') ?? ''])
  return body
}

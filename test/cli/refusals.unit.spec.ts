import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { projectRoot } from '../../server/root.ts'

/** Whatever a refusal says by itself; what it is given by another speaks for itself, and has no words of its own here. */
const refusals = ['server', 'local', 'cli', 'tools']
  .flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' }).map(
      (file) => `${folder}/${file}`,
    ),
  )
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => {
    const text = readFileSync(join(projectRoot, file), 'utf8')
    return [...text.matchAll(/new UserError\(/g)].map(({ index }) => {
      const line = text.slice(0, index).split('\n').length
      return [`${file}:${line}`, literalsOf(argumentsAt(text, index + 'new UserError('.length))] as const
    })
  })
  .filter(([, words]) => /[a-z]+ [a-z]+/.test(words))

/** The text up to the bracket that closes the one before it. */
function argumentsAt(text: string, begin: number): string {
  let depth = 1
  let at = begin
  for (; depth > 0 && at < text.length; at += 1) depth += { '(': 1, ')': -1 }[text.charAt(at)] ?? 0
  return text.slice(begin, at - 1)
}

/** What stands in quotes, without what is put in. */
function literalsOf(code: string): string {
  return [...code.matchAll(/'([^']*)'|`([^`]*)`/g)]
    .map(([, plain = '', template = '']) => plain + template.replaceAll(/\$\{[^}]*\}/g, ''))
    .join('')
}

it('finds the refusals', () => expect(refusals.length).toBeGreaterThan(20))

it.each(refusals)('%s speaks Chinese and English', (_where, words) =>
  expect(words).toMatch(/\p{Script=Han}/u),
)

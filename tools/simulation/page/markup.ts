import escapeHtml from 'escape-html'
import type { Words } from '../../../policy/edition/edition.ts'

/** Markup that is safe to be put into a page. */
export type Markup = { readonly markup: string }

type Part = Markup | string | number | readonly Markup[]

/** Markup from a template: whatever is put in is escaped, unless it is markup itself. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const markup = texts
    .map((text, at) => `${text}${at < parts.length ? markupOf(parts[at] ?? '') : ''}`)
    .join('')
  return { markup }
}

/** A text in Chinese with the English after it, which is marked as such. */
export function both({ zh, en }: Words): Markup {
  return html`${zh} <span lang="en">${en}</span>`
}

function markupOf(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part))
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('\n')
}

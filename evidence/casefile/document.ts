import type { Words } from '../../policy/edition/edition.ts'

/** A cell of a table: a text, or Chinese with small English under it. */
export type Cell = string | Words

/** A step of the trace: where the case was, since when, and what led on. */
export type TraceBox = { title: Words; on: string; next: Words | null; isEnd: boolean }

/** A part of the printed case, in the order of reading. */
export type Block =
  | { kind: 'title'; text: Words; under: string }
  | { kind: 'heading'; text: Words; newPage?: true }
  | { kind: 'subheading'; text: Words }
  | { kind: 'fields'; rows: [label: Words, value: string][] }
  | { kind: 'table'; columns: { title: Words; share: number }[]; rows: Cell[][]; empty: Words }
  | { kind: 'note'; text: Words }
  | { kind: 'trace'; boxes: TraceBox[] }

/** A printed case: what stands in every header, and its parts. */
export type Document = { title: string; header: string; author: string; blocks: Block[] }

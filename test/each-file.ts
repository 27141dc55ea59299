import { afterAll } from 'vitest'
import { openNamespace } from './support/engines.ts'
import { closeReplayer } from './support/histories.ts'

// The files that a process runs share what modules have loaded; this runs before each of them and gives it what is its own.
await openNamespace()
afterAll(closeReplayer)

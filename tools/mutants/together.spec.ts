import { resolve } from 'node:path'
import { named } from './named.ts'

// In one file, so that the rules are loaded once for a mutant and not once for each file of tests.
for (const test of named.together) await import(resolve(test))

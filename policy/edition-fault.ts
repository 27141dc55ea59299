/** Something wrong with an edition; `offset` counts characters into the text at `path`. */
export type EditionFault = { path: (string | number)[]; reason: string; offset?: number }

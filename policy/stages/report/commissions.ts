/** Whom a role has named to make the report. */
export type Commission = { part: string; assignee: string }

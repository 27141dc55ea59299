/**
 * How Node runs our programs. Each event makes much that is soon forgotten; with room for 32 MB of it in each half of the young
 * generation little of it is copied.
 */
export const nodeFlags = ['--max-semi-space-size=32']

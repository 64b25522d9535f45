/** A share as a CSS length. Far outside the window it stops, since browsers do not lay out endless boxes. */
export const percent = (share: number): string => `${Math.max(-1000, Math.min(1000, share * 100))}%`;

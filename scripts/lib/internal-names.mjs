/** placeholder */
export const INTERNAL_NAMES = ["writtenExpire"];

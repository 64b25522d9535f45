/** Name and version of this SDK, as every beacon carries them. The version is that of package.json; a test compares. */
export const SDK = { name: "sojourn-rum", version: "0.1.0" } as const;

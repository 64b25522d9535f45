/**
 * @typedef {object} Product
 * @property {number} id Number in the product's address.
 * @property {string} name
 * @property {string} tagline One line for the card.
 * @property {string} description A paragraph for the product's own page.
 * @property {number} cents Price in euro cents.
 * @property {string} image Path of the picture.
 */

/** @type {readonly Product[]} */
export const PRODUCTS = [
  {
    id: 101,
    name: "Canvas backpack",
    tagline: "Waxed cotton, 22 litres",
    description:
      "One compartment, two pockets, no straps you will never use. The canvas is waxed by hand and gets better with every rain.",
    cents: 12900,
    image: "/images/backpack.svg",
  },
  {
    id: 102,
    name: "Enamel mug",
    tagline: "Steel, 350 ml",
    description: "Goes on the fire, falls on the rocks, and comes home with a dent and a story.",
    cents: 1600,
    image: "/images/mug.svg",
  },
  {
    id: 103,
    name: "Camp lantern",
    tagline: "Warm light, 40 hours",
    description: "Turns from a candle to a reading lamp with one dial, and runs two long weekends on one charge.",
    cents: 5400,
    image: "/images/lantern.svg",
  },
  {
    id: 104,
    name: "Wool blanket",
    tagline: "Merino, 140 × 200 cm",
    description: "Woven in one piece from undyed wool. Heavy enough for an open window, light enough to be carried.",
    cents: 9800,
    image: "/images/blanket.svg",
  },
  {
    id: 105,
    name: "Field notebook",
    tagline: "Stone paper, 96 pages",
    description: "Paper made of stone does not mind water. The grid is faint and the spine lies flat.",
    cents: 1900,
    image: "/images/notebook.svg",
  },
  {
    id: 106,
    name: "Brass compass",
    tagline: "Sapphire bearing",
    description: "Needs no satellite, no battery and no account. Shows where north is, which is often enough.",
    cents: 7200,
    image: "/images/compass.svg",
  },
  {
    id: 107,
    name: "Steel bottle",
    tagline: "Double wall, 750 ml",
    description: "Tea stays hot until the top, water cold until the way back. One lid, no straw.",
    cents: 3400,
    image: "/images/bottle.svg",
  },
  {
    id: 108,
    name: "Trail map",
    tagline: "Folded, 1 : 50 000",
    description: "All huts, all springs, every path that is still one. Printed on cloth.",
    cents: 2200,
    image: "/images/map.svg",
  },
];

/** What a page can do wrong, each by its name. What is thrown is thrown under a function `later` that a timer calls. */
const afterwards = (task) =>
  setTimeout(function later() {
    task();
  });

window.wrong = {
  uncaught: () =>
    afterwards(function buy() {
      throw new TypeError("cannot buy");
    }),
  property: () =>
    afterwards(function total() {
      const cart = undefined;
      return cart.total;
    }),
  text: () =>
    afterwards(function say() {
      throw "plain text";
    }),
  rejected: () =>
    afterwards(function order() {
      Promise.reject(new RangeError("out of stock", { cause: new Error("no tea") }));
    }),
  written: () => console.error("Cart %s:", 7, new Error("no price")),
  writtenAndThrown() {
    const error = new Error("written and thrown");
    for (const _time of ["once", "again"]) {
      afterwards(() => {
        console.error(error);
        throw error;
      });
    }
  },
  handed: () => sojourn.addError(new Error("caught"), { step: 2 }),
  image() {
    document.body.appendChild(new Image()).src = "/api/fail?token=canary";
  },
  script() {
    document.body.appendChild(document.createElement("script")).src = "/api/fail";
  },
  policy() {
    document.body.appendChild(new Image()).src = "http://127.0.0.1:1/blocked.png";
  },
  frame() {
    const { contentWindow } = document.body.appendChild(document.createElement("iframe"));
    afterwards(function outside() {
      throw new contentWindow.SyntaxError("of a frame");
    });
  },
  noise: () =>
    afterwards(() => {
      throw new Error("ResizeObserver loop completed with undelivered notifications.");
    }),
};

import { render } from "preact";
import { createApi } from "./api/client.js";
import { App } from "./app.js";
import { applyTheme, storedTheme } from "./ui/theme.js";

const root = document.getElementById("app");
if (root === null) throw new Error('The page has no element with the id "app".');

applyTheme(storedTheme());
// The page lies beside the API, whatever both are mounted under.
render(<App api={createApi({ base: new URL("../v1/", document.baseURI).href })} />, root);

// The first thing that runs: the words of the language, then the screen of the address.

import { render } from "preact";
import { App, isOurs } from "./app";
import { language, speak } from "./i18n";
import { start } from "./router";
import "./theme/theme.css";

const place = document.getElementById("portal");
start(isOurs);
speak(language.value).finally(() => place && render(<App />, place));

// The first thing that runs: the words of the language, then the screen of the address.

import { render } from "preact";
import { App, isOurs } from "./app";
import { language, speak } from "./i18n";
import { start } from "./router";
import "./theme/theme.css";

const place = document.getElementById("portal");
start(isOurs);
speak(language.value).then(
  () => place && render(<App />, place),
  () => place?.append("La page n’a pas pu être chargée : rechargez-la. / The page could not be loaded: please reload it."),
);

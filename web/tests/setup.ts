// Every test speaks French, and leaves nothing behind.

import { cleanup } from "@testing-library/preact";
import { afterEach, beforeAll } from "vitest";
import { speak } from "../src/i18n";

beforeAll(() => speak("fr"));
afterEach(cleanup);

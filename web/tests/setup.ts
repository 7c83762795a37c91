// Every test speaks French, and leaves nothing behind.

import { cleanup, configure } from "@testing-library/preact";
import { afterEach, beforeAll, vi } from "vitest";
import { speak } from "../src/i18n";

// The machine may be busy with the other tests.
configure({ asyncUtilTimeout: 30_000 });
vi.setConfig({ testTimeout: 60_000 });

beforeAll(() => speak("fr"));
afterEach(cleanup);

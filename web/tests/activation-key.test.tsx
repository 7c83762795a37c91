// The key as it is typed: the spellings, the groups, the caret, the check symbol.

import { render, screen } from "@testing-library/preact";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { ALPHABET, fold, isChecked, retyped } from "../src/activation-key";
import { Form } from "../src/components/form";
import { KeyField } from "../src/components/key-field";

const KEY = "PY9PV5TZYX5WSPR1";

test("every spelling of a key is the same key", () => {
  for (const typed of ["py9p-v5tz-yx5w-spr1", "PY9P V5TZ\u00a0YX5W SPRI", " py9p–v5tz—yx5w_sprl ", "ＰＹ９Ｐ.V5TZ·YX5W−SPR1"]) {
    expect(fold(typed)).toBe(KEY);
  }
});

test("one wrong symbol and two swapped neighbours are seen", () => {
  expect(isChecked(KEY)).toBe(true);
  for (let place = 0; place < KEY.length; place++) {
    for (const symbol of ALPHABET) {
      const wrong = KEY.slice(0, place) + symbol + KEY.slice(place + 1);
      expect(isChecked(wrong)).toBe(wrong === KEY);
    }
    const swapped = KEY.slice(0, place) + (KEY[place + 1] ?? "") + KEY[place] + KEY.slice(place + 2);
    if (place + 1 < KEY.length && KEY[place] !== KEY[place + 1]) expect(isChecked(swapped)).toBe(false);
  }
});

test("the caret stays behind the symbols that it was behind", () => {
  expect(retyped("py9pv", 5)).toEqual({ text: "PY9P-V", caret: 6 });
  expect(retyped("PYx9P-V5TZ", 3)).toEqual({ text: "PYX9-PV5T-Z", caret: 3 });
  expect(retyped("PY9PV5TZ", 4)).toEqual({ text: "PY9P-V5TZ", caret: 4 });
});

test("groups appear as one types, and the whole key is judged at once", async () => {
  const submit = vi.fn();
  render(
    <Form label="Valider" submit={submit}>
      <KeyField checked />
    </Form>,
  );
  const field = screen.getByLabelText<HTMLInputElement>("Clé d’activation");
  await userEvent.type(field, "py9pv5tzyx5wspr2");
  expect(field.value).toBe("PY9P-V5TZ-YX5W-SPR2");
  expect(screen.getByText(/erreur de saisie/)).toBeTruthy();
  await userEvent.type(field, "{Backspace}1");
  expect(screen.getByText("La clé est complète.")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Valider" }));
  expect(submit).toHaveBeenCalledWith({ activationKey: "PY9P-V5TZ-YX5W-SPR1" });
});

test("a key of another system is sent as it was typed", async () => {
  const submit = vi.fn();
  render(
    <Form label="Valider" submit={submit}>
      <KeyField checked={false} />
    </Form>,
  );
  await userEvent.type(screen.getByLabelText("Clé d’activation"), "ab-12345/");
  await userEvent.click(screen.getByRole("button", { name: "Valider" }));
  expect(submit).not.toHaveBeenCalled();
  await userEvent.type(screen.getByLabelText("Clé d’activation"), "{Backspace}6");
  await userEvent.click(screen.getByRole("button", { name: "Valider" }));
  expect(submit).toHaveBeenCalledWith({ activationKey: "ab-123456" });
});

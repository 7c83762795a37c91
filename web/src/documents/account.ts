// Written from account.graphql by `npm run types`.

import type { Query } from "../server";
import type { Address } from "./shared";

export type Me = {
  me: {
    email: string;
    givenName: string;
    familyName: string;
    contracts: {
      id: string;
      contractNumber: string | null;
      operator: {
        slug: string;
        name: string;
      };
      address: Address;
    }[];
  } | null;
};
export const Me: Query<Me, Record<string, never>> = {
  text: "query Me{me{email givenName familyName contracts{id contractNumber operator{slug name}address{...Address}}}}fragment Address on PostalAddress{lines postcode city}",
};

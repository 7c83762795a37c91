// Written from sign-in.graphql by `npm run types`.

import type { LoginInput } from "../schema";
import type { Mutation } from "../server";

export type Login = {
  account: {
    email: string;
  };
};
export const Login: Mutation<Login, LoginInput> = {
  name: "login",
  text: "mutation Login($input:LoginInput!){login(input:$input){...on Problem{...Problem}...on LoginSuccess{account{email}}}}fragment Problem on Problem{code message faults{path code message}retryAfter}",
};

export type Logout = {
  message: string;
};
export const Logout: Mutation<Logout, null> = {
  name: "logout",
  text: "mutation Logout{logout{...on Problem{...Problem}...on LoggedOut{message}}}fragment Problem on Problem{code message faults{path code message}retryAfter}",
};

"""The modules of the OpenID Foundation's plans that we want to pass, by the suite's own names."""

BASIC = """
oidcc-server oidcc-response-type-missing oidcc-idtoken-signature oidcc-codereuse oidcc-scope-address oidcc-scope-all
oidcc-scope-email oidcc-scope-phone oidcc-scope-profile oidcc-claims-essential oidcc-claims-locales oidcc-userinfo-get
oidcc-userinfo-post-body oidcc-userinfo-post-header oidcc-alternate-happy-flow oidcc-display-page oidcc-display-popup
oidcc-ui-locales oidcc-login-hint oidcc-id-token-hint oidcc-prompt-login oidcc-prompt-none-logged-in
oidcc-prompt-none-not-logged-in oidcc-max-age-1 oidcc-max-age-10000 oidcc-ensure-post-request-succeeds
oidcc-ensure-registered-redirect-uri oidcc-ensure-request-object-with-redirect-uri
oidcc-ensure-request-with-acr-values-succeeds oidcc-ensure-request-with-unknown-parameter-succeeds
oidcc-ensure-request-with-valid-pkce-succeeds oidcc-ensure-request-without-nonce-succeeds-for-code-flow
oidcc-refresh-token oidcc-codereuse-30seconds oidcc-server-client-secret-post oidcc-idtoken-unsigned
oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported
oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported
"""
DYNAMIC = """
oidcc-discovery-endpoint-verification oidcc-server oidcc-ensure-client-assertion-with-iss-aud-succeeds
oidcc-ensure-redirect-uri-in-authorization-request oidcc-ensure-request-object-with-redirect-uri oidcc-idtoken-rs256
oidcc-idtoken-unsigned oidcc-redirect-uri-query-OK oidcc-redirect-uri-query-added oidcc-redirect-uri-query-mismatch
oidcc-redirect-uri-regfrag oidcc-refresh-token oidcc-refresh-token-rp-key-rotation oidcc-registration-jwks-uri
oidcc-registration-logo-uri oidcc-registration-policy-uri oidcc-registration-sector-bad oidcc-registration-sector-uri
oidcc-registration-tos-uri oidcc-server-rotate-keys oidcc-userinfo-rs256
"""
LOGOUT = """
oidcc-rp-initiated-logout-discovery-endpoint-verification oidcc-rp-initiated-logout
oidcc-rp-initiated-logout-bad-post-logout-redirect-uri oidcc-rp-initiated-logout-modified-id-token-hint
oidcc-rp-initiated-logout-no-id-token-hint oidcc-rp-initiated-logout-no-params
oidcc-rp-initiated-logout-no-post-logout-redirect-uri oidcc-rp-initiated-logout-no-state
oidcc-rp-initiated-logout-only-state oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri
oidcc-rp-initiated-logout-bad-id-token-hint oidcc-backchannel-logout-discovery-endpoint-verification
oidcc-backchannel-rp-initiated-logout
"""
THIRD_PARTY = "oidcc-3rd_party-init-login oidcc-3rd_party-init-login-nohttps"
FAPI = """
-discovery-end-point-verification -happy-flow -user-rejects-authentication
-ensure-request-object-with-multiple-aud-succeeds -ensure-authorization-request-without-state-success
-ensure-authorization-request-without-nonce-success -ensure-authorization-request-with-64-char-nonce-success
-ensure-other-scope-order-succeeds -test-claims-parameter-identity-claims -access-token-type-header-case-sensitivity
-ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted -check-dpop-proof-nbf-exp
-ensure-dpopproof-with-iat-10seconds-before-succeeds -ensure-dpopproof-with-iat-10seconds-after-succeeds
-ensure-mismatched-dpop-jkt-fails -ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt
-ensure-token-endpoint-fails-with-mismatched-dpop-jkt -ensure-dpopproof-at-par-endpoint-binding-success
-ensure-dpop-auth-code-binding-success -ensure-different-nonce-inside-and-outside-request-object
-ensure-different-state-inside-and-outside-request-object -ensure-authorization-request-with-long-nonce
-ensure-authorization-request-with-long-state -ensure-request-object-without-exp-fails
-ensure-request-object-without-nbf-fails -state-only-outside-request-object-not-used
-ensure-request-object-without-redirect-uri-fails -ensure-expired-request-object-fails
-ensure-request-object-with-bad-aud-fails -ensure-request-object-with-exp-over-60-fails
-ensure-request-object-with-nbf-over-60-fails -ensure-signed-request-object-with-RS256-fails
-ensure-request-object-signature-algorithm-is-not-none -ensure-request-object-with-invalid-signature-fails
-ensure-matching-key-in-authorization-request -ensure-unsigned-request-at-par-endpoint-fails
-ensure-registered-redirect-uri -plain-fapi-tolerate-unregistered-redirect-uri
-ensure-unsigned-authorization-request-without-using-par-fails -ensure-redirect-uri-in-authorization-request
-ensure-response-type-code-idtoken-fails -ensure-response-type-token-fails -ensure-client-id-in-token-endpoint
-ensure-holder-of-key-required -ensure-authorization-code-is-bound-to-client
-attempt-reuse-authorization-code-after-one-second -ensure-token-endpoint-fails-with-expired-auth-code
-ensure-signed-client-assertion-with-RS256-fails -ensure-client-assertion-in-token-endpoint
-ensure-client-assertion-with-exp-is-5-minutes-in-past-fails -ensure-client-assertion-with-wrong-aud-fails
-ensure-client-assertion-with-no-sub-fails -ensure-invalid-client-assertions-fail -dpop-negative-tests -refresh-token
-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds -par-attempt-reuse-request_uri
-par-attempt-to-use-expired-request_uri -par-attempt-to-use-request_uri-for-different-client
-par-authorization-request-containing-request_uri-form-param -par-attempt-invalid-http-method
-par-ensure-pkce-required -ensure-pkce-code-verifier-required -incorrect-pkce-code-verifier-rejected
-par-plain-pkce-rejected -par-authorization-request-containing-request_uri -par-without-duplicate-parameters
"""
"""Of both plans; those about request objects are of message signing alone."""
PREFIX = "fapi2-security-profile-final"
GIVEN_UP = {"oidcc-request-uri-unsigned", "oidcc-request-uri-signed-rs256"}
"""They want a `request_uri` fetched that nobody pushed: we fetch none."""

MODULES = {
    *" ".join((BASIC, DYNAMIC, LOGOUT, THIRD_PARTY)).split(),
    *(PREFIX + name for name in FAPI.split()),
}

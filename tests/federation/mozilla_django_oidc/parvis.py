"""What mozilla-django-oidc leaves to its user: whose token it is, which account it opens, and signing out."""

from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from mozilla_django_oidc.auth import OIDCAuthenticationBackend


class Backend(OIDCAuthenticationBackend):
    """Accounts are found by `sub`: an e-mail address may change, and another citizen may have it next."""

    def verify_token(self, token, **kwargs):
        claims = super().verify_token(token, **kwargs)
        mine = claims.get("aud") in (self.OIDC_RP_CLIENT_ID, [self.OIDC_RP_CLIENT_ID])
        if claims.get("iss") != settings.ISSUER or not mine:
            raise SuspiciousOperation("This ID token is for somebody else.")
        self.request.session["claims"] = claims
        return claims

    def get_userinfo(self, access_token, id_token, payload):
        userinfo = super().get_userinfo(access_token, id_token, payload)
        if userinfo["sub"] != payload["sub"]:
            raise SuspiciousOperation("This userinfo is of somebody else.")
        self.request.session["userinfo"] = userinfo
        return userinfo

    def filter_users_by_claims(self, claims):
        return self.UserModel.objects.filter(username=claims["sub"])

    def create_user(self, claims):
        user = self.UserModel(username=claims["sub"])
        user.set_unusable_password()
        return self.update_user(user, claims)

    def update_user(self, user, claims):
        user.email = claims.get("email", "")
        user.first_name, user.last_name = claims.get("given_name", ""), claims.get("family_name", "")
        user.save()
        return user


def logout_url(request):
    """Where Parvis ends the session, and comes back from."""
    parameters = {
        "id_token_hint": request.session["oidc_id_token"],
        "post_logout_redirect_uri": request.build_absolute_uri(settings.LOGOUT_REDIRECT_URL),
    }
    return f"{settings.OIDC_OP_END_SESSION_ENDPOINT}?{urlencode(parameters)}"

"""The pages: Parvis's under /oidc/, and two that show who is signed in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import include, path


def home(request):
    if not request.user.is_authenticated:
        return HttpResponse('<a id="login" href="/oidc/authenticate/">Se connecter</a>')
    return HttpResponse(
        '<form method="post" action="/oidc/logout/">'
        f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
        '<button id="logout">Se déconnecter</button></form>'
    )


@login_required
def me(request):
    claims, userinfo = request.session["claims"], request.session["userinfo"]
    return JsonResponse({"id_token": claims, "userinfo": userinfo, "user": request.user.email})


def renew(request):
    request.session["oidc_id_token_expiration"] = 0
    return redirect("/me")


urlpatterns = [
    path("oidc/", include("mozilla_django_oidc.urls")),
    path("", home),
    path("me", me),
    path("renew", renew),
]

"""The pages: allauth's, and two that show who is signed in."""

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, JsonResponse
from django.urls import include, path


def me(request):
    if not request.user.is_authenticated:
        return redirect_to_login("/me")
    return JsonResponse(SocialAccount.objects.get(user=request.user).extra_data)


urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", lambda request: HttpResponse("home")),
    path("me", me),
]

"""Asking for an account without a key: the profile is checked here, all else by the proof wing."""

from dataclasses import replace

from identity.accounts import profiles
from identity.accounts.profiles import Profile
from identity.foundation.unit_of_work import UnitOfWork
from identity.proof import request
from identity.proof.account_request import AccountRequest
from identity.proof.request_form import RequestedAccount


def submit(work: UnitOfWork, asked: RequestedAccount, profile: Profile) -> AccountRequest:
    """Submit the request with this profile; refuses as `request.submit`, every fault at once."""
    cleaned, faults = profiles.check(profile, "profile")
    return request.submit(work, replace(asked, profile=profiles.to_json(cleaned)), faults)

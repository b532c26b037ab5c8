"""Secrets of the second factor are unreadable in a copy of the database."""

import pytest

from central.accounts.sealing import SealBroken, seal, unseal


def test_a_sealed_secret_comes_back_and_does_not_show():
    sealed = seal("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert unseal(sealed) == "JBSWY3DPEHPK3PXP"


def test_two_seals_of_one_secret_differ():
    assert seal("same") != seal("same")


def test_an_older_key_still_opens(settings):
    settings.SECRET_KEY = "old"
    sealed = seal("secret")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", ["old"]
    assert unseal(sealed) == "secret"


def test_a_key_that_is_gone_or_a_changed_text_is_refused(settings):
    sealed = seal("secret")
    with pytest.raises(SealBroken):
        unseal(sealed[:-4] + "AAA=")
    settings.SECRET_KEY = "another"
    with pytest.raises(SealBroken):
        unseal(sealed)

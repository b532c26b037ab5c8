"""The sign-in log tells what happened without giving people away."""

from central.accounts.audit import shortened


def test_an_address_is_shortened_to_its_domain_and_a_mark_that_stays_the_same():
    one, two = shortened("Petugas@Contoh.go.id"), shortened(" petugas@contoh.go.id")
    assert one == two
    assert one.endswith("@contoh.go.id")
    assert "petugas" not in one
    assert shortened("lain@contoh.go.id") != one

from hypothesis import settings


def test_no_example_of_a_property_is_given_a_deadline() -> None:
    assert settings().deadline is None
    assert settings.get_profile("fast").deadline is None

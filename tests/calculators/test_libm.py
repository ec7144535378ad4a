from __future__ import annotations

import math

import numpy
import pytest

from graphflow.calculators import libm

PLAIN = {"cosf": math.cos, "sinf": math.sin, "expf": math.exp, "atan2f": math.atan2}
GIVEN = {
    "cosf": (-2.3048062324523926,),
    "sinf": (-0.7367987632751465,),
    "expf": (1.3143080472946167,),
    "atan2f": (115.78485870361328, 256.70050048828125),
}


@pytest.mark.skipif(not libm.GLIBC, reason="glibc's functions are elsewhere rounded doubles")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cosf", -0.6698523759841919),
        ("sinf", -0.6719204783439636),
        ("expf", 3.722174644470215),
        ("atan2f", 0.4237270653247833),
    ],
)
def test_the_last_bit_is_that_of_glibc(name: str, value: float) -> None:
    assert getattr(libm, name)(*GIVEN[name]) == value
    assert libm.rounded(PLAIN[name])(*GIVEN[name]) != value


@pytest.mark.parametrize("name", PLAIN)
def test_elsewhere_doubles_are_rounded(name: str) -> None:
    value = libm.rounded(PLAIN[name])(*GIVEN[name])
    assert value == numpy.float32(value)
    assert value == pytest.approx(getattr(libm, name)(*GIVEN[name]), rel=1e-6)


@pytest.mark.parametrize("power", [libm.expf, libm.rounded(libm._exp)])
def test_powers_that_float32_does_not_hold(power: object) -> None:
    assert callable(power)
    assert (power(89.0), power(-200.0)) == (math.inf, 0.0)

"""Amounts of yuan in the capital numerals of Chinese paper, which nobody can alter by a stroke."""

from __future__ import annotations

from typing import Final

DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("仟", "佰", "拾", "")
_GROUPS: Final = ("", "万", "亿", "万亿")
LARGEST: Final = 10**18 - 1


def yuan_in_capitals(amount: int) -> str:
    """Return an amount of fen in capital numerals, by the rules for negotiable instruments.

    Raises
    ------
    ValueError
        Below zero or above ``LARGEST``.

    Examples
    --------
    >>> yuan_in_capitals(1_864_000), yuan_in_capitals(100_409)
    ('人民币壹万捌仟陆佰肆拾元整', '人民币壹仟零肆元零玖分')
    """
    if not 0 <= amount <= LARGEST:
        raise ValueError(f"amount: {amount} is not between 0 and {LARGEST}")
    yuan, fen = divmod(amount, 100)
    jiao, fen = divmod(fen, 10)
    whole = f"{_whole(yuan)}元" if yuan else ""
    if not jiao and not fen:
        return f"人民币{whole or '零元'}整"
    tenths = f"{DIGITS[jiao]}角" if jiao else ("零" if yuan else "")
    return f"人民币{whole}{tenths}" + (f"{DIGITS[fen]}分" if fen else "整")


def _whole(number: int) -> str:
    """Name groups of four digits; a gap of noughts between digits is one 零."""
    text, gap = "", False
    for place in range(len(_GROUPS) - 1, -1, -1):
        group = number // 10 ** (4 * place) % 10_000
        named = _GROUPS[place]
        if named == "万亿" and number // 10**8 % 10_000:
            named = "万"  # 亿 follows with the next group
        if not group:
            gap = gap or bool(text)
            continue
        text += "零" if text and (gap or group < 1000) else ""
        text += _group(group) + named
        gap = False
    return text


def _group(number: int) -> str:
    text, gap = "", False
    for digit, place in zip(f"{number:04}", _PLACES, strict=True):
        if digit == "0":
            gap = bool(text)
            continue
        text += ("零" if gap else "") + DIGITS[int(digit)] + place
        gap = False
    return text
